"""Customers who have both, read from the cells, against a slow recount."""

import random
from collections import Counter

import pytest

from kit.periods import Period
from metrics.actions.rebuilding import rebuild_cells
from metrics.actions.tracking import track_property
from metrics.queries.filters import experience
from metrics.queries.quadrants import both_of
from metrics.rules.windows import comparison
from metrics.statistics.definitions import Definitions
from metrics.statistics.gap import Group
from metrics.statistics.proportions import Share
from metrics.statistics.quadrants import Apart, Felt, Link, Served
from metrics.statistics.verdicts import Call
from tests.metrics.conftest import START, day
from tests.metrics.reference import latest_in, scored

TODAY = day(321)  # Tuesday; verdicts end on Sunday, day 319
PERIOD = Period(day(292), day(321))
WELL, POORLY = Served.WELL, Served.POORLY
HIGH, MIDDLE, LOW = Felt.HIGH, Felt.MIDDLE, Felt.LOW


def both(world, period=PERIOD, **more):
    rebuild_cells(organisation_id=world.organisation_id)
    chosen = experience(world.organisation_id, Definitions())
    return both_of(chosen, period, today=TODAY, **more)


@pytest.fixture
def world(acme):
    track_property(organisation_id=acme.organisation_id, key="plan", now=START)
    return acme


def by_hand(period, plan=None):
    """Served in the 180 days up to the latest answer of the period, counted one by one."""
    answers = scored()
    services = [
        row
        for row in answers
        if row.standing == "counted" and row.touchpoint and row.touchpoint.kind == "service"
    ]
    found = Counter()
    latest = {}
    for row in answers:
        is_counted = row.standing == "counted" and row.customer_id is not None
        is_inside = period.first <= row.local_on <= period.last
        if row.programme.kind == "relational" and is_counted and is_inside:
            latest[row.customer_id] = row
    for customer, row in latest.items():
        if plan and row.context.get("plan") != plan:
            continue
        votes = [
            one.score >= 4
            for one in services
            if one.customer_id == customer
            and 0 <= (row.answered_at - one.answered_at).total_seconds() < 180 * 86_400
        ]
        felt = HIGH if row.score >= 9 else MIDDLE if row.score >= 7 else LOW
        if not votes:
            found["unrated"] += 1
            continue
        half = 2 * sum(votes) - len(votes)
        found[WELL if half > 0 or (half == 0 and votes[-1]) else POORLY, felt] += 1
    return found


@pytest.fixture
def busy(world):
    chance = random.Random(47)
    for _ in range(60):
        world.answer(
            "service",
            chance.randint(1, 5),
            day(chance.randint(60, 315)),
            hour=chance.randint(0, 23),
            customer=chance.randrange(8),
            touchpoint=chance.choice(["phone", "chat", "bill"]),
            standing=chance.choice(["counted"] * 5 + ["suspect"]),
        )
        world.answer(
            "relation",
            chance.randint(0, 10),
            day(chance.randint(230, 321)),
            hour=chance.randint(0, 23),
            customer=chance.randrange(8),
            context={"plan": chance.choice(["Basic", "Plus"])},
        )
    return world


def test_each_cell_counts_the_latest_answer_of_those_who_rated_service(busy):
    found = both(busy)
    compared = comparison(PERIOD, TODAY)
    for period, counted in (
        (PERIOD, found.shown),
        (compared.now, found.now),
        (compared.before, found.before),
    ):
        expected = by_hand(period)
        assert counted.unrated == expected.pop("unrated", 0)
        cells = {
            (served, felt): counted.count((served, felt)) for served in Served for felt in Felt
        }
        assert {cell: count for cell, count in cells.items() if count} == dict(expected)
        everybody = latest_in(scored(), period, "nps 0-10")
        assert counted.coverage.n == sum(everybody.values())


def crowded(world, plans):
    """Forty well served and forty poorly served of each plan; the poorly served are detractors."""
    people = iter(range(len(world.customers)))
    for plan, well_low in plans.items():
        for number in range(80):
            person, well = next(people), number < 40
            world.answer("service", 5 if well else 1, day(290), customer=person, touchpoint="phone")
            low = number < well_low if well else number < 70
            world.answer(
                "relation", 0 if low else 10, day(300), customer=person, context={"plan": plan}
            )


@pytest.fixture
def crowd(db, world):
    more = 160 - len(world.customers)
    world.customers += type(world.customers[0]).objects.bulk_create(
        type(world.customers[0])(
            organisation_id=world.organisation_id, name=f"more {number}", created_at=START
        )
        for number in range(more)
    )
    return world


def test_the_link_and_the_corner_of_a_segment_are_claimed(crowd):
    crowded(crowd, {"Basic": 36, "Plus": 4})

    found = both(crowd)

    link = found.claims[Link()]
    assert (link.here, link.there) == (Share(60, 80), Share(40, 80))
    assert link.call is Call.UP
    assert link.elsewhere == {
        "90 days": Call.UP,
        "365 days": Call.UP,
        "7-8 counted as good": Call.UP,
    }
    apart = found.claims[Apart((WELL, LOW), Group("plan", "Basic"))]
    assert (apart.here, apart.there, apart.call) == (Share(36, 80), Share(4, 80), Call.UP)


def test_a_link_that_only_old_ratings_show_depends_on_the_days(crowd):
    """Rated in the last quarter they felt alike; only older ratings go with the score."""
    for number in range(160):
        well = number % 2 == 0
        crowd.answer("service", 5 if well else 1, day(150), customer=number, touchpoint="phone")
        low = number < (30 if well else 0) or (not well and number < 150)
        if number >= 100:
            crowd.answer("service", 5, day(290), customer=number, touchpoint="phone", hour=1)
            crowd.answer("service", 1, day(290), customer=number, touchpoint="phone", hour=2)
        crowd.answer("relation", 0 if low else 10, day(300), customer=number)

    claim = both(crowd).claims[Link()]

    assert claim.test.verdict.is_called
    assert claim.elsewhere["90 days"] is None
    assert claim.elsewhere["365 days"] is Call.UP


def test_nobody_rated_service(world):
    world.answer("relation", 3, day(300), customer=0)

    found = both(world)

    assert (found.shown.n, found.shown.coverage, found.claims) == (0, Share(0, 1), {})


@pytest.mark.parametrize("plans", [1, 3])
def test_the_number_of_statements_does_not_grow_with_the_segments(
    world, plans, django_assert_num_queries
):
    for plan in range(plans):
        world.answer("service", 5, day(290), customer=plan, touchpoint="phone")
        world.answer("relation", 9, day(300), customer=plan, context={"plan": f"Plan {plan}"})
    rebuild_cells(organisation_id=world.organisation_id)
    chosen = experience(world.organisation_id, Definitions())

    with django_assert_num_queries(6):
        found = both_of(chosen, PERIOD, today=TODAY)

    assert found.shown.n == plans
