"""Lists cost the same number of queries however long they are, and page without gaps."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from accounts.actions.keys import Wanted, create_key
from accounts.rules.scopes import Scope
from kit.periods import local_day
from metrics.actions.tracking import track_property
from metrics.models import Annotation, Benchmark, SavedView
from surveys.models import Interaction, Invitation, Touchpoint
from surveys.models.programmes import ProgrammeTouchpoint
from tests.console.conftest import MAYA, ZONE
from tests.console.test_compare import soup
from tests.console.test_overview import text_of

# On every page: session, user, memberships, savepoint and its end, entering, the member; the
# rest is the page's own.
QUERIES = {
    "overview": 33,
    "journey": 20,
    "responses": 19,
    "customers": 9,
    "customer": 25,
    "asked": 16,
    "companies": 19,
    "company": 26,
    "touchpoints": 20,
    "touchpoint": 29,
    "touchpoint_asked": 21,
    "touchpoint_people": 17,
    "programmes": 18,
    "programme": 25,
    "decisions": 18,
    "definitions": 10,
    "annotations": 11,
    "goals": 12,
    "views": 9,
    "audit": 9,
    "members": 10,
    "keys": 10,
}
NEEDS = {
    "segments_of": "property",
    "segment": "property value",
    "company": "company",
    "customer": "ada",
    "touchpoint": "phone",
    "touchpoint_asked": "phone",
    "touchpoint_people": "phone",
    "programme": "csat",
    "decisions": "csat",
}


def fill(world, rows):
    """Give every list this many rows."""
    # In a week that is over on every weekday: verdicts are of whole weeks, and have queries.
    past = {"at": world.now - timedelta(days=8)}
    with world.inside():
        track_property(organisation_id=world.id, key="team", now=world.now)
        company = world.company("Northwind Joinery")
        ada = world.customer("Ada Okafor", email="ada@mail.example", company=company)
        for number in range(rows):
            world.company(f"Company {number}")
            person = world.customer(f"Ben {number}", company=company)
            team = {"team": f"Team {number}"}
            world.answer(4, f"words {number}", customer=person, context=team, **past)
            world.answer(9, f"more {number}", customer=person, relational=True, **past)
            world.answer(2, "", customer=ada, **past)
            world.contact(
                person, is_asked=False, rule="resting", last_asked_on="2026-11-01", days=3
            )
            wanted = Wanted(name=f"Key {number}", scopes=[Scope.METRICS_READ])
            create_key(organisation_id=world.id, wanted=wanted, actor=MAYA, now=world.now)
        annotated(world, rows)
        for number in range(rows - 1):
            place = world.touchpoint(f"Desk {number}")
            world._programme(f"After desk {place.pk}", "transactional", "csat")
            world.member("viewer", f"viewer{number}@acme.example")
        world.fold()
    return {
        "ada": ada.pk,
        "company": company.pk,
        "property": "team",
        "value": "Team 0",
        "phone": world.phone.pk,
        "csat": world.csat.pk,
    }


def annotated(world, rows):
    """As many annotations, benchmarks and kept views, and a target."""
    by = {"made_at": world.now, "made_by": "maya@acme.example"}
    for number in range(rows):
        Annotation.objects.create(
            **world.own,
            on_day=local_day(world.now, ZONE),
            text=f"{number}",
            touchpoint=world.phone,
            **by,
        )
        Benchmark.objects.create(
            **world.own, card="service", value=80, source=f"{number}", year=2025, method="M", n=1,
            **by,
        )  # fmt: skip
        Touchpoint.objects.filter(pk=world.phone.pk).update(target=80)
        SavedView.objects.create(
            **world.own,
            user=world.people["owner"],
            name=f"View {number}",
            is_shared=True,
            made_at=world.now,
        )


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", QUERIES)
def test_a_list_costs_the_same_queries_with_one_row_and_with_three(
    acme, django_assert_num_queries, name, rows
):
    ids = fill(acme, rows)
    client = acme.client("owner")
    address = acme.url(name, *[ids[need] for need in NEEDS.get(name, "").split()])
    client.get(address)  # draws what was never drawn before

    with django_assert_num_queries(QUERIES[name]):
        answer = client.get(address)

    assert answer.status_code == 200


def names_on(answer):
    page = BeautifulSoup(answer.content, "html.parser")
    following = page.find("a", rel="next")
    return (
        [link.get_text() for link in page.select("td a.main")],
        following["href"] if following else None,
    )


def test_pages_of_a_list_leave_no_gap_and_repeat_nobody(acme):
    with acme.inside():
        for number in range(53):
            acme.customer(f"Customer {number:03}")
        # Two people of one name stand on both sides of a page's end.
        acme.customer("Customer 049", email="other@mail.example")
    client = acme.client("owner")

    first, query = names_on(client.get(acme.url("customers")))
    with acme.inside():
        acme.customer("Customer 000a")  # arrives while somebody reads
    second, end = names_on(client.get(acme.url("customers") + query))

    assert len(first) == 50
    assert [*first, *second] == sorted(
        [f"Customer {number:03}" for number in range(53)] + ["Customer 049"]
    )
    assert end is None


def test_the_next_page_keeps_the_filter(acme):
    with acme.inside():
        for number in range(51):
            acme.customer(f"Ada {number:03}")
            acme.customer(f"Ben {number:03}")
    client = acme.client("owner")

    _, query = names_on(client.get(acme.url("customers") + "?q=Ada"))
    second, _ = names_on(client.get(acme.url("customers") + query))

    assert second == ["Ada 050"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ada", ["Ada Okafor"]),
        ("okaf", ["Ada Okafor"]),
        ("BEN.HARRIS@mail.example", ["Ben Harris"]),
        ("C-77", ["Ben Harris"]),
        ("northwind", ["Ben Harris"]),
        ("%", []),
        ("nobody", []),
    ],
)
def test_customers_are_found_by_name_address_id_and_company(acme, words, found):
    with acme.inside():
        acme.customer("Ada Okafor")
        acme.customer("Ben Harris", external_id="C-77", company=acme.company("Northwind Joinery"))

    names, _ = names_on(acme.client("owner").get(acme.url("customers"), {"q": words}))

    assert names == found


def test_a_list_of_answers_without_any_in_the_period_leads_to_where_they_are(acme):
    with acme.inside():
        acme.answer(4, "long ago", at=acme.now - acme.day * 200)
    client = acme.client("viewer")

    page = BeautifulSoup(client.get(acme.url("responses")).content, "html.parser")
    there = client.get(acme.url("responses") + page.select_one(".empty a")["href"])

    assert "Your answers run" in page.select_one(".empty").get_text()
    assert "long ago" in there.content.decode()


def test_a_programmes_pages_are_narrowed_by_the_touchpoint_and_keep_it(acme):
    with acme.inside():
        chat = acme.touchpoint("Chat")
        ProgrammeTouchpoint.objects.create(**acme.own, programme=acme.csat, touchpoint=chat)
        for number in range(3):
            acme.contact(acme.customer(f"Phone {number}"))
        ada = acme.contact(acme.customer("Ada"))
        Invitation.objects.filter(pk=ada.pk).update(touchpoint=chat)
        Interaction.objects.filter(pk=ada.interaction_id).update(touchpoint=chat)
    client, query = acme.client("owner"), f"?days=30&touchpoint={chat.pk}"

    page = soup(client.get(acme.url("programme", acme.csat.pk) + query))
    asked = page.select_one(".funnel li .num")
    assert text_of(asked) == "1"
    every = page.find("a", string="Every decision by customer")["href"]
    listed = soup(client.get(every))
    assert [text_of(name) for name in listed.select("td a.main")] == ["Ada"]
    back = listed.select(".crumbs a")[1]["href"]
    assert back.endswith(query)
    rules = page.select('td a[href*="rule="]')
    assert [text_of(rule) for rule in rules] == ["1"]
    assert len(soup(client.get(rules[0]["href"])).select("td a.main")) == 1
    whole = soup(client.get(acme.url("decisions", acme.csat.pk) + "?days=30"))
    assert len(whole.select("td a.main")) == 4
    assert client.get(acme.url("programme", acme.csat.pk) + "?touchpoint=0").status_code == 400


def test_the_list_of_answers_offers_segments_and_keeps_what_other_pages_go_by(acme):
    with acme.inside():
        track_property(organisation_id=acme.id, key="plan", now=acme.now)
        acme.answer(4, customer=acme.customer("Ada"), context={"plan": "Basic"})
        acme.answer(4, customer=acme.customer("Ben"), context={"plan": "Plus"})
        acme.fold()
    client, query = acme.client("viewer"), "?days=30&metric=csat&against=year"

    page = soup(client.get(acme.url("responses") + query))
    basic, plus = page.select("details.fold a")
    assert [text_of(one) for one in (basic, plus)] == ["Basic", "Plus"]
    narrowed = soup(client.get(acme.url("responses") + basic["href"]))
    assert narrowed.select_one(".page-head p").get_text().startswith("1 answer,")
    boxes = narrowed.select(".filters input[type=hidden]")
    hidden = {(one["name"], one["value"]) for one in boxes}
    assert hidden == {("days", "30"), ("segment", "plan:Basic"), ("against", "year")}
    typed = {"days": "30", "segment_key": "plan", "segment_value": "Plus"}
    answer = client.get(acme.url("responses"), typed)
    assert answer["Location"] == acme.url("responses") + "?days=30&segment=plan%3APlus"


def test_decisions_say_how_many_there_are_each_way_and_are_found_by_name(acme):
    with acme.inside():
        ada = acme.customer("Ada Okafor")
        acme.contact(ada)
        last = {"last_asked_on": "2026-11-01", "days": 30}
        acme.contact(ada, is_asked=False, rule="resting", **last)
        acme.contact(acme.customer("Obi"), is_asked=False, rule="opted_out")
        by_hand = acme.contact(acme.customer("Ida")).decision
        type(by_hand).objects.filter(pk=by_hand.pk).update(
            interaction=None, occasion="wave:7", is_asked=False, rule="bounced"
        )
    client, address = acme.client("responder"), acme.url("decisions", acme.csat.pk)

    page = soup(client.get(f"{address}?days=30"))
    ways = {text_of(each): each["href"] for each in page.select(".verdicts a")}
    assert list(ways) == ["All 4", "Asked 1", "Not asked 3"]
    assert [each.text for each in page.select("#id_rule option")] == [
        "Any", "Asked (1)", "The address does not exist (1)", "The customer asked us to stop (1)",
        "The programme rests after asking (1)",
    ]  # fmt: skip
    assert "a wave" in {text_of(each) for each in page.select("td[data-label=After]")}

    page = soup(client.get(address + ways["Not asked 3"]))
    assert len(page.select("td a.main")) == 3
    assert "Asked (1)" not in page.select_one("#id_rule").text

    page = soup(client.get(f"{address}?days=30&customer=okafor&verdict=not_asked"))
    assert [text_of(each) for each in page.select("td a.main")] == ["Ada Okafor"]
    assert [text_of(each) for each in page.select(".verdicts a")][1:] == ["Asked 1", "Not asked 1"]
    assert "rests for 30 days" in text_of(page.select_one("td[data-label=Decision]"))
