"""Segments by name: what is tracked, counted or searched for gives the same figures."""

import random
from collections import Counter

import pytest

from kit import tenancy
from kit.periods import Period
from metrics.actions.rebuilding import rebuild_cells
from metrics.actions.tracking import track_property
from metrics.models import PropertyValue
from metrics.queries.filters import Slice, experience, service
from metrics.queries.histograms import left_out_of, read
from metrics.queries.rates import response_rate
from metrics.queries.scores import score_of, trend_of
from metrics.queries.segments import never_occurred
from metrics.queries.sources import Way, source
from metrics.rules.windows import Against, Step, comparison
from metrics.statistics.definitions import Definitions
from surveys.models import Invitation
from tests.metrics.conftest import START, build_world, day
from tests.metrics.reference import is_relational, outcome, scored

TODAY = day(321)
KEYS = {"plan": ["Basic", "Plus"], "branch": ["North", "South", None], "vip": [True, False, 3, 3.5]}
STANDINGS = ["counted"] * 7 + ["suspect", "excluded", "test"]


def fill(world, chance, answers):
    """Answers and invitations of every kind with three properties each."""
    for _ in range(answers):
        context = {key: chance.choice(values) for key, values in KEYS.items()}
        programme = chance.choice(["relation"] * 3 + ["loyalty", "service", "service"])
        on = day(chance.randint(280, 321))
        more = {
            "customer": chance.choice(range(8)),
            "standing": chance.choice(STANDINGS),
            "context": context,
        }
        place = chance.choice(["phone", "chat", "bill"]) if programme == "service" else None
        score = chance.randint(1, 5) if programme == "service" else chance.randint(0, 10)
        if chance.random() < 0.4:
            asked = world.ask(programme, on, customer=more["customer"], context=context)
            if chance.random() < 0.6:
                world.reply(asked, score, touchpoint=place, **more)
        else:
            world.answer(programme, score, on, hour=chance.randint(0, 23), touchpoint=place, **more)


def text(value):
    """As `context ->> key` writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def fits(row, segments):
    return all(
        row.context.get(key) is not None and text(row.context[key]) == value
        for key, value in segments
    )


def belongs(row, chosen, period):
    """Whether an answer is of the figure's question, kind of touchpoint and days."""
    kind = row.touchpoint.kind if row.touchpoint else None
    return (
        row.metric == chosen.definition.kind
        and is_relational(row) == chosen.is_relational
        and chosen.touchpoint_kind in (None, kind)
        and period.first <= row.local_on <= period.last
    )


def expected(chosen, period, segments):
    """Histogram and what is left out, from the answers alone."""
    latest, histogram, out = {}, Counter(), Counter()
    for row in scored():
        if not belongs(row, chosen, period):
            continue
        if row.standing == "suspect" and chosen.with_suspects:
            histogram[row.score] += fits(row, segments)
        elif row.standing != "counted":
            out[row.standing] += fits(row, segments)
        elif is_relational(row):
            before = latest.get((row.programme_id, row.customer_id))
            if before is not None:
                out["superseded"] += fits(before, segments)
            latest[row.programme_id, row.customer_id] = row
        else:
            histogram[row.score] += fits(row, segments)
    for row in latest.values():
        histogram[row.score] += fits(row, segments)
    return +histogram, dict(+out)


def some_segments(chance):
    keys = chance.sample(list(KEYS), chance.randint(1, 3))
    known = [[value for value in KEYS[key] if value is not None] for key in keys]
    return tuple(
        (key, text(chance.choice(values))) for key, values in zip(keys, known, strict=True)
    )


@pytest.mark.parametrize("seed", range(4))
def test_three_ways_of_counting_agree_with_a_slow_recount(acme, seed):
    chance = random.Random(seed)
    fill(acme, chance, 60)
    used = Counter()
    # First nothing is tracked, then one property, then all three.
    for tracked in ([], ["plan"], ["branch", "vip"]):
        for key in tracked:
            track_property(organisation_id=acme.organisation_id, key=key, now=START)
        rebuild_cells(organisation_id=acme.organisation_id)
        for _ in range(8):
            segments = some_segments(chance)
            base = chance.choice([experience, service])(acme.organisation_id, Definitions())
            chosen = base.narrowed(segments=segments, with_suspects=chance.random() < 0.5)
            first = chance.randint(275, 321)
            period = Period(day(first), day(first + chance.choice([0, 6, 29])))
            used[source(chosen).way] += 1

            found = read(chosen, [period])[0]

            assert (Counter(found.histogram), found.left_out) == expected(chosen, period, segments)
    assert set(used) == set(Way)


def test_parts_that_were_looked_up_one_after_the_other_are_looked_up_together(acme):
    fill(acme, random.Random(9), 80)
    track_property(organisation_id=acme.organisation_id, key="plan", now=START)
    period = Period(day(280), day(321))
    segments = (("plan", "Basic"), ("branch", "North"))
    for base in (experience, service):
        chosen = base(acme.organisation_id, Definitions())
        part = Slice(organisation_id=acme.organisation_id, segments=segments[:1]).resolved()
        both = part.narrowed(segments=segments[1:]).resolved()

        found = read(chosen.within(both), [period])[0]

        assert (both.properties != {}, both.context, both.named) == (True, segments[1:], segments)
        assert (Counter(found.histogram), found.left_out) == expected(chosen, period, segments)
        assert sum(found.histogram.values()) > 0


@pytest.mark.parametrize("tracked", [[], ["plan"], ["plan", "branch", "vip"]])
def test_response_rates_agree_too(acme, tracked):
    chance = random.Random(7)
    fill(acme, chance, 80)
    for key in tracked:
        track_property(organisation_id=acme.organisation_id, key=key, now=START)
    rebuild_cells(organisation_id=acme.organisation_id)
    period = Period(day(285), day(315))
    answered = {row.invitation_id: row for row in scored() if row.invitation_id}
    for _ in range(12):
        segments = some_segments(chance)
        part = Slice(organisation_id=acme.organisation_id, segments=segments)
        asked = [
            outcome(row, answered.get(row.id))
            for row in Invitation.objects.filter(sent_on__range=(period.first, period.last))
            if fits(row, segments)
        ]

        rate = response_rate(part, period, today=TODAY)

        assert rate.sent == len(asked)
        assert rate.answered == sum(one in ("finished", "began") for one in asked)
        assert rate.suspect == asked.count("suspect")


def test_trends_and_left_out_of_an_untracked_property(acme):
    fill(acme, random.Random(3), 60)
    rebuild_cells(organisation_id=acme.organisation_id)
    period = Period(day(290), day(321))
    named = experience(acme.organisation_id, Definitions()).narrowed(segments=(("plan", "Basic"),))

    untracked = (
        [point.figure for point in trend_of(named, period, Step.MONTH_MOVING)],
        left_out_of(Slice(organisation_id=acme.organisation_id, segments=named.segments), period),
    )
    track_property(organisation_id=acme.organisation_id, key="plan", now=START)
    tracked = (
        [point.figure for point in trend_of(named, period, Step.MONTH_MOVING)],
        left_out_of(Slice(organisation_id=acme.organisation_id, segments=named.segments), period),
    )

    assert untracked == tracked
    assert sum(untracked[1].values()) > 0


def test_values_beyond_the_first_thousand_are_searched_for(acme, monkeypatch):
    monkeypatch.setattr("metrics.queries.counting.rows.VALUES_PER_PROPERTY", 2)
    for number in range(4):
        acme.answer("service", 5, day(300), touchpoint="phone", context={"plan": f"plan {number}"})
    track_property(organisation_id=acme.organisation_id, key="plan", now=START)
    PropertyValue.objects.filter(value="plan 3").update(value="")
    rebuild_cells(organisation_id=acme.organisation_id)

    for number in range(4):
        chosen = service(acme.organisation_id, Definitions()).narrowed(
            segments=(("plan", f"plan {number}"),)
        )
        assert read(chosen, [Period(day(300), day(300))])[0].histogram == {5: 1}
    assert never_occurred(acme.organisation_id, [("plan", "plan 9"), ("plan", "plan 3")]) == [
        ("plan", "plan 9")
    ]


def test_long_values_are_compared_whole(acme):
    long, other = "x" * 200, "x" * 200 + "y"
    for value in (long, other):
        acme.answer("service", 5, day(300), touchpoint="phone", context={"plan": value})
    track_property(organisation_id=acme.organisation_id, key="plan", now=START)

    chosen = service(acme.organisation_id, Definitions()).narrowed(segments=(("plan", long),))

    assert read(chosen, [Period(day(300), day(300))])[0].histogram == {5: 1}


@pytest.mark.parametrize("answers", [1, 3])
@pytest.mark.parametrize(
    ("segments", "statements"), [((("plan", "Basic"),), 3), ((("desk", "1"), ("plan", "Basic")), 3)]
)
def test_looking_up_costs_one_statement_and_none_when_it_was_done_before(
    acme, django_assert_num_queries, answers, segments, statements
):
    for number in range(answers):
        context = {"plan": "Basic", "desk": 1}
        acme.answer("service", 5, day(300 + number), touchpoint="phone", context=context)
    track_property(organisation_id=acme.organisation_id, key="plan", now=START)
    chosen = service(acme.organisation_id, Definitions()).narrowed(segments=segments)
    period = Period(day(290), day(321))

    with django_assert_num_queries(statements):
        assert score_of(chosen, period, today=TODAY).figure.n == answers
    resolved = chosen.resolved()
    with django_assert_num_queries(statements - 1):
        assert score_of(resolved, period, today=TODAY).figure.n == answers


def test_another_organisation_is_not_searched(db):
    with tenancy.organisation(4_000_001):
        ours = build_world(4_000_001)
        ours.answer("service", 5, day(300), touchpoint="phone", context={"plan": "Basic"})
        rebuild_cells(organisation_id=4_000_001)
    with tenancy.organisation(4_000_002):
        build_world(4_000_002, slug="other")
        rebuild_cells(organisation_id=4_000_002)
        for organisation_id in (4_000_001, 4_000_002):
            chosen = service(organisation_id, Definitions()).narrowed(segments=(("plan", "Basic"),))
            assert read(chosen, [Period(day(290), day(310))])[0].histogram == {}
        assert never_occurred(4_000_001, [("plan", "Basic")]) == [("plan", "Basic")]


def test_the_year_before_is_as_many_weeks_before():
    period = Period(day(292), day(321))
    told = comparison(period, TODAY, Against.YEAR)

    assert told.now == Period(day(290), day(319))
    assert told.before == Period(day(290 - 364), day(319 - 364))
    assert told.before.last.isoweekday() == told.now.last.isoweekday()
    assert comparison(period, TODAY, Against.BEFORE) == comparison(period, TODAY)
