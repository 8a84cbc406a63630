"""As it is now beside as it was: whoever moved takes the answers along, on this page alone."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from metrics.actions.tracking import track_property
from surveys.models import Customer, PropertyKey
from tests.console.crowds import crowd

LONG_AGO = timedelta(days=40)


def text_of(node):
    return " ".join(node.get_text(" ").split())


@pytest.fixture
def desks(acme):
    """Aisha was in Billing and is in Chat now; Helen stayed; five answers name nobody."""
    with acme.inside():
        for key in ("team", "agent"):
            track_property(organisation_id=acme.id, key=key, now=acme.now)
        for team, agent, scores, before in (
            ("Billing", "Aisha", [5] * 20 + [1] * 10, LONG_AGO),
            ("Billing", "Helen", [5] * 30, LONG_AGO),
            ("Chat", "Aisha", [5] * 25, timedelta(0)),
            ("Chat", "Jin", [4] * 5, LONG_AGO),
        ):
            crowd(acme, scores, before=before, context={"team": team, "agent": agent})
        crowd(acme, [1] * 5, context={"team": "Billing"})
        acme.fold()
    return acme


def look(world, query, role="viewer", key="team"):
    answer = world.client(role).get(world.url("segments_of", key) + query)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def lines(page):
    return [[text_of(cell) for cell in row.find_all("td")] for row in page.select("tbody tr")]


@pytest.mark.parametrize("role", ["viewer", "responder", "owner"])
def test_her_answers_stand_with_the_team_she_is_in_today(desks, role):
    page = look(desks, "?days=90&now=by:agent", role)

    assert lines(page) == [
        [
            "Billing",
            "77 % 65 to 85 % · n = 65 · small sample",
            "86 % 71 to 94 % · n = 35 · small sample",
        ],
        [
            "Chat",
            "100 % 89 to 100 % · n = 30 · small sample",
            "83 % 72 to 91 % · n = 60 · small sample",
        ],
    ]
    assert [text_of(each) for each in page.select("main section li")] == [
        "Aisha : 30 answers from Billing stand with Chat"
    ]


def test_a_number_as_it_was_leads_to_its_answers_and_one_as_it_is_now_to_none(desks):
    page = look(desks, "?days=90&now=by:agent")
    client = desks.client("viewer")
    links = [row.select("td .small a") for row in page.select("tbody tr")]

    assert [len(each) for each in links] == [1, 1]
    assert [client.get(each["href"]).context["total"] for (each,) in links] == [65, 30]


def test_today_is_the_latest_answer_also_where_the_period_ends_before_it(desks):
    days = (desks.now - timedelta(days=60)).date(), (desks.now - timedelta(days=30)).date()
    page = look(desks, f"?from={days[0]}&to={days[1]}&now=by:agent")

    assert [[name, was.split(" · ")[0], now] for name, was, now in lines(page)] == [
        ["Billing", "83 % 72 to 91 %", "100 % 89 to 100 % · n = 30 · small sample"],
        ["Chat", "57 to 100 %", "71 % 55 to 84 % · n = 35 · small sample"],
    ]


def test_a_filter_narrows_both_sides(desks):
    page = look(desks, "?days=90&segment=agent:Helen&now=by:agent")

    assert lines(page) == [["Billing", *["100 % 89 to 100 % · n = 30 · small sample"] * 2]]
    assert "Nobody moved: both say the same." in text_of(page.main)


def test_a_property_of_customers_goes_by_their_record_and_the_relationship_by_the_latest(acme):
    with acme.inside():
        track_property(organisation_id=acme.id, key="plan", now=acme.now)
        PropertyKey.objects.create(
            organisation_id=acme.id,
            owner="customer",
            key="plan",
            kind="text",
            created_at=acme.now,
        )
        people = [acme.customer(f"C{n}", properties={"plan": "Basic"}) for n in range(30)]
        for number, score in enumerate([10] * 20 + [0] * 10):
            crowd(acme, [score], relational=True, customer=people[number], context={"plan": "Plus"})
        gone = people[0]
        crowd(acme, [0], relational=True, customer=gone, before=LONG_AGO, context={"plan": "Plus"})
        crowd(acme, [0], relational=True, context={"plan": "Max"})
        Customer.objects.filter(pk=people[1].pk).update(properties={})
        acme.fold()

    page = look(acme, "?days=90&now=customer", key="plan")

    assert [
        [name, was.rpartition("n = ")[2], now.rpartition("n = ")[2]]
        for name, was, now in lines(page)
    ] == [
        ["Basic", "no answers", "29 · small sample"],
        ["Max", "1 · too few for a score", "1 · too few for a score"],
        ["Plus", "30 · small sample", "1 · too few for a score"],
    ]
    assert "Customers : 29 answers from Plus stand with Basic" in text_of(page.main)


def test_the_list_offers_what_may_move_and_refuses_what_cannot(desks):
    offered = look(desks, "?days=365").select("main p a[href*='now=']")
    client = desks.client("viewer")

    assert [(text_of(each), each["href"].partition("?")[2]) for each in offered] == [
        ("agent", "days=365&now=by%3Aagent")
    ]
    for wrong in ("by:team", "by:nothing", "agent", ""):
        url = f"{desks.url('segments_of', 'team')}?now={wrong}"
        assert client.get(url).status_code == 404, wrong


def test_the_house_next_door_finds_nothing(desks, globex):
    answer = globex.client("owner").get(desks.url("segments_of", "team") + "?now=by:agent")
    assert answer.status_code == 404
