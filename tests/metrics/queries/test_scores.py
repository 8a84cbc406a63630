"""Scores, trends and splits read from the cells, against a slow reference."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from kit import tenancy
from kit.periods import Period
from metrics.actions.rebuilding import rebuild_cells
from metrics.actions.tracking import track_property
from metrics.models import Cell, PropertyValue
from metrics.queries.filters import Filter, experience, service
from metrics.queries.histograms import read, read_splits
from metrics.queries.scores import (
    distribution_of,
    score_of,
    scores_by,
    sparklines,
    trend_of,
)
from metrics.queries.sources import Way, source
from metrics.rules.dimensions import PROGRAMME, TOUCHPOINT, property_dimension
from metrics.rules.windows import Step
from metrics.statistics.definitions import CES, NPS, Definitions
from metrics.statistics.figures import needed_n
from metrics.statistics.proportions import at_least
from metrics.statistics.tiers import Tier
from metrics.statistics.verdicts import Call
from surveys.models import Response
from tests.metrics.conftest import START, build_world, day
from tests.metrics.reference import latest_in, scored

TODAY = day(321)  # Tuesday 17 November 2026


def count_all(world):
    rebuild_cells(organisation_id=world.organisation_id)


def values(key):
    return {
        row.value: row.id for row in PropertyValue.objects.filter(tracked__key=key, value__gt="")
    }


@pytest.fixture
def busy(acme):
    """Three hundred answers of fourteen customers, of every kind and standing."""
    chance = random.Random(41)
    for key in ("plan", "branch"):
        track_property(organisation_id=acme.organisation_id, key=key, now=START)
    standings = ["counted"] * 8 + ["suspect", "excluded"]
    for _ in range(300):
        programme = chance.choice(["relation"] * 4 + ["loyalty", "service", "service", "moment"])
        acme.answer(
            programme,
            chance.randint(1, 5) if programme == "service" else chance.randint(0, 10),
            day(chance.randint(200, 321)),
            hour=chance.randint(0, 23),
            customer=chance.choice([None, *range(8)]),
            touchpoint=None
            if programme in ("relation", "loyalty")
            else chance.choice(["phone", "chat", "bill"]),
            standing=chance.choice(standings),
            context={
                "plan": chance.choice(["Basic", "Plus"]),
                "branch": chance.choice(["North", "South", None]),
            },
        )
    count_all(acme)
    return acme


def relations(world, **narrowed):
    return experience(world.organisation_id, Definitions()).narrowed(**narrowed)


# --- latest per customer ----------------------------------------------------------------------


def random_periods(count):
    chance = random.Random(43)
    for _ in range(count):
        first = chance.randint(195, 321)
        yield Period(day(first), day(min(325, first + chance.choice([0, 1, 6, 29, 89, 120]))))


def test_latest_per_customer_of_random_periods_equals_a_slow_reference(busy):
    rows = list(random_periods(300))
    plans = values("plan")

    whole = read(relations(busy), rows)
    basic = read(relations(busy, properties={1: plans["Basic"]}), rows)
    loyalty = busy.programmes["loyalty"].id
    one = read(relations(busy, programme_id=loyalty), rows)
    # What no cell holds: three things at once, and a property as if nobody tracked it.
    three = {1: plans["Basic"], 2: values("branch")["North"]}
    crossed = relations(busy, properties=three, programme_id=loyalty)
    untracked = relations(busy, context=(("plan", "Basic"),))
    assert [source(each).way for each in (crossed, untracked)] == [Way.COUNTED, Way.ANSWERS]
    of_three, by_context = read(crossed, rows), read(untracked, rows)

    answers = scored()
    for place, period in enumerate(rows):
        assert whole[place].histogram == latest_in(answers, period, "nps 0-10")
        assert basic[place].histogram == latest_in(
            answers, period, "nps 0-10", lambda row: row.context["plan"] == "Basic"
        )
        assert one[place].histogram == latest_in(
            answers, period, "nps 0-10", lambda row: row.programme_id == loyalty
        )
        assert by_context[place] == basic[place]
        assert of_three[place].histogram == latest_in(
            answers,
            period,
            "nps 0-10",
            lambda row: (
                row.programme_id == loyalty
                and (row.context["plan"], row.context["branch"]) == ("Basic", "North")
            ),
        )


def test_segments_add_up_because_the_latest_is_chosen_first(busy):
    period = Period(day(230), day(321))
    whole = score_of(relations(busy), period, today=TODAY).figure
    parts = scores_by(relations(busy), period, split=property_dimension(1), today=TODAY)

    assert sum(part.figure.n for part in parts.values()) == whole.n
    weighted = [part.figure.value * part.figure.n for part in parts.values()]
    assert sum(weighted, Fraction(0)) / whole.n == whole.value


def test_an_answer_counts_until_the_next_and_again_where_the_next_is_outside(acme):
    acme.answer("relation", 10, day(100), customer=0)
    acme.answer("relation", 0, day(120), customer=0)
    count_all(acme)

    def shown(first, last):
        return score_of(relations(acme), Period(day(first), day(last)), today=TODAY).figure.shown

    assert shown(90, 119) == 100
    assert shown(90, 120) == -100
    assert shown(101, 119) is None
    assert shown(120, 130) == -100


def test_two_answers_of_one_day_count_as_one(acme):
    acme.answer("relation", 10, day(100), customer=0, hour=9)
    acme.answer("relation", 0, day(100), customer=0, hour=17)
    count_all(acme)

    told = score_of(relations(acme), Period(day(100), day(100)), today=TODAY)

    assert (told.figure.n, told.figure.shown) == (1, -100)
    assert told.left_out == {"superseded": 1}


def test_over_all_programmes_a_person_counts_once_per_programme(acme):
    acme.answer("relation", 10, day(100), customer=0)
    acme.answer("loyalty", 0, day(101), customer=0)
    count_all(acme)

    period = Period(day(90), day(110))
    assert score_of(relations(acme), period, today=TODAY).figure.n == 2


# --- the two cards ----------------------------------------------------------------------------


def test_a_touchpoints_nps_never_feeds_the_experience_card(acme):
    acme.answer("moment", 0, day(300), customer=0, touchpoint="phone")
    acme.answer("relation", 10, day(300), customer=0)
    count_all(acme)

    told = score_of(relations(acme), Period(day(290), day(310)), today=TODAY)

    assert (told.figure.n, told.figure.shown) == (1, 100)


def test_the_service_card_counts_service_touchpoints_only_and_every_interaction(acme):
    for touchpoint, score in [("phone", 5), ("phone", 4), ("chat", 1), ("bill", 1), (None, 1)]:
        acme.answer("service", score, day(300), customer=0, touchpoint=touchpoint)
    count_all(acme)

    told = score_of(
        service(acme.organisation_id, Definitions()), Period(day(290), day(310)), today=TODAY
    )

    assert (told.figure.n, told.figure.shown) == (3, 67)
    assert told.figure.groups == (2, 1)


def test_a_customer_who_answers_twice_counts_twice_in_a_transactional_programme(acme):
    for score in (10, 10, 0):
        acme.answer("moment", score, day(300), customer=0, touchpoint="phone")
    count_all(acme)

    chosen = Filter(organisation_id=acme.organisation_id, definition=NPS, is_relational=False)
    told = score_of(chosen, Period(day(290), day(310)), today=TODAY)
    assert (told.figure.n, told.figure.value) == (3, Fraction(1, 3))


# --- what is left out -------------------------------------------------------------------------


def test_no_answers_is_no_data(acme):
    told = score_of(relations(acme), Period(day(290), day(310)), today=TODAY)

    assert (told.figure.n, told.figure.shown, told.figure.interval) == (0, None, None)
    assert told.figure.tier is Tier.NO_DATA
    assert told.verdict is None
    assert told.left_out == {}


def test_only_suspects_is_no_data_and_says_so(acme):
    acme.answer("relation", 10, day(300), customer=0, standing="suspect")
    acme.answer("relation", 10, day(300), customer=1, standing="excluded")
    count_all(acme)

    period = Period(day(290), day(310))
    told = score_of(relations(acme), period, today=TODAY)
    switched = score_of(relations(acme, with_suspects=True), period, today=TODAY)

    assert (told.figure.shown, told.left_out) == (None, {"excluded": 1, "suspect": 1})
    assert (switched.figure.shown, switched.left_out) == (100, {"excluded": 1})


def test_an_answer_taken_out_leaves_no_data_not_nought(acme):
    answer = acme.answer("relation", 7, day(300), customer=0)
    count_all(acme)
    Response.objects.filter(pk=answer.pk).update(score=None)
    count_all(acme)

    period = Period(day(290), day(310))
    assert score_of(relations(acme), period, today=TODAY).figure.shown is None


def test_skipped_questions_are_in_no_denominator(acme):
    for customer, score in enumerate([10, None, None]):
        acme.answer("relation", score, day(300), customer=customer, comment="Only words")
    count_all(acme)

    told = score_of(relations(acme), Period(day(290), day(310)), today=TODAY)
    assert (told.figure.shown, told.figure.n, told.left_out) == (100, 1, {})


# --- verdicts ---------------------------------------------------------------------------------


def fill(world, first, last, scores):
    for number in range(first, last + 1):
        for score in scores:
            world.answer("relation", score, day(number))


def test_the_score_includes_today_and_the_verdict_only_whole_weeks(acme):
    # Thirty days to Tuesday 17 November, compared up to Sunday the 15th.
    fill(acme, 260, 289, [0, 8])
    fill(acme, 290, 319, [10, 8])
    fill(acme, 320, 321, [0, 0, 0, 0])
    count_all(acme)

    told = score_of(relations(acme), Period(day(292), day(321)), today=TODAY)

    assert told.figure.n == 28 * 2 + 8
    assert told.comparison.now == Period(day(290), day(319))
    assert told.comparison.as_of == day(320)
    assert (told.verdict.call, told.verdict.shown) == (Call.UP, 100)
    assert (told.verdict.n, told.verdict.n_before) == (60, 60)
    assert (told.compared.shown, told.before.shown) == (50, -50)


def test_too_few_to_call_names_the_number_needed(acme):
    fill(acme, 290, 300, [10, 0])
    fill(acme, 260, 270, [10, 0, 0])
    count_all(acme)

    told = score_of(relations(acme), Period(day(290), day(319)), today=TODAY)

    assert told.verdict.call is Call.NO_CALL
    assert (told.verdict.n, told.verdict.n_before) == (22, 33)
    assert told.verdict.needed_n == needed_n(NPS, {10: 11, 0: 11})


def test_another_period_may_stand_on_the_other_side(acme):
    fill(acme, 100, 150, [0])
    fill(acme, 290, 319, [10])
    count_all(acme)

    told = score_of(
        relations(acme),
        Period(day(290), day(319)),
        today=TODAY,
        against=Period(day(100), day(150)),
    )

    assert (told.before.n, told.verdict.call, told.verdict.shown) == (51, Call.UP, 200)


# --- filters ----------------------------------------------------------------------------------


def slow(answers, period, keep):
    return Counter(
        row.score
        for row in answers
        if row.metric == "csat" and row.standing == "counted" and keep(row)
        if row.programme.kind == "transactional"
        if period.first <= row.local_on <= period.last
    )


def test_any_filter_of_any_number_of_dimensions_equals_a_slow_count(busy):
    chance = random.Random(47)
    plans, branches = values("plan"), values("branch")
    answers = scored()
    for _ in range(60):
        first = chance.randint(195, 321)
        period = Period(day(first), day(first + chance.choice([0, 6, 29, 89])))
        touchpoint = chance.choice([None, "phone", "bill"])
        kind = chance.choice([None, "service", "experience"])
        plan = chance.choice([None, *plans])
        branch = chance.choice([None, *branches])
        programme = chance.choice([None, "service"])
        chosen = service(busy.organisation_id, Definitions()).narrowed(
            touchpoint_kind=kind,
            touchpoint_id=touchpoint and busy.touchpoints[touchpoint].id,
            programme_id=programme and busy.programmes[programme].id,
            properties={
                slot: value
                for slot, value in [(1, plans.get(plan)), (2, branches.get(branch))]
                if value
            },
        )

        def keep(row, wanted=(touchpoint, kind, plan, branch)):
            touchpoint, kind, plan, branch = wanted
            return (
                (touchpoint is None or (row.touchpoint and row.touchpoint.slug == touchpoint))
                and (kind is None or (row.touchpoint and row.touchpoint.kind == kind))
                and (plan is None or row.context["plan"] == plan)
                and (branch is None or row.context["branch"] == branch)
            )

        assert read(chosen, [period])[0].histogram == slow(answers, period, keep)


def test_splits_equal_filters(busy):
    period = Period(day(230), day(300))
    basic = relations(busy, properties={1: values("plan")["Basic"]})

    by_branch = scores_by(basic, period, split=property_dimension(2), today=TODAY)
    # Programme, plan and branch are three dimensions: counted from the answers.
    loyal = basic.narrowed(programme_id=busy.programmes["loyalty"].id)
    by_branch_of_one = scores_by(loyal, period, split=property_dimension(2), today=TODAY)

    for name, value in values("branch").items():
        for chosen, split in [(basic, by_branch), (loyal, by_branch_of_one)]:
            one = chosen.narrowed(properties={**chosen.properties, 2: value})
            alone = score_of(one, period, today=TODAY)
            assert name in ("North", "South")
            assert split.get(value, alone) == alone
    assert set(by_branch) == set(values("branch").values())


# --- trends -----------------------------------------------------------------------------------


def test_each_point_of_a_trend_is_the_figure_of_its_days(busy):
    period = Period(day(220), day(321))
    for step in Step:
        for point in trend_of(relations(busy), period, step)[::9]:
            alone = score_of(relations(busy), Period(point.first, point.last), today=TODAY)
            assert point.figure == alone.figure


def test_a_week_without_answers_is_a_gap_in_the_trend(acme):
    acme.answer("relation", 10, day(306))
    acme.answer("relation", 10, day(320))
    count_all(acme)

    points = trend_of(relations(acme), Period(day(302), day(321)), Step.WEEK)

    assert [point.figure.shown for point in points] == [None, 100, None, 100]
    assert [point.figure.interval is None for point in points] == [True, False, True, False]


def test_sparklines_of_each_touchpoint(busy):
    period = Period(day(220), day(321))
    lines = sparklines(service(busy.organisation_id, Definitions()), period)

    assert set(lines) == {busy.touchpoints["phone"].id, busy.touchpoints["chat"].id}
    for touchpoint, points in lines.items():
        chosen = service(busy.organisation_id, Definitions()).narrowed(touchpoint_id=touchpoint)
        assert points == trend_of(chosen, period)


def test_the_distribution_names_every_score(acme):
    acme.answer("effort", 7, day(300), touchpoint="phone")
    acme.answer("effort", 2, day(300), touchpoint="phone")
    count_all(acme)
    chosen = Filter(organisation_id=acme.organisation_id, definition=CES, is_relational=False)

    told = score_of(chosen, Period(day(300), day(300)), today=TODAY)

    assert distribution_of(told.figure) == [(1, 0), (2, 1), (3, 0), (4, 0), (5, 0), (6, 0), (7, 1)]
    assert told.figure.shown == 50


# --- cost and tenancy -------------------------------------------------------------------------


@pytest.mark.parametrize("answers", [1, 3])
def test_each_figure_costs_one_statement(acme, django_assert_num_queries, answers):
    for number in range(answers):
        acme.answer("service", 5, day(300 + number), touchpoint="phone")
        acme.answer("relation", 9, day(300 + number), customer=number)
    count_all(acme)
    period = Period(day(290), day(321))

    with django_assert_num_queries(2):  # and what both periods share, stored for the two cards
        assert score_of(relations(acme), period, today=TODAY).figure.n == answers
    with django_assert_num_queries(1):
        assert len(trend_of(relations(acme), period, Step.DAY)) == 32
    with django_assert_num_queries(1):
        assert len(sparklines(service(acme.organisation_id, Definitions()), period)) == 1
    with django_assert_num_queries(1):
        assert len(scores_by(relations(acme), period, split=PROGRAMME, today=TODAY)) == 1


def test_the_rows_read_do_not_grow_with_the_answers(acme):
    def rows_read():
        cells = Cell.objects.filter(dim_1=0, dim_2=TOUCHPOINT)
        return list(cells.values_list("local_on", "standing", "value_2"))

    for score in (5, 4):
        acme.answer("service", score, day(300), touchpoint="phone")
    count_all(acme)
    few = rows_read()
    for number in range(200):
        acme.answer("service", number % 5 + 1, day(300), touchpoint="phone")
    count_all(acme)

    assert rows_read() == few


def test_another_organisation_sees_nothing(db):
    with tenancy.organisation(4_000_001):
        ours = build_world(4_000_001)
        answer = ours.answer("relation", 9, day(300), customer=0)
        count_all(ours)
    with tenancy.organisation(4_000_002):
        theirs = build_world(4_000_002, slug="other")
        # Naming the other organisation's answers and cells must not help.
        rebuild_cells(organisation_id=4_000_002)
        period = Period(day(300) - timedelta(days=5), day(305))
        assert score_of(relations(theirs), period, today=TODAY).figure.n == 0
        assert score_of(relations(ours), period, today=TODAY).figure.n == 0
        assert not Response.objects.filter(pk=answer.pk).exists()
    with tenancy.organisation(4_000_001):
        assert score_of(relations(ours), period, today=TODAY).figure.n == 1


@pytest.mark.parametrize("cut", [2, 4, 5])
@pytest.mark.parametrize("in_cells", [True, False])
def test_shares_alone_are_the_shares_of_all_scores(busy, cut, in_cells):
    count_all(busy)
    csat = replace(Definitions().csat, cut=cut)
    chosen = service(busy.organisation_id, Definitions()).narrowed(
        definition=csat, **({} if in_cells else {"segments": (("plan", "Basic"), ("x", "y"))})
    )
    spans = [Period(day(250), day(321)), Period(day(200), day(249))]
    splits = [TOUCHPOINT, property_dimension(1)]

    whole = read_splits(chosen, spans, splits)
    shares = read_splits(chosen, spans, splits, only_shares=True)

    def told(found):
        return {
            (split, value, place): (at_least(counts.histogram, cut), counts.left_out)
            for split, values in found.items()
            for value, places in values.items()
            for place, counts in places.items()
        }

    assert told(shares) == told(whole)
    assert (len(told(whole)) > 5) is in_cells
    if in_cells:
        kept = {score for values in shares[TOUCHPOINT].values() for one in values.values()
                for score in one.histogram}  # fmt: skip
        assert kept == {1, 5}
