"""Compare: both sides as they were asked for, the test between them, and what it may not say."""

from datetime import timedelta
from itertools import cycle

import pytest
from bs4 import BeautifulSoup

from kit.periods import local_day
from metrics.actions.tracking import track_property
from tests.console.conftest import ZONE
from tests.console.crowds import crowd
from tests.console.test_overview import _number, _total, text_of


def soup(answer):
    return BeautifulSoup(answer.content, "html.parser")


def look(world, query="", role="viewer"):
    answer = world.client(role).get(world.url("compare") + query)
    assert answer.status_code == 200
    return soup(answer)


def section(page, name):
    return page.find(id=name).find_parent("section")


def said(page):
    return text_of(page.select_one("main .verdict"))


def answers(world, count, scores, *, days_ago, place=None, plan=None):
    """As many answers so long ago; must run inside the organisation."""
    fields = {"context": {"plan": plan}} if plan else {}
    told = [score for score, _ in zip(cycle(scores), range(count), strict=False)]
    crowd(world, told, place=place, before=timedelta(days=days_ago), **fields)


def days(world, first_ago, last_ago, prefix=""):
    first, last = (
        (world.now - timedelta(days=ago)).date().isoformat() for ago in (first_ago, last_ago)
    )
    return f"{prefix}from={first}&{prefix}to={last}"


@pytest.fixture
def two_periods(acme):
    """120 answers in the last 40 days, 80 % satisfied; 120 in the 40 before, 50 %."""
    with acme.inside():
        answers(acme, 120, [5, 4, 5, 4, 1], days_ago=5)
        answers(acme, 120, [5, 1], days_ago=45)
        acme.fold()
    return acme


@pytest.fixture
def two_plans(acme):
    with acme.inside():
        track_property(organisation_id=acme.id, key="plan", now=acme.now)
        answers(acme, 60, [5, 5, 5, 1], days_ago=5, plan="Max")
        answers(acme, 60, [5, 1, 1, 1], days_ago=5, plan="Basic")
        acme.fold()
    return acme


def test_without_a_word_the_days_before_are_the_other_side(two_periods):
    page = look(two_periods)

    first, second = (page.find(id=f"b_{name}")["value"] for name in ("from", "to"))
    today = local_day(two_periods.now, ZONE)
    assert second == (today - timedelta(days=90)).isoformat()
    assert first == (today - timedelta(days=179)).isoformat()


def test_two_periods_with_interval_test_and_both_numbers(two_periods):
    query = f"?{days(two_periods, 40, 0)}&{days(two_periods, 80, 41, 'b_')}"
    page = look(two_periods, query)

    assert said(page) == "A is 30 higher than B : more than chance explains (n = 120 and 120)"
    facts = text_of(page.select_one("dl.facts"))
    # Newcombe's interval of 96/120 - 60/120.
    assert "Difference, A minus B +30 points 95 % interval +18 to +41" in facts
    assert "p under 0.001" in facts
    assert "80 % 72 to 86 %" in text_of(section(page, "side-A"))
    assert "50 % 41 to 59 %" in text_of(section(page, "side-B"))
    rows = [[text_of(cell) for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert rows[0] == ["1", "24", "20 %", "60", "50 %"]
    assert page.select_one("figure.chart.wide svg")


def test_every_number_leads_to_its_answers(two_periods):
    query = f"?{days(two_periods, 40, 0)}&{days(two_periods, 80, 41, 'b_')}"
    links = look(two_periods, query).select("a.n")

    client = two_periods.client("viewer")
    assert [_number(link) for link in links] == [120, 120]
    assert [_total(client.get(link["href"])) for link in links] == [120, 120]


def test_two_segments_in_the_same_days(two_plans):
    page = look(two_plans, "?days=90&segment=plan:Max&b_segment=plan:Basic")

    assert said(page).startswith(
        "A is 50 higher than B : more than chance explains (n = 60 and 60)"
    )
    assert "plan Max" in text_of(page.find(id="side-A"))
    assert "plan Basic" in text_of(page.find(id="side-B"))
    links = page.select("a.n")
    client = two_plans.client("viewer")
    assert [_total(client.get(link["href"])) for link in links] == [60, 60]


def test_a_part_beside_the_whole_that_holds_it_is_not_called(two_plans):
    page = look(two_plans, f"?segment=plan:Max&{days(two_plans, 89, 0, 'b_')}&b_segment=")

    assert said(page).startswith("no call : one answer may stand on both sides")
    assert page.select("dl.facts dt") == []
    assert [_number(link) for link in page.select("a.n")] == [60, 120]


def test_a_part_is_compared_with_everybody_else(two_plans):
    with two_plans.inside():
        answers(two_plans, 40, [5, 1], days_ago=6)  # of whom no plan is known
        two_plans.fold()
    page = look(two_plans, "?days=90&segment=plan:Max&b_rest=on")

    # 45 of 60 with Max; of the others 15 of 60 and 20 of 40.
    assert said(page) == "A is 40 higher than B : more than chance explains (n = 60 and 100)"
    assert "75 %" in text_of(section(page, "side-A"))
    assert "35 %" in text_of(section(page, "side-B"))
    assert "B everybody but plan Max" in text_of(page.find(id="side-B"))
    client, links = two_plans.client("viewer"), page.select("a.n")
    assert [_total(client.get(link["href"])) for link in links] == [60, 100]
    assert "without plan = Max" in text_of(soup(client.get(links[1]["href"])))
    assert page.find(id="b_rest").has_attr("checked")


def test_everybody_else_can_be_narrowed_and_of_other_days(two_plans):
    with two_plans.inside():
        answers(two_plans, 30, [5, 1, 1], days_ago=130, plan="Basic")
        answers(two_plans, 30, [5], days_ago=130, plan="Max")
        two_plans.fold()
    query = f"?days=90&segment=plan:Max&{days(two_plans, 180, 100, 'b_')}&b_rest=on"
    page = look(two_plans, f"{query}&b_touchpoint={two_plans.phone.pk}")

    assert [_number(link) for link in page.select("a.n")] == [60, 30]
    assert "B Phone but plan Max" in text_of(page.find(id="side-B"))
    client = two_plans.client("viewer")
    assert [_total(client.get(link["href"])) for link in page.select("a.n")] == [60, 30]


def test_who_cannot_be_in_a_is_left_as_it_is(two_plans):
    page = look(two_plans, "?days=90&segment=plan:Max&b_segment=plan:Basic&b_rest=on")

    assert [_number(link) for link in page.select("a.n")] == [60, 60]
    assert said(page).startswith("A is 50 higher than B")


def test_besides_everybody_there_is_nobody_else(two_plans):
    page = look(two_plans, "?days=90&b_rest=on")

    assert said(page).startswith("nothing to compare : choose a touchpoint")
    assert [_number(link) for link in page.select("a.n")] == [120]
    assert "n = 0" in text_of(section(page, "side-B"))


def test_words_are_compared_with_everybody_else(two_plans):
    with two_plans.inside():
        crowd(two_plans, [1] * 30, comment="the bill was wrong", before=timedelta(days=3))
        two_plans.fold()
    page = look(two_plans, "?days=90&q=bill&b_rest=on")

    assert [_number(link) for link in page.select("a.n")] == [30, 120]
    client = two_plans.client("viewer")
    assert [_total(client.get(link["href"])) for link in page.select("a.n")] == [30, 120]
    assert "\u201cbill\u201d" in text_of(page.find(id="side-A"))


def test_few_answers_are_not_compared(acme):
    with acme.inside():
        answers(acme, 24, [5], days_ago=5)
        answers(acme, 40, [1], days_ago=120)
        acme.fold()

    assert said(look(acme)) == "too few answers to compare (n = 24 and 40)"


def test_what_could_be_chance_says_how_many_answers_it_would_take(acme):
    with acme.inside():
        answers(acme, 60, [5, 4, 2, 4], days_ago=5)
        answers(acme, 60, [5, 4, 2], days_ago=120)
        acme.fold()
    page = look(acme)

    assert said(page) == "no call : the difference could be chance (n = 60 and 60)"
    assert "To see 10 points, about" in text_of(section(page, "verdict-title"))


def test_a_pooled_difference_is_split_into_scores_and_mix(acme):
    """Phone stays at 90 %, chat at 50 %; chat grew from a third to two thirds: all of it mix."""
    with acme.inside():
        chat = acme.touchpoint("Chat")
        for days_ago, phones, chats in ((5, 20, 40), (45, 40, 20)):
            answers(acme, phones, [5] * 9 + [1], days_ago=days_ago)
            answers(acme, chats, [5, 1], days_ago=days_ago, place=chat)
        acme.fold()
    page = look(acme, f"?{days(acme, 40, 0)}&{days(acme, 80, 41, 'b_')}")

    assert "By touchpoint \u221213: 0 scores, \u221213 mix" in text_of(page.select_one("dl.facts"))


def test_the_relationship_is_compared_by_nps_and_has_no_mix(acme):
    with acme.inside():
        crowd(acme, [9] * 60, relational=True, before=timedelta(days=5))
        scores = [number % 10 for number in range(60)]
        crowd(acme, scores, relational=True, before=timedelta(days=120))
        acme.fold()
    page = look(acme, "?metric=experience")

    assert said(page).startswith("A is 160 higher than B : more than chance explains")
    assert "By touchpoint" not in text_of(page)


@pytest.mark.parametrize(
    "query",
    ["metric=joy", "b_from=2026-01-01", "b_touchpoint=999999", "c_from=2026-01-01", "q=%00",
     "b_q=%00", "b_rest=yes",
     "b_from=2026-02-01&b_to=2026-01-01", "segment=plan", "b_segment=plan", "b_against=year"],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_refused(acme, query):
    assert acme.client("viewer").get(f"{acme.url('compare')}?{query}").status_code == 400


@pytest.mark.parametrize("places", [1, 3])
def test_statements_do_not_grow_with_touchpoints(acme, django_assert_num_queries, places):
    with acme.inside():
        for number in range(places):
            chosen = acme.touchpoint(f"Desk {number}")
            answers(acme, 30, [5, 4, 1], days_ago=5, place=chosen)
            answers(acme, 30, [5, 4, 1], days_ago=120, place=chosen)
        acme.fold()
    client = acme.client("owner")
    client.get(acme.url("compare"))

    with django_assert_num_queries(23):
        assert client.get(acme.url("compare")).status_code == 200
