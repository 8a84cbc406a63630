"""Service beside experience of each segment, read in a fixed number of statements."""

import pytest

from kit.periods import Period
from metrics.actions.rebuilding import rebuild_cells
from metrics.actions.tracking import track_property
from metrics.queries.filters import experience, service
from metrics.queries.gaps import gap_of
from metrics.queries.scores import score_of, scores_by
from metrics.rules.dimensions import property_dimension
from metrics.statistics.definitions import Definitions
from metrics.statistics.gap import Group, Opposed
from metrics.statistics.verdicts import Call
from surveys.models import Response
from tests.metrics.conftest import START, day

TODAY = day(321)  # Tuesday 17 November 2026; verdicts end on Sunday, day 319
PERIOD = Period(day(292), day(321))
NOW, BEFORE = 305, 275
BASIC, PLUS = Group("plan", "Basic"), Group("plan", "Plus")


@pytest.fixture
def world(acme):
    track_property(organisation_id=acme.organisation_id, key="plan", now=START)
    track_property(organisation_id=acme.organisation_id, key="agent", now=START)
    return acme


def many(world, programme, on, scores, **context):
    """Answers of one day: {score: how many}."""
    made = []
    for score, count in scores.items():
        for _ in range(count):
            world.made += 1
            chosen = world.programmes[programme]
            made.append(
                Response(
                    organisation_id=world.organisation_id,
                    origin="import",
                    origin_key=f"row {world.made}",
                    programme=chosen,
                    survey_version=world.versions[programme],
                    metric=chosen.survey.metric,
                    touchpoint=world.touchpoints["phone"] if programme == "service" else None,
                    score=score,
                    standing="counted",
                    answered_at=START,
                    local_on=day(on),
                    context=context,
                )
            )
    Response.objects.bulk_create(made)


def service_of(world, on, good, poor, **context):
    many(world, "service", on, {5: good, 1: poor}, **context)


def loyalty_of(world, on, promoters, passives, detractors, **context):
    many(world, "relation", on, {10: promoters, 8: passives, 0: detractors}, **context)


def both_cards(world):
    ours, definitions = world.organisation_id, Definitions()
    return service(ours, definitions), experience(ours, definitions)


def read(world, period=PERIOD):
    rebuild_cells(organisation_id=world.organisation_id)
    return gap_of(*both_cards(world), period, today=TODAY)


def moved_apart(world):
    """Service fell and rose again; Basic likes us less than before, Plus more."""
    for on, good in ((215, 90), (245, 60), (BEFORE, 62), (NOW, 85)):
        service_of(world, on, good, 100 - good, plan="Basic")
        service_of(world, on, good, 100 - good, plan="Plus")
    loyalty_of(world, BEFORE, 50, 30, 20, plan="Basic")
    loyalty_of(world, BEFORE, 40, 30, 30, plan="Plus")
    loyalty_of(world, NOW, 20, 30, 50, plan="Basic")
    loyalty_of(world, NOW, 68, 22, 10, plan="Plus")


def by_name(gap):
    return {str(segment.group): segment for segment in gap.segments}


def test_the_story_in_one_sentence(world):
    moved_apart(world)

    gap = read(world)

    assert gap.sentence == "Service has recovered; the relationship has not, and it is plan Basic."
    assert (gap.service.verdict.call, gap.experience.verdict.call) == (Call.UP, Call.NO_CALL)
    assert [past.call for past in gap.service.earlier] == [Call.NO_CALL, Call.DOWN, None, None]
    assert gap.service.earlier[1].period == Period(day(230), day(259))
    assert gap.fallen == [BASIC]
    assert gap.opposed == Opposed(rose=PLUS, fell=BASIC)
    assert gap.comparison.as_of == day(320)


def test_a_segment_has_both_figures_and_four_verdicts(world):
    moved_apart(world)

    basic = by_name(read(world))["plan Basic"]

    assert (basic.service.side.figure.shown, basic.service.side.figure.n) == (85, 100)
    assert (basic.experience.side.figure.shown, basic.experience.side.before.shown) == (-30, 30)
    assert basic.experience.change.verdict.call is Call.DOWN
    assert basic.experience.apart.verdict.call is Call.DOWN
    assert basic.experience.others.verdict.call is Call.UP
    assert basic.experience.rest.shown == 58
    assert basic.service.change.verdict.call is Call.UP
    assert basic.service.apart.verdict.call is Call.NO_CALL
    assert basic.experience.change.tests == 4


def test_figures_and_changes_are_those_of_the_one_engine(world):
    moved_apart(world)
    gap = read(world)
    split = property_dimension(1)
    for chosen, name in zip(both_cards(world), ("service", "experience"), strict=True):
        whole = score_of(chosen, PERIOD, today=TODAY)
        assert getattr(gap, name).verdict == whole.verdict
        assert getattr(gap, name).side.figure == whole.figure
        parts = scores_by(chosen, PERIOD, split=split, today=TODAY)
        found = {one.value_id: getattr(one, name) for one in gap.segments}
        assert {key: one.side.figure for key, one in found.items()} == {
            key: one.figure for key, one in parts.items()
        }
        assert {key: one.change.verdict.p for key, one in found.items()} == {
            key: one.verdict.p for key, one in parts.items()
        }


def test_what_only_contacts_bear_is_no_segment_of_the_gap(world):
    service_of(world, NOW, 60, 40, plan="Basic", agent="Aisha")
    loyalty_of(world, NOW, 40, 30, 30, plan="Basic")

    assert list(by_name(read(world))) == ["plan Basic"]


def test_answers_without_the_property_are_others(world):
    service_of(world, NOW, 30, 0, plan="Basic")
    service_of(world, NOW, 0, 30)
    loyalty_of(world, NOW, 30, 0, 0, plan="Basic")

    basic = by_name(read(world))["plan Basic"]

    assert (basic.service.rest.n, basic.service.rest.shown) == (30, 0)
    assert basic.service.apart.verdict.call is Call.UP
    assert basic.experience.apart is None


@pytest.mark.parametrize("enough", [True, False])
def test_below_twenty_five_answers_nothing_is_judged_and_no_sentence_said(world, enough):
    n = 25 if enough else 24
    for on in (BEFORE, NOW):
        service_of(world, on, n, 0, plan="Basic")
        loyalty_of(world, on, 30, 0, 0, plan="Basic")

    gap = read(world)
    basic = by_name(gap)["plan Basic"]

    assert (gap.sentence is not None) is enough
    assert (gap.service.verdict is not None) is enough
    assert (basic.service.change is not None) is enough
    assert basic.experience.change is not None


def test_nothing_beyond_chance_names_the_answers_needed(world):
    for on in (BEFORE, NOW):
        service_of(world, on, 40, 10)
        loyalty_of(world, on, 20, 15, 15)

    gap = read(world)

    needed = gap.experience.verdict.needed_n
    assert needed > gap.service.verdict.needed_n
    assert gap.sentence == (
        f"Nothing chance could not explain; to see 10 points you need about {needed:,} "
        "answers in each period."
    )


def test_nobody_answered(world):
    gap = read(world)
    assert (gap.sentence, gap.segments, gap.fallen, gap.opposed) == (None, [], [], None)
    assert gap.service.side.figure.shown is None
    assert [past.call for past in gap.service.earlier] == [None] * 4


@pytest.mark.parametrize("plans", [1, 3])
def test_the_number_of_statements_does_not_grow_with_the_segments(
    world, plans, django_assert_num_queries
):
    for plan in range(plans):
        service_of(world, NOW, 3, 1, plan=f"Plan {plan}")
        loyalty_of(world, NOW, 3, 1, 1, plan=f"Plan {plan}")
    rebuild_cells(organisation_id=world.organisation_id)

    with django_assert_num_queries(4):
        gap = gap_of(*both_cards(world), PERIOD, today=TODAY)

    assert len(gap.segments) == plans
