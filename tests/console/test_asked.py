"""Counts of questions and of interactions lead to exactly the people behind them."""

from datetime import timedelta

import pytest

from kit.periods import last_days, local_day
from metrics.actions.tracking import track_property
from metrics.queries.asked import asked_people
from surveys.models import Invitation
from surveys.models.programmes import ProgrammeTouchpoint
from surveys.queries.touchpoints import interactions_at
from tests.console.conftest import ZONE
from tests.console.test_asking_filters import funnel
from tests.console.test_compare import soup
from tests.console.test_overview import text_of

# Who stands behind each line of the overview.
SILENT = {
    "Answered": ["Began", "Finished"],
    "Silent, mail delivered": ["Reached"],
    "Silent": ["Silent 0", "Silent 1"],
    "Bounced": ["Bounced"],
    "Opted out": ["Opted"],
    "Suspected machine": ["Scanner"],
}


@pytest.fixture
def busy(acme):
    """Somebody of each fate, of plan Basic but for one; somebody refused; and tests, left out."""
    with acme.inside():
        track_property(organisation_id=acme.id, key="plan", now=acme.now)
        fates = {
            "Bounced": "bounced_at", "Opted": "opted_out_at", "Reached": "delivered_at",
        }  # fmt: skip
        for name in ("Began", "Finished", "Scanner"):
            standing = "suspect" if name == "Scanner" else "counted"
            acme.answer(4, customer=acme.customer(name), standing=standing)
        for name in (*fates, "Silent 0", "Silent 1", "Tried"):
            invitation = acme.contact(acme.customer(name))
            facts = {fates[name]: acme.now} if name in fates else {}
            Invitation.objects.filter(pk=invitation.pk).update(is_test=name == "Tried", **facts)
        Invitation.objects.filter(customer__name="Scanner").update(answered_at=None)
        Invitation.objects.filter(customer__name="Finished").update(finished_at=acme.now)
        Invitation.objects.exclude(customer__name="Silent 1").update(context={"plan": "Basic"})
        acme.contact(acme.customer("Refused"), is_asked=False, rule="opted_out")
        acme.fold()
    return acme


def listed(client, address):
    """The names on a list, in the order of the alphabet."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return sorted(text_of(one) for one in soup(answer).select("td a.main"))


def links_of(page, part):
    """Each line of a funnel that leads somewhere: its name, its count, where."""
    return {
        text_of(line.span): (text_of(link), link["href"])
        for line in page.select(f"{part} li")
        if (link := line.select_one("a"))
    }


def test_who_is_silent_leads_to_the_people_of_each_line(busy):
    client = busy.client("responder")
    page = soup(client.get(busy.url("overview") + "?days=30"))

    found = links_of(page, "ul.funnel")
    people = {name: listed(client, url) for name, (_, url) in found.items()}
    assert people == SILENT
    assert {name: count for name, (count, _) in found.items()} == {
        name: str(len(names)) for name, names in SILENT.items()
    }
    every = page.find("a", string="Everybody who was asked")["href"]
    assert listed(client, every) == sorted(name for names in SILENT.values() for name in names)
    assert "asked 8" in text_of(page.select_one("details.silent summary"))
    ways = [text_of(one) for one in soup(client.get(every)).select(".ways a")]
    assert ways == ["All 8", *(f"{name} {len(names)}" for name, names in SILENT.items())]


def test_a_part_of_them_is_listed_as_it_was_counted(busy, globex):
    client, plus = busy.client("owner"), Invitation.objects.filter(customer__name="Silent 1")
    with busy.inside():
        plus.update(context={"plan": "Plus"})
        busy.fold()
    for about, query, names in (
        ("overview", "?days=30&segment=plan:Plus", ["Silent 1"]),
        ("overview", f"?days=30&programme={busy.nps.pk}", None),
        ("segment", "?days=30", ["Silent 1"]),
        ("touchpoint", "?days=30&segment=plan:Plus", ["Silent 1"]),
    ):
        ids = {"segment": ["plan", "Plus"], "touchpoint": [busy.phone.pk]}.get(about, [])
        page = soup(client.get(busy.url(about, *ids) + query))
        link = page.find("a", string=["Everybody who was asked", "Who they are"])
        assert (link is not None) == (names is not None), about
        if link is not None:
            assert listed(client, link["href"]) == names, about


def test_who_may_not_see_customers_sees_counts_without_ways(busy, globex):
    for name, ids in (("overview", []), ("touchpoint", [busy.phone.pk])):
        page = soup(busy.client("viewer").get(busy.url(name, *ids)))
        assert page.select(f"a[href^='{busy.url('asked')}']") == []
    asked = soup(busy.client("viewer").get(busy.url("touchpoint_asked", busy.phone.pk)))
    assert links_of(asked, "ul.funnel") == {}
    for name, ids in (("asked", []), ("touchpoint_people", [busy.phone.pk])):
        clients = (busy.client("responder"), busy.client("viewer"), globex.client("owner"))
        address = busy.url(name, *ids)
        assert [client.get(address).status_code for client in clients] == [200, 403, 404]
        assert globex.client("owner").get(globex.url("asked")).status_code == 200
    theirs = globex.client("owner").get(globex.url("touchpoint_people", busy.phone.pk))
    assert theirs.status_code == 404


def test_each_step_from_interaction_to_answer_leads_to_its_people(busy):
    with busy.inside():
        # A second programme refused one of them by the same rule, and met somebody it asks.
        ProgrammeTouchpoint.objects.create(**busy.own, programme=busy.nps, touchpoint=busy.phone)
        refused = busy.contact(busy.customer("Twice"), is_asked=False, rule="opted_out")
        refused.pk = refused.id = None
        refused.programme = busy.nps
        refused.save(force_insert=True)
    client = busy.client("responder")
    page = soup(client.get(busy.url("touchpoint_asked", busy.phone.pk) + "?days=30"))
    _, rules = page.select("ul.funnel")

    found = links_of(page, "ul.funnel")
    sizes = {name: len(listed(client, url)) for name, (_, url) in found.items()}
    assert {name: int(count) for name, (count, _) in found.items()} == sizes
    assert sizes == {
        "Interactions": 11, "Asked": 9, "Mail handed over": 8, "Delivered": 7, "Answered": 2,
        "The customer asked us to stop": 2,
    }  # fmt: skip
    assert {name: one.split()[0] for name, one in funnel(page).items()} == {
        "Interactions": "11", "Asked": "9", "Mail handed over": "8", "Delivered": "7",
        "Answered": "2",
    }  # fmt: skip
    assert len(rules.select("li")) == 2
    refused = found["The customer asked us to stop"][1]
    assert listed(client, refused) == ["Refused", "Twice"]
    told = text_of(soup(client.get(refused)).find("main"))
    assert "After help Not asked: the customer asked us to stop" in told
    basic = soup(client.get(busy.url("touchpoint_asked", busy.phone.pk) + "?segment=plan:Basic"))
    assert listed(client, links_of(basic, "ul.funnel")["Answered"][1]) == ["Began", "Finished"]


def test_both_lists_page_without_gaps_and_refuse_a_place_of_nobodys(busy):
    with busy.inside():
        today = local_day(busy.now, ZONE)
        period = last_days(30, today)
        Invitation.objects.filter(customer__name="Silent 0").update(
            sent_on=today - timedelta(days=1)
        )
        for read in (
            lambda after: asked_people(period=period, after=after, size=3),
            lambda after: interactions_at(
                touchpoint_id=busy.phone.pk, period=period, after=after, size=3
            ),
        ):
            pages = [read(None)]
            while after := pages[-1].after:
                pages.append(read(after))
            ids = [
                row.invitation.pk if hasattr(row, "invitation") else row.pk
                for page in pages
                for row in page.rows
            ]
            assert len(ids) == len(set(ids)) == (8 if hasattr(pages[0].rows[0], "outcome") else 10)
    for name, ids in (("asked", []), ("touchpoint_people", [busy.phone.pk])):
        address = busy.url(name, *ids)
        for wrong in ("?after=WyJ4IiwxXQ", "?after=x", "?became=rich&step=far"):
            assert busy.client("owner").get(address + wrong).status_code == 400
