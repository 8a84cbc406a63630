"""One touchpoint: where its change comes from, who answered, what became of interactions."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from metrics.actions.tracking import track_property
from surveys.models import Invitation
from tests.console.crowds import crowd

NOW, BEFORE = timedelta(days=8), timedelta(days=100)


def text_of(node):
    return " ".join(node.get_text(" ").split()).replace(" )", ")")


@pytest.fixture
def look(acme):
    def open_page(name="touchpoint", query=""):
        answer = acme.client("viewer").get(acme.url(name, acme.phone.pk) + query)
        assert answer.status_code == 200
        return BeautifulSoup(answer.content, "html.parser")

    return open_page


def ask(world, team, good, bad, before):
    context = {"team": team} if team else {}
    crowd(world, [5] * good + [1] * bad, before=before, context=context)


@pytest.fixture
def moved(acme):
    """The desk scores 60 % as ever and the house 90 %; the desk took over most of the calls."""
    with acme.inside():
        track_property(organisation_id=acme.id, key="team", now=acme.now)
        ask(acme, "House", 90, 10, BEFORE)
        ask(acme, "Desk", 12, 8, BEFORE)
        ask(acme, "House", 18, 2, NOW)
        ask(acme, "Desk", 60, 40, NOW)
        acme.fold()
    return acme


def mixes(page):
    card = page.find(id="mix-csat")
    if card is None:
        return {}
    blocks = card.find_parent("section").select(".mixes > div")
    return {text_of(block.find("h3")): text_of(block.find("p")) for block in blocks}


def test_a_change_of_mix_is_told_from_a_change_of_scores(moved, look):
    # 102 of 120 before (85 %), 78 of 120 now (65 %): nobody worked worse.
    assert mixes(look()) == {"Team": "\u221220: 0 scores, \u221220 mix"}


def test_a_change_of_scores_is_told_from_a_change_of_mix(acme, look):
    with acme.inside():
        track_property(organisation_id=acme.id, key="team", now=acme.now)
        for team in ("House", "Desk"):
            ask(acme, team, 54, 6, BEFORE)
            ask(acme, team, 36, 24, NOW)
        acme.fold()

    assert mixes(look()) == {"Team": "\u221230: \u221230 scores, 0 mix"}


def test_answers_without_the_property_are_a_part_of_their_own(moved, look):
    with moved.inside():
        ask(moved, "", 10, 30, NOW)
        moved.fold()

    card = look().find(id="mix-csat").find_parent("section")

    rows = [[text_of(cell) for cell in row.select("th, td")] for row in card.select("tbody tr")]
    assert rows == [
        ["Desk", "12 of 20", "60 %", "20", "100"],
        ["House", "90 %", "18 of 20", "100", "20"],
        ["not known", "\u2013", "25 %", "0", "40"],
    ]


def test_a_change_that_could_be_chance_is_not_taken_apart(acme, look):
    with acme.inside():
        track_property(organisation_id=acme.id, key="team", now=acme.now)
        for team, good in (("House", 20), ("Desk", 22)):
            ask(acme, team, good, 8, BEFORE)
            ask(acme, team, good - 1, 8, NOW)
        acme.fold()

    page = look()

    assert "no call" in text_of(page.find(id="csat-title").find_parent("section"))
    assert mixes(page) == {}


def test_a_change_of_few_answers_is_neither_called_nor_taken_apart(acme, look):
    with acme.inside():
        track_property(organisation_id=acme.id, key="team", now=acme.now)
        for team in ("House", "Desk"):
            ask(acme, team, 10, 0, BEFORE)
            ask(acme, team, 0, 12, NOW)
        acme.fold()

    assert mixes(look()) == {}


def test_one_group_alone_explains_nothing(acme, look):
    with acme.inside():
        track_property(organisation_id=acme.id, key="team", now=acme.now)
        ask(acme, "House", 90, 10, BEFORE)
        ask(acme, "House", 40, 60, NOW)
        acme.fold()

    assert mixes(look()) == {}


def funnel(page):
    rows = page.find(id="asked").select("li")
    return [(text_of(row.find("span")), text_of(row.select_one(".num"))) for row in rows]


def test_every_interaction_is_followed_to_its_answer(acme, look):
    with acme.inside():
        for number in range(5):
            acme.contact(acme.customer(f"Silent {number}"))
        acme.answer(4, customer=acme.customer("Ada"))
        gone = acme.contact(acme.customer("Gone"))
        Invitation.objects.filter(pk=gone.pk).update(bounced_at=acme.now)
        for number in range(2):
            person = acme.customer(f"Rested {number}")
            acme.contact(person, is_asked=False, rule="resting", last_asked_on="2026-11-01", days=3)
        acme.contact(acme.customer("Out"), is_asked=False, rule="opted_out")
        acme.fold()

    assert funnel(look("touchpoint_asked")) == [
        ("Interactions", "10"),
        ("Asked", "7"),
        ("Mail handed over", "7"),
        ("Delivered", "6"),
        ("Answered", "1"),
        ("Asked", "7"),
        ("The programme rests after asking", "2"),
        ("The customer asked us to stop", "1"),
    ]


def test_the_page_leads_to_the_way_of_its_interactions_and_keeps_the_period(acme, look):
    link = look(query="?days=30").find(id="asked").find("a")

    assert link["href"] == acme.url("touchpoint_asked", acme.phone.pk) + "?days=30"


def test_who_answered_is_counted_of_those_asked_here(acme, look):
    with acme.inside():
        acme.contact(acme.customer("Silent"))
        acme.answer(4, customer=acme.customer("Ada"))
        acme.fold()

    card = look().find(id="rate-title").find_parent("section")
    assert "asked 2 \u00b7 answered 50 % \u00b7 bounced 0 %" in text_of(card)
