"""Kept views: an address under a name, checked by its page, opened by whom it is for."""

from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from accounts.models import AuditEntry
from metrics.models import SavedView
from metrics.queries.views import saved_addresses, views_for
from tests.console.test_overview import text_of


def soup(answer):
    return BeautifulSoup(answer.content, "html.parser")


def keep(world, role="manager", page="overview", name="Basic, a year", **changes):
    given = {"name": name, "path": world.url(page), "query": "days=365&segment=plan%3ABasic"}
    return world.client(role).post(world.url("view_keep"), {**given, **changes})


def views(world):
    with world.inside():
        return list(SavedView.objects.order_by("id"))


def test_what_is_shown_is_kept_from_the_menu_beside_it_and_opens_by_a_plain_redirect(filled):
    acme = filled.world
    client = acme.client("viewer")
    page = soup(client.get(acme.url("overview") + "?days=30"))
    form = page.select_one(".views form")
    given = {field["name"]: field.get("value", "") for field in form.select("input[name]")}

    answer = client.post(form["action"], {**given, "name": "Last month"})

    assert (answer.status_code, answer["Location"]) == (302, acme.url("overview") + "?days=30")
    (view,) = views(acme)
    assert (view.name, view.page, view.query, view.is_shared) == (
        "Last month",
        "",
        "days=30",
        False,
    )
    opened = client.get(acme.url("view", view.pk))
    assert (opened.status_code, opened["Location"]) == (302, acme.url("overview") + "?days=30")
    menu = text_of(soup(client.get(acme.url("overview"))).select_one(".views"))
    assert "Last month" in menu


def test_a_view_of_a_touchpoint_keeps_which_one_it_is(acme):
    path = acme.url("touchpoint", acme.phone.pk)

    answer = keep(acme, path=path, query="days=30")

    assert answer["Location"] == f"{path}?days=30"
    assert [view.page for view in views(acme)] == [f"touchpoints/{acme.phone.pk}/"]


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("overview", "days=31"),
        ("overview", "colour=red"),
        ("overview", "segment=plan"),
        ("responses", "score=11"),
        ("compare", "metric=joy"),
        ("settings", ""),
        ("view_keep", ""),
        ("customer_new", ""),
        ("audit", ""),
    ],
)
def test_what_the_page_itself_refuses_is_not_kept(acme, page, query):
    assert keep(acme, page=page, query=query).status_code == 400
    assert views(acme) == []


@pytest.mark.parametrize("path", ["/", "//evil.example/o/", "https://evil.example/", "/o/globex/"])
def test_an_address_outside_the_organisation_is_not_kept(acme, globex, path):
    assert keep(acme, path=path, query="").status_code == 400


def test_a_viewer_cannot_keep_a_page_that_is_not_for_her(acme):
    answer = keep(acme, role="viewer", page="customers", query="")

    assert answer.status_code == 403
    assert views(acme) == []


def test_ones_own_view_is_as_unknown_to_others_as_none(acme):
    keep(acme, role="responder")
    (view,) = views(acme)

    for role in ("owner", "manager", "viewer"):
        client = acme.client(role)
        assert client.get(acme.url("view", view.pk)).status_code == 404
        assert client.post(acme.url("view_drop", view.pk)).status_code == 404
        assert "Basic, a year" not in text_of(soup(client.get(acme.url("views"))))
    assert len(views(acme)) == 1


def test_a_shared_view_opens_for_everybody_and_is_dropped_by_its_keeper_or_a_manager(acme):
    keep(acme, is_shared="on")
    (view,) = views(acme)

    listed = text_of(soup(acme.client("viewer").get(acme.url("views"))))
    assert "Basic, a year shared" in listed
    assert acme.client("viewer").get(acme.url("view", view.pk)).status_code == 302
    assert acme.client("viewer").post(acme.url("view_drop", view.pk)).status_code == 403
    assert acme.client("owner").post(acme.url("view_drop", view.pk)).status_code == 302
    assert views(acme) == []


@pytest.mark.parametrize("role", ["viewer", "responder"])
def test_sharing_is_for_managers(acme, role):
    assert keep(acme, role=role, is_shared="on").status_code == 403
    assert views(acme) == []


def test_an_outsider_finds_no_view(acme, globex):
    keep(acme, is_shared="on")
    (view,) = views(acme)

    assert globex.client("owner").get(acme.url("view", view.pk)).status_code == 404
    assert globex.client("owner").get(globex.url("view", view.pk)).status_code == 404


def test_a_name_is_kept_once_by_one_person_and_again_by_another(acme):
    keep(acme)
    again = keep(acme, query="days=30")
    keep(acme, role="owner")

    assert again.status_code == 302
    page = text_of(soup(acme.client("manager").get(acme.url("overview"))))
    assert "You already keep a view called Basic, a year." not in page  # said to her who tried
    assert [view.query for view in views(acme)] == ["days=365&segment=plan%3ABasic"] * 2


def test_keeping_and_dropping_leave_one_line_each(acme):
    keep(acme)
    (view,) = views(acme)
    acme.client("manager").post(acme.url("view_drop", view.pk))

    with acme.inside():
        trail = AuditEntry.objects.filter(object_type="view").order_by("id")
        assert [entry.action for entry in trail] == ["view.kept", "view.dropped"]


def test_the_weekly_work_learns_each_different_address_once(acme):
    keep(acme)
    keep(acme, role="owner")
    keep(acme, name="Phone", page="journey", query="days=30")

    with acme.inside():
        assert saved_addresses() == [
            ("", "days=365&segment=plan%3ABasic"),
            ("journey/", "days=30"),
        ]
        assert saved_addresses("journey/") == [("journey/", "days=30")]
        manager = acme.people["manager"].pk
        assert [view.name for view in views_for(manager)] == ["Basic, a year", "Phone"]


def test_a_query_is_kept_as_it_was_written(acme):
    query = urlencode([("segment", "plan:Bäsic & more"), ("days", "30")])

    answer = keep(acme, query=query)

    assert answer["Location"] == f"{acme.url('overview')}?{query}"


def opens(world, role="manager"):
    """Each listed view: its name, the page it opens, and what of it."""
    rows = soup(world.client(role).get(world.url("views"))).select("tbody tr")
    return {
        text_of(row.select_one("a.main")): [
            text_of(one) for one in row.select("td")[1].select("span, div div")
        ]
        for row in rows
    }


def test_a_view_is_told_in_words(acme):
    with acme.inside():
        firm = acme.company("Northwind Joinery")
    programme, phone = acme.csat.pk, acme.phone.pk
    kept = {
        "A": ("overview", [], "days=365&against=year&segment=plan%3ABasic&q=bill&suspects=on"),
        "B": ("touchpoint", [phone], f"from=2026-01-01&to=2026-01-31&programme={programme}"),
        "C": ("segment", ["plan", "Basic & more"], ""),
        "D": ("company", [firm.pk], "days=30&against_from=2025-01-01&against_to=2025-01-30"),
        "E": ("compare", [], f"metric=csat&days=30&touchpoint={phone}&b_days=30&b_rest=on"),
        "F": (
            "responses", [],
            (f"metric=nps&group=low&standing=counted&commented=on&but_programme={programme}"
            "&state=poor&definition=csat%401"
            "&paired_from=2026-01-01&paired_to=2026-01-31&elsewhere=on"),
        ),
        "G": ("delivery", [programme], "segment=cost%5C%3Acentre%3A12"),
        "H": ("gap_people", [], "served=good&felt=low"),
    }  # fmt: skip
    for name, (page, about, query) in kept.items():
        view = {"page": acme.url(page, *about).removeprefix(acme.url("overview")), "query": query}
        with acme.inside():
            SavedView.objects.create(
                **acme.own, user=acme.people["manager"], name=name, made_at=acme.now, **view
            )

    assert opens(acme) == {
        "A": [
            "Overview",
            (
                "last 365 days \u00b7 beside the same weeks a year ago \u00b7 plan = Basic"
                " \u00b7 \u201cbill\u201d \u00b7 suspected machines too"
            ),
        ],
        "B": ["Touchpoint: Phone", "1 to 31 Jan 2026 \u00b7 programme After help"],
        "C": ["Segment: plan = Basic & more", "as it opens"],
        "D": ["Company: Northwind Joinery", "last 30 days \u00b7 beside 1 to 30 Jan 2025"],
        "E": [
            "Compare",
            (
                "last 30 days \u00b7 CSAT \u00b7 touchpoint Phone \u00b7 beside last 30 days"
                " \u00b7 beside everybody else"
            ),
        ],
        "F": [
            "Responses",
            (
                "also there 1 to 31 Jan 2026 \u00b7 "
                "NPS \u00b7 detractors, dissatisfied, hard \u00b7 counted \u00b7 with a comment"
                " \u00b7 without programme After help \u00b7 poorly served \u00b7 CSAT by version 1"
                " \u00b7 who stood elsewhere then"
            ),
        ],
        "G": ["Delivery: After help", "cost:centre = 12"],
        "H": ["Whom to talk to today", "well served \u00b7 detractors, 0\u20136"],
    }


def test_a_view_of_something_gone_since_says_so(acme):
    with acme.inside():
        SavedView.objects.create(
            **acme.own,
            user=acme.people["manager"],
            name="Old",
            page="touchpoints/99999/",
            query="programme=88888&colour=red",
            made_at=acme.now,
        )

    assert opens(acme) == {
        "Old": ["Touchpoint: gone since", "programme gone since \u00b7 colour red"]
    }


@pytest.mark.parametrize(
    ("page", "about"),
    [
        ("programmes", None),
        ("delivery", "csat"),
        ("programme_questions", "csat"),
        ("touchpoint_asked", "phone"),
        ("touchpoint_questions", "phone"),
    ],
)
def test_whatever_has_the_menu_of_views_can_be_kept(acme, page, about):
    path = acme.url(page, *([getattr(acme, about).pk] if about else []))

    answer = keep(acme, path=path, query="days=30&segment=plan%3ABasic")

    assert answer["Location"] == f"{path}?days=30&segment=plan%3ABasic"
