"""Public links in the console: made, shown, renamed, printed, revoked, each once in the trail."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from accounts.models import AuditEntry
from kit import clock, tokens
from surveys.models import Programme, PropertyKey, PublicLink, Response
from tests.console.test_acts import newest_change, text_of
from tests.console.test_drilldown import count_behind, numbers_of


@pytest.fixture
def manager(acme):
    return acme.client("manager")


def make(world, client, **fields):
    form = {"name": "Receipts", "touchpoint_id": world.phone.pk, "branch": "Cardiff", **fields}
    return client.post(world.url("public_link_new", world.csat.pk), form)


def only_link(world):
    with world.inside():
        return PublicLink.objects.get()


def changes(world):
    with world.inside():
        found = AuditEntry.objects.filter(object_type="public_link").order_by("id")
        return [(entry.action, entry.after) for entry in found]


def test_a_manager_makes_one_and_sees_its_code(acme, manager):
    answer = make(acme, manager)
    link = only_link(acme)
    assert answer["Location"] == acme.url("public_link", acme.csat.pk, link.pk)
    page = BeautifulSoup(manager.get(answer["Location"]).content, "html.parser")
    path = f"/l/{tokens.sign('public link', link.pk)}"
    assert page.find("input", id="link")["value"].endswith(path)
    assert page.find("img", class_="qr")["src"] == f"{path}/qr.svg"
    assert manager.get(path).status_code == 200
    assert (link.name, link.branch, link.touchpoint_id) == ("Receipts", "Cardiff", acme.phone.pk)
    assert newest_change(acme) == (
        "public_link.opened",
        "manager@acme-mobile.example",
        {},
        {
            "name": "Receipts",
            "branch": "Cardiff",
            "touchpoint_id": acme.phone.pk,
            "closes_at": None,
        },
    )
    with acme.inside():
        keys = PropertyKey.objects.filter(owner="interaction").values_list("key", flat=True)
        assert {"source", "branch"} <= set(keys)


def test_its_last_day_ends_at_the_organisations_midnight(acme, manager):
    day = (acme.now + timedelta(days=40)).date()
    make(acme, manager, last_day=day.isoformat())
    closes = only_link(acme).closes_at
    assert closes.hour in (22, 23)  # midnight in Berlin, summer or winter
    assert closes.date() == day
    form = manager.get(acme.url("public_link_edit", acme.csat.pk, only_link(acme).pk))
    assert f'value="{day.isoformat()}"' in form.content.decode()


def test_a_new_name_leaves_the_address_and_what_came(acme, manager):
    make(acme, manager)
    link = only_link(acme)
    edit = acme.url("public_link_edit", acme.csat.pk, link.pk)
    form = {"name": "Till 2", "touchpoint_id": acme.phone.pk, "branch": "Cardiff"}
    manager.post(edit, form)
    manager.post(edit, form)
    assert newest_change(acme)[2:] == ({"name": "Receipts"}, {"name": "Till 2"})
    assert [action for action, _ in changes(acme)] == ["public_link.opened", "public_link.edited"]
    assert only_link(acme).pk == link.pk


def test_revoking_closes_it_for_good_and_is_told_once(acme, manager):
    make(acme, manager)
    link = only_link(acme)
    path = f"/l/{tokens.sign('public link', link.pk)}"
    revoke = acme.url("public_link_revoke", acme.csat.pk, link.pk)
    manager.post(revoke)
    answer = manager.post(revoke, follow=True)
    assert "Receipts is revoked: it takes no more answers." in text_of(answer)
    assert manager.get(path).status_code == 404
    assert changes(acme)[1:] == [("public_link.revoked", {"name": "Receipts"})]
    for name in ("public_link", "public_link_card"):
        shown = text_of(manager.get(acme.url(name, acme.csat.pk, link.pk)))
        assert "This link takes no more answers" in shown
    assert make(acme, manager).status_code == 302  # its name is free again


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"name": "a\u202eb"}, "characters that cannot be seen"),
        ({"branch": "a\x00b"}, "Null characters are not allowed."),
        ({"touchpoint_id": "999999"}, "is not one of the available choices"),
        ({"touchpoint_id": "x"}, "is not one of the available choices"),
        ({"last_day": "2020-01-01"}, "This day is over."),
        ({"last_day": "9999-12-31"}, "Choose a day before the year 3000."),
        ({"last_day": "31 February"}, "Enter a valid date."),
    ],
)
def test_what_is_no_link_is_refused_with_its_reason(acme, manager, fields, told):
    answer = make(acme, manager, **fields)
    assert answer.status_code == 422
    assert told in text_of(answer)
    with acme.inside():
        assert not PublicLink.objects.exists()


def test_a_name_is_open_once_in_a_programme(acme, manager):
    make(acme, manager)
    again = make(acme, manager)
    assert again.status_code == 422
    assert "Another open link of this programme already has this name." in text_of(again)
    other = acme.url("public_link_new", acme.nps.pk)
    assert manager.post(other, {"name": "Receipts"}).status_code == 302


def test_a_property_that_is_no_text_is_left_alone(acme, manager):
    with acme.inside():
        PropertyKey.objects.create(
            **acme.own, owner="interaction", key="branch", kind="number", created_at=acme.now
        )
    refused = make(acme, manager)
    assert refused.status_code == 422
    assert "The property branch is no text here, so a link cannot fill it." in text_of(refused)
    assert changes(acme) == []


def test_the_link_of_another_programme_is_not_found_here(acme, manager):
    make(acme, manager)
    with acme.inside():
        Programme.objects.filter(pk=acme.nps.pk).update(is_on=False)
    assert manager.get(acme.url("public_link", acme.nps.pk, only_link(acme).pk)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_counts_what_came_in_as_many_queries(
    acme, manager, count, django_assert_num_queries
):
    with acme.inside():
        for number in range(count):
            link = PublicLink.objects.create(
                **acme.own,
                programme=acme.csat,
                name=f"Till {number}",
                created_at=acme.now,
                created_by="maya@acme.example",
            )
            _answers(acme, link, number)
    listing = acme.url("public_links", acme.csat.pk)
    manager.get(listing)
    with django_assert_num_queries(11):
        shown = text_of(manager.get(listing))
    assert ("Till 2" in shown, "2 and 1 suspected" in shown) == (count == 3, count == 3)


def test_each_count_of_a_link_leads_to_its_answers(acme, manager):
    with acme.inside():
        made = {"programme": acme.csat, "created_at": acme.now, "created_by": "maya@acme.example"}
        link, other = (
            PublicLink.objects.create(**acme.own, **made, name=name) for name in ("Till", "Bag")
        )
        for one in (link, other):
            _answers(acme, one, 3)
        Response.objects.filter(origin_key=f"{link.pk}:3").update(standing="excluded")
    pages = acme.url("public_links", acme.csat.pk), acme.url("public_link", acme.csat.pk, link.pk)
    found = [
        {address: number for address, number, _ in numbers_of(manager.get(page), page)}
        for page in pages
    ]
    of_the_link = {one: n for one, n in found[0].items() if f"link={link.pk}" in one}
    assert of_the_link == found[1]
    assert sorted(found[1].values()) == [1, 1, 2]
    acme.now = clock.now()  # the links name the day that it is, which may have begun just now
    assert {one: count_behind(acme, one) for one in found[0]} == found[0]
    chosen = manager.get(next(iter(of_the_link)))
    assert "by Till" in text_of(chosen)


@pytest.mark.parametrize(("name", "kind"), [("public_links", "link"), ("widgets", "widget")])
def test_a_link_for_each_of_many_branches_comes_page_by_page(acme, globex, manager, name, kind):
    """Open ones first, none twice and none left out, also where one was closed long ago."""
    made = {"created_at": acme.now, "created_by": "maya@acme.example", "kind": kind}
    with acme.inside():
        PublicLink.objects.bulk_create(
            PublicLink(
                **acme.own,
                **made,
                programme=acme.csat,
                name=f"Branch {number}",
                revoked_at=acme.now if number in (7, 54) else None,
            )
            for number in range(55)
        )
    address = acme.url(name, acme.csat.pk)

    first = BeautifulSoup(manager.get(address).content, "html.parser")
    further = first.find("a", rel="next")["href"]
    second = BeautifulSoup(manager.get(address + further).content, "html.parser")

    names = [[one.get_text() for one in page.select("td a.main")] for page in (first, second)]
    opened = [f"Branch {number}" for number in range(53, -1, -1) if number != 7]
    assert names == [opened[:50], [*opened[50:], "Branch 54", "Branch 7"]]
    assert second.find("a", rel="next") is None
    assert manager.get(f"{address}?after=x").status_code == 400
    assert acme.client("responder").get(address).status_code == 200
    assert globex.client("owner").get(address).status_code == 404


def _answers(world, link, number):
    for index in range(number + 1):
        Response.objects.create(
            **world.own,
            origin="link",
            origin_key=f"{link.pk}:{index}",
            public_link=link,
            programme=world.csat,
            survey_version=world.csat_version,
            metric="csat",
            score=4,
            standing="suspect" if index == 2 else "counted",
            answered_at=world.now,
            local_on=world.now.date(),
        )


def test_what_came_by_it_is_marked_as_not_personal(acme, manager):
    make(acme, manager)
    with acme.inside():
        _answers(acme, only_link(acme), 0)
        response = Response.objects.get()
    detail = text_of(manager.get(acme.url("response", response.pk)))
    assert "Public link: Receipts" in detail
    assert "not personal" in detail
    assert "not personal" in text_of(manager.get(acme.url("responses")))
    exported = manager.get(acme.url("responses_csv")).getvalue().decode()
    assert ",link," in exported


def test_the_question_is_given_out_as_html_for_other_mails(acme, manager):
    make(acme, manager)
    link = only_link(acme)
    address = acme.url("public_link_mail", acme.csat.pk, link.pk)
    page = BeautifulSoup(manager.get(address).content, "html.parser")
    box = BeautifulSoup(page.find("textarea", id="html").text, "html.parser")
    path = f"/l/{tokens.sign('public link', link.pk)}"
    assert [tag["href"].rpartition("/l")[2][-8:] for tag in box.find_all("a")] == [
        f"?score={score}" for score in range(1, 6)
    ]
    frame = manager.get(page.find("iframe")["src"])
    assert page.find("iframe")["src"] == f"{path}/mail"
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert frame.content.decode().count("?score=") == 5
    named = manager.get(address, {"variable": "{{ticket.survey}}"}).content.decode()
    assert "{{ticket.survey}}?score=1" in named
    refused = manager.get(address, {"variable": '"><script>'})
    assert refused.status_code == 422
    assert "A placeholder holds no spaces" in text_of(refused)
    manager.post(acme.url("public_link_revoke", acme.csat.pk, link.pk))
    assert manager.get(f"{path}/mail").status_code == 404
