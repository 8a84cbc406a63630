"""How a customer was served before a relational answer: by the rule, and whatever comes later."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules.actors import COMMAND_LINE
from events.dispatching import Happening
from events.kinds import Kind
from events.models import Event
from kit.periods import Period
from metrics.actions.comparing import compare_cells
from metrics.actions.folding import fold_answers, recount_states
from metrics.actions.reacting import recount_served
from metrics.actions.rebuilding import rebuild_cells
from metrics.actions.tracking import track_property
from metrics.models import CountedAnswer, PropertyValue
from metrics.queries.filters import experience
from metrics.queries.histograms import read, read_split
from metrics.rules.dimensions import (
    GOOD,
    POOR,
    STATE_90,
    STATE_180,
    STATE_365,
    UNRATED,
    property_dimension,
)
from metrics.statistics.definitions import Definitions
from surveys.actions.editing_touchpoints import details_of, update_touchpoint
from surveys.models import Response, Touchpoint
from tests.metrics.conftest import START, day
from tests.metrics.reference import assert_cells_equal_the_answers

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
T = 300  # the day of the relational answer


def fold(world, *answers):
    fold_answers(organisation_id=world.organisation_id, response_ids=[row.pk for row in answers])


def served(world, score, on, **more):
    """A CSAT of customer 0 on the phone unless told otherwise, folded at once."""
    programme = more.pop("programme", "service")
    fields = {"touchpoint": "phone", "customer": 0, **more}
    answer = world.answer(programme, score, on, **fields)
    fold(world, answer)
    return answer


def related(world, on=T, **more):
    answer = world.answer("relation", 9, day(on), customer=0, **more)
    fold(world, answer)
    return answer


def states_of(answer):
    row = CountedAnswer.objects.get(response_id=answer.pk)
    return (row.service_state_90, row.service_state_180, row.service_state_365)


ALL = {GOOD: (GOOD,) * 3, POOR: (POOR,) * 3, UNRATED: (UNRATED,) * 3}


# --- the rule ---------------------------------------------------------------------------------


def test_nobody_rated_is_unrated_and_a_transactional_answer_has_no_state(acme):
    alone = related(acme)
    nameless = acme.answer("relation", 9, day(T))
    moment = served(acme, 9, day(T), programme="moment")
    fold(acme, nameless)

    assert (states_of(alone), states_of(nameless)) == (ALL[UNRATED], ALL[UNRATED])
    assert states_of(moment) == (None, None, None)
    assert_cells_equal_the_answers()


@pytest.mark.parametrize(
    ("scores", "state"),
    [
        ([4], GOOD),
        ([3], POOR),
        ([5, 1, 5], GOOD),
        ([1, 5, 1], POOR),
        ([1, 5], GOOD),  # a tie goes to the newest
        ([5, 1], POOR),
        ([1, 1, 5, 5], GOOD),
        ([5, 5, 1, 1], POOR),
    ],
)
def test_more_than_half_satisfied_is_good_and_a_tie_goes_to_the_newest(acme, scores, state):
    answer = related(acme)
    for number, score in enumerate(scores):
        served(acme, score, day(T - 20 + number))

    assert states_of(answer) == ALL[state]
    assert_cells_equal_the_answers()


def test_answers_of_one_moment_are_told_apart_by_their_number(acme):
    first, second = served(acme, 1, day(T)), served(acme, 5, day(T))
    answer = related(acme)
    assert first.pk < second.pk

    assert states_of(answer) == ALL[GOOD]


def test_each_answer_is_judged_by_the_cut_of_its_own_question(acme):
    served(acme, 4, day(T - 3), programme="effort")  # of 7: not easy
    first = related(acme)
    assert states_of(first) == ALL[POOR]

    served(acme, 5, day(T - 2), programme="effort")
    served(acme, 4, day(T - 1))  # of 5: satisfied
    assert states_of(first) == ALL[GOOD]


@pytest.mark.parametrize(
    "other",
    [
        {"touchpoint": "bill"},
        {"touchpoint": None},
        {"customer": 1},
        {"customer": None},
        {"standing": "suspect"},
        {"standing": "excluded"},
        {"programme": "moment"},
    ],
)
def test_what_does_not_tell_of_her_service_does_not_count(acme, other):
    answer = related(acme)

    served(acme, 5, day(T - 1), **other)

    assert states_of(answer) == ALL[UNRATED]
    assert_cells_equal_the_answers()


def test_the_days_before_end_at_the_answer_and_begin_after_so_many_days(acme):
    at = datetime(2026, 10, 27, 12, tzinfo=UTC)

    def told(moment):
        answer = related(acme)
        assert answer.answered_at == at
        vote = served(acme, 5, moment.date())
        Response.objects.filter(pk=vote.pk).update(answered_at=moment)
        fold(acme, vote)
        states = states_of(answer)
        for row in (answer, vote):
            Response.objects.filter(pk=row.pk).delete()
        fold(acme, answer, vote)
        return states

    bit = timedelta(microseconds=1)
    assert told(at) == ALL[GOOD]
    assert told(at + bit) == ALL[UNRATED]
    assert told(at - timedelta(days=90) + bit) == ALL[GOOD]
    assert told(at - timedelta(days=90)) == (UNRATED, GOOD, GOOD)
    assert told(at - timedelta(days=180) + bit) == (UNRATED, GOOD, GOOD)
    assert told(at - timedelta(days=180)) == (UNRATED, UNRATED, GOOD)
    assert told(at - timedelta(days=365) + bit) == (UNRATED, UNRATED, GOOD)
    assert told(at - timedelta(days=365)) == ALL[UNRATED]


# --- kept true --------------------------------------------------------------------------------


def test_a_service_answer_that_comes_late_is_heard_by_every_answer_after_it(acme):
    before, soon, later = related(acme, 10), related(acme, 60), related(acme, 220)

    served(acme, 1, day(50))

    assert states_of(before) == ALL[UNRATED]
    assert states_of(soon) == ALL[POOR]
    assert states_of(later) == (UNRATED, POOR, POOR)
    nexts = dict(CountedAnswer.objects.values_list("response_id", "next_on"))
    assert (nexts[before.pk], nexts[soon.pk], nexts[later.pk]) == (day(60), day(220), None)
    assert_cells_equal_the_answers()


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"score": 1}, POOR),
        ({"score": None}, UNRATED),
        ({"standing": "excluded"}, UNRATED),
        ({"customer": None}, UNRATED),
        ({"answered_at": datetime(2026, 10, 28, tzinfo=UTC), "local_on": day(301)}, UNRATED),
    ],
)
def test_a_change_of_the_service_answer_and_its_undoing_are_heard(acme, change, state):
    vote, answer = served(acme, 5, day(T - 2)), related(acme)
    was = {name: getattr(vote, name) for name in change}

    Response.objects.filter(pk=vote.pk).update(**change)
    fold(acme, vote)
    assert states_of(answer) == ALL[state]
    assert_cells_equal_the_answers()

    Response.objects.filter(pk=vote.pk).update(**was)
    fold(acme, vote)
    assert states_of(answer) == ALL[GOOD]
    assert_cells_equal_the_answers()


def test_an_answer_that_changed_hands_twice_between_folds_leaves_no_trace(acme):
    vote = served(acme, 5, day(T - 2))
    mine = related(acme)
    theirs = acme.answer("relation", 3, day(T), customer=1)
    Response.objects.filter(pk=vote.pk).update(customer=acme.customers[1])
    fold(acme, theirs)  # while it was hers, and before it was folded as such
    Response.objects.filter(pk=vote.pk).update(customer=acme.customers[2])

    fold(acme, vote)

    assert (states_of(mine), states_of(theirs)) == (ALL[UNRATED], ALL[UNRATED])
    assert_cells_equal_the_answers()


def test_a_removed_service_answer_is_forgotten(acme):
    vote, answer = served(acme, 5, day(T - 2)), related(acme)
    gone = vote.pk
    vote.delete()

    fold_answers(organisation_id=acme.organisation_id, response_ids=[gone])

    assert states_of(answer) == ALL[UNRATED]
    assert_cells_equal_the_answers()


def test_a_touchpoint_that_ceases_to_be_service_is_published_and_judged_anew(acme):
    answer = related(acme)
    served(acme, 1, day(T - 2))
    served(acme, 5, day(T - 5), touchpoint="bill")
    assert states_of(answer) == ALL[POOR]

    for kinds, state in [
        ({"bill": "service"}, POOR),  # a tie; the phone is the newer
        ({"phone": "experience"}, GOOD),
        ({"bill": "experience"}, UNRATED),
    ]:
        for name, kind in kinds.items():
            reclassify(acme, name, kind)
        assert states_of(answer) == ALL[state]
        assert_cells_equal_the_answers()


def reclassify(world, name, kind):
    touchpoint = Touchpoint.objects.get(pk=world.touchpoints[name].pk)
    details = details_of(touchpoint)
    changed = type(details)(**{**details.__dict__, "kind": kind})
    for _ in range(2):  # the second time nothing changes and nothing is published
        update_touchpoint(touchpoint=touchpoint, details=changed, actor=COMMAND_LINE, now=NOW)
    event = Event.objects.get(kind=Kind.TOUCHPOINT_RECLASSIFIED)
    assert event.payload == {"touchpoint": touchpoint.pk}
    happening = Happening(event.pk, Kind(event.kind), NOW, event.payload)
    for _ in range(2):
        recount_served(world.organisation_id, [happening], NOW)
    event.delete()


def test_recounting_all_mends_every_state(acme):
    answers = [related(acme, on) for on in (100, 200, 300)]
    for number in range(90, 300, 30):
        served(acme, number % 5 + 1, day(number))
    right = [states_of(row) for row in answers]
    Touchpoint.objects.update(kind="experience")

    recount_states(organisation_id=acme.organisation_id)
    assert [states_of(row) for row in answers] == [ALL[UNRATED]] * 3

    Touchpoint.objects.update(kind="service")
    recount_states(organisation_id=acme.organisation_id)
    assert [states_of(row) for row in answers] == right
    assert_cells_equal_the_answers()


def test_the_comparison_knows_the_states_by_itself(acme):
    vote, answer = served(acme, 5, day(T - 2)), related(acme)
    assert not compare_cells(organisation_id=acme.organisation_id).found

    Response.objects.filter(pk=vote.pk).update(score=1)
    told = compare_cells(organisation_id=acme.organisation_id)
    assert told.response_ids == (vote.pk, answer.pk)

    rebuild_cells(organisation_id=acme.organisation_id)
    assert states_of(answer) == ALL[POOR]


# --- read -------------------------------------------------------------------------------------


def test_quadrants_are_read_like_any_split_with_the_latest_of_each_customer(acme):
    track_property(organisation_id=acme.organisation_id, key="plan", now=START)
    basic = {"context": {"plan": "Basic"}}
    old = acme.answer("relation", 2, day(T - 30), customer=0, **basic)
    served(acme, 5, day(T - 10))
    new = acme.answer("relation", 10, day(T), customer=0, **basic)
    other = acme.answer("relation", 7, day(T), customer=1, context={"plan": "Plus"})
    fold(acme, old, new, other)
    chosen = experience(acme.organisation_id, Definitions())
    whole, early = Period(day(T - 40), day(T)), Period(day(T - 40), day(T - 1))

    for split in (STATE_180, STATE_90, STATE_365):
        found = read_split(chosen, [whole, early], split)
        assert {
            state: {place: counts.histogram for place, counts in places.items()}
            for state, places in found.items()
        } == {GOOD: {0: {10: 1}}, UNRATED: {0: {7: 1}, 1: {2: 1}}}

    plan = PropertyValue.objects.get(value="Basic").pk
    for narrowed in ({"properties": {1: plan}}, {"programme_id": old.programme_id}):
        segment = read_split(chosen.narrowed(**narrowed), [whole], STATE_180)
        assert segment[GOOD][0].histogram == {10: 1}
    good = chosen.narrowed(states={STATE_180: GOOD})
    assert read(good, [whole, early])[0].histogram == {10: 1}
    assert set(read_split(good, [whole], property_dimension(1))) == {plan}
    # Two states, and three dimensions, have no cells: counted from the answers.
    assert read_split(good, [whole], STATE_90)[GOOD][0].histogram == {10: 1}
    thin = good.narrowed(properties={1: plan}, programme_id=old.programme_id)
    assert read(thin, [whole])[0].histogram == {10: 1}
