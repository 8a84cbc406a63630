"""Counting answers: once each, whatever happens to them and in whatever order it is told."""

import random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.actions.comparing import compare_cells
from metrics.actions.folding import fold_answers, fold_asks
from metrics.actions.rebuilding import Rebuilt, rebuild_cells
from metrics.actions.tracking import NoFreeSlot, track_property, untrack_property
from metrics.models import Cell, CountedAnswer, PropertyValue, TrackedProperty
from surveys.models import Invitation, Response
from tests.metrics.conftest import START, day
from tests.metrics.reference import (
    assert_cells_equal_the_answers,
    expected_asks,
    expected_cells,
    held_asks,
    held_cells,
)


def fold(world, *responses):
    fold_answers(
        organisation_id=world.organisation_id,
        response_ids=[getattr(row, "id", row) for row in responses],
    )


def track(world, *keys):
    for key in keys:
        track_property(organisation_id=world.organisation_id, key=key, now=START)


def test_one_answer_stands_in_a_cell_for_none_one_and_two_of_its_dimensions(acme):
    track(acme, "plan")
    answer = acme.answer(
        "service", 5, day(9), touchpoint="phone", customer=0, context={"plan": "Basic"}
    )

    fold(acme, answer)

    cells, gone = held_cells()
    programme = ("programme", acme.programmes["service"].id)
    touchpoint = ("touchpoint", acme.touchpoints["phone"].id)
    plan = ("plan", "Basic")
    assert {key[2] for key in cells} == {
        frozenset(some)
        for some in [
            (),
            (programme,),
            (touchpoint,),
            (plan,),
            (programme, touchpoint),
            (programme, plan),
            (touchpoint, plan),
        ]
    }
    assert set(cells.values()) == {1}
    assert not gone
    assert_cells_equal_the_answers()


def test_folding_twice_changes_nothing(acme):
    answer = acme.answer("relation", 9, day(3), customer=0)
    fold(acme, answer)
    once = held_cells()

    fold(acme, answer)
    fold(acme, answer, answer)

    assert held_cells() == once


def test_an_amended_answer_moves(acme):
    answer = acme.answer("relation", 0, day(3), customer=0)
    fold(acme, answer)
    Response.objects.filter(pk=answer.pk).update(score=10)

    fold(acme, answer)

    cells, _ = held_cells()
    assert {key[-1] for key in cells} == {10}
    assert_cells_equal_the_answers()


def test_an_excluded_answer_is_counted_apart(acme):
    answer = acme.answer("relation", 0, day(3), customer=0)
    fold(acme, answer)
    Response.objects.filter(pk=answer.pk).update(standing="excluded")

    fold(acme, answer)

    cells, _ = held_cells()
    assert {key[-2] for key in cells} == {"excluded"}


def test_an_answer_that_lost_its_score_or_its_row_is_taken_off(acme):
    kept, unscored, removed = (acme.answer("relation", 7, day(3), customer=n) for n in range(3))
    fold(acme, kept, unscored, removed)
    Response.objects.filter(pk=unscored.pk).update(score=None)
    gone = removed.pk
    removed.delete()

    fold(acme, unscored, gone)

    assert list(CountedAnswer.objects.values_list("response_id", flat=True)) == [kept.pk]
    assert_cells_equal_the_answers()


def test_an_unknown_answer_is_no_error(acme):
    fold(acme, 999_999_999)
    fold(acme)

    assert held_cells() == expected_cells()


def test_a_late_arrival_stands_between_the_answers_it_came_between(acme):
    first = acme.answer("relation", 10, day(10), customer=0)
    last = acme.answer("relation", 2, day(30), customer=0)
    fold(acme, first, last)
    late = acme.answer("relation", 5, day(20), customer=0)

    fold(acme, late)

    nexts = dict(CountedAnswer.objects.values_list("response_id", "next_on"))
    assert nexts == {first.pk: day(20), late.pk: day(30), last.pk: None}
    assert_cells_equal_the_answers()


def test_suspects_and_transactional_answers_supersede_nothing(acme):
    rows = [
        acme.answer("relation", 10, day(10), customer=0),
        acme.answer("relation", 2, day(11), customer=0, standing="suspect"),
        acme.answer("loyalty", 2, day(12), customer=0),
        acme.answer("service", 5, day(10), customer=0, touchpoint="phone"),
        acme.answer("service", 4, day(11), customer=0, touchpoint="phone"),
        acme.answer("relation", 2, day(13)),
        acme.answer("relation", 3, day(14)),
    ]

    fold(acme, *rows)

    assert set(CountedAnswer.objects.values_list("next_on", flat=True)) == {None}
    assert_cells_equal_the_answers()


def test_an_answer_that_changes_hands_frees_the_one_before_it(acme):
    first = acme.answer("relation", 10, day(10), customer=0)
    second = acme.answer("relation", 2, day(20), customer=0)
    fold(acme, first, second)
    Response.objects.filter(pk=second.pk).update(customer=acme.customers[1])

    fold(acme, second)

    assert set(CountedAnswer.objects.values_list("next_on", flat=True)) == {None}
    assert_cells_equal_the_answers()


# --- any history ------------------------------------------------------------------------------

STANDINGS = ["counted", "counted", "counted", "suspect", "excluded", "test", "withdrawn", "spoken"]
MOVES = ["answer", "answer", "answer", "amend", "exclude", "move", "remove", "late", "unscore"]


def live(world, chance, moves):
    """Let things happen; return the ids of the answers touched, in order."""
    touched = []
    alive = []
    for move in moves:
        if move in ("answer", "late") or not alive:
            answer = _new_answer(world, chance, late=move == "late")
            alive.append(answer.pk)
            touched.append(answer.pk)
            continue
        one = chance.choice(alive)
        touched.append(one)
        rows = Response.objects.filter(pk=one)
        if move == "amend":
            top = {"nps": 10, "csat": 5, "ces": 7}[rows.get().metric]
            rows.update(score=chance.randint(1, top))
        elif move == "exclude":
            rows.update(standing=chance.choice(STANDINGS))
        elif move == "move":
            rows.update(customer=chance.choice([None, *world.customers[:3]]))
        elif move == "unscore":
            rows.update(score=None)
        else:
            rows.delete()
            alive.remove(one)
    return touched


def _new_answer(world, chance, *, late):
    programme = chance.choice(["relation", "relation", "relation", "loyalty", "service", "effort"])
    top = {"service": 5, "effort": 7}.get(programme, 10)
    return world.answer(
        programme,
        chance.randint(1, top),
        day(chance.randint(1, 5) if late else chance.randint(1, 40)),
        hour=chance.randint(0, 23),
        customer=chance.choice([None, 0, 0, 1, 2]),
        touchpoint=chance.choice([None, "phone", "bill"]),
        standing=chance.choice(STANDINGS),
        context=chance.choice(
            [{}, {"plan": "Basic"}, {"plan": "Plus", "branch": 7}, {"branch": "", "plan": None}]
        ),
    )


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    moves=st.lists(st.sampled_from(MOVES), min_size=1, max_size=25),
    chance=st.randoms(use_true_random=False),
)
def test_any_history_folded_in_any_order_equals_a_recount(acme, moves, chance):
    with transaction.atomic():
        track(acme, "plan", "branch")
        for part in range(0, len(moves), 8):
            touched = live(acme, chance, moves[part : part + 8])
            chance.shuffle(touched)
            while touched:
                some = [touched.pop() for _ in range(min(len(touched), chance.randint(1, 4)))]
                fold(acme, *some, *some[:1])
        assert_cells_equal_the_answers()
        transaction.set_rollback(True)


def test_folding_one_by_one_equals_rebuilding(acme):
    chance = random.Random(3)
    track(acme, "plan", "branch")
    touched = live(acme, chance, chance.choices(MOVES, k=80))
    for one in touched:
        fold(acme, one)
    by_folding = held_cells()
    assert not compare_cells(organisation_id=acme.organisation_id).found

    rebuilt = rebuild_cells(organisation_id=acme.organisation_id)

    assert held_cells() == by_folding == expected_cells()
    scored = Response.objects.filter(score__isnull=False).count()
    assert rebuilt == Rebuilt(answers=scored, asks=0)


def test_rebuilding_tells_how_far_it_is(acme):
    track(acme, "plan")
    for number in range(13):
        acme.answer("relation", 9, day(number + 1))
    acme.ask("relation", day(2))
    told = []

    rebuild_cells(organisation_id=acme.organisation_id, told=told.append)

    # Programme, touchpoint and one property: none, three alone, three pairs; each of three
    # states alone, with programme and with property: 16 parts of 14 rows.
    assert told == [f"{14 * part // 16} of 14 answers and invitations" for part in range(1, 17)]


@pytest.mark.parametrize("answers", [1, 3, 40])
def test_a_fold_costs_three_statements(acme, django_assert_num_queries, answers):
    rows = [acme.answer("relation", 9, day(n + 1), customer=n % 3) for n in range(answers)]

    with transaction.atomic(), django_assert_num_queries(5):
        # The three and the two of a savepoint.
        fold(acme, *rows)


# --- invitations ------------------------------------------------------------------------------


def test_each_invitation_has_one_outcome(acme):
    at = START
    finished = acme.ask("relation", day(2), finished_at=at, answered_at=at)
    acme.reply(finished, 9, customer=0)
    began = acme.ask("relation", day(2), answered_at=at)
    acme.reply(began, 3, customer=0)
    doubted = acme.ask("relation", day(2))
    acme.reply(doubted, 10, standing="suspect")
    answered_then_left = acme.ask("relation", day(2), opted_out_at=at, finished_at=at)
    acme.reply(answered_then_left, 0)
    rows = [
        finished,
        began,
        doubted,
        answered_then_left,
        acme.ask("relation", day(2), opted_out_at=at),
        acme.ask("service", day(3), bounced_at=at, touchpoint="phone"),
        acme.ask("service", day(3), touchpoint="phone"),
        acme.ask("service", day(3), touchpoint="phone", delivered_at=at),
        acme.ask("service", day(3), delivered_at=at, bounced_at=at),
        acme.ask("service", day(3), sent_at=None, sent_on=None),
        acme.ask("service", day(3), is_test=True),
    ]

    fold_asks(organisation_id=acme.organisation_id, invitation_ids=[row.pk for row in rows])

    assert_cells_equal_the_answers_of_asks(
        finished=2, began=1, suspect=1, opted_out=1, reached=1, silent=1, bounced=2
    )


def assert_cells_equal_the_answers_of_asks(**outcomes):
    assert held_asks() == expected_asks()
    whole = {key[-1]: 0 for key in held_asks()}
    for (_, _, some, _, name), count in held_asks().items():
        if not some:
            whole[name] += count
    assert whole == outcomes


def test_an_answer_that_comes_later_moves_its_invitation(acme):
    ask = acme.ask("relation", day(2))
    fold_asks(organisation_id=acme.organisation_id, invitation_ids=[ask.pk])
    acme.reply(ask, 9, on=day(30))
    Invitation.objects.filter(pk=ask.pk).update(finished_at=START)

    fold_asks(organisation_id=acme.organisation_id, invitation_ids=[ask.pk, ask.pk])

    assert_cells_equal_the_answers_of_asks(finished=1)


def test_invitations_are_folded_as_they_are_rebuilt(acme):
    track(acme, "plan", "branch")
    context = {"plan": "Basic", "branch": "North"}
    rows = [
        acme.ask("service", day(2), touchpoint="phone", context=context),
        acme.ask("relation", day(3), context=context, bounced_at=START),
    ]

    fold_asks(organisation_id=acme.organisation_id, invitation_ids=[row.pk for row in rows])

    folded = held_asks()
    rebuild_cells(organisation_id=acme.organisation_id)
    assert folded == held_asks() == expected_asks()


# --- tracked properties -----------------------------------------------------------------------


def test_tracking_counts_what_is_there_already(acme):
    acme.answer("relation", 9, day(3), context={"plan": "Basic"})
    acme.answer("relation", 9, day(3), context={"plan": "Plus"})
    ask = acme.ask("relation", day(2), context={"plan": "Basic"})
    rebuild_cells(organisation_id=acme.organisation_id)
    assert ask.pk

    track(acme, "plan", "plan")

    assert sorted(PropertyValue.objects.values_list("value", flat=True)) == ["Basic", "Plus"]
    assert TrackedProperty.objects.get().slot == 1
    assert_cells_equal_the_answers()


def test_a_given_up_property_leaves_no_cells_and_frees_its_slot(acme):
    acme.answer("relation", 9, day(3), context={"plan": "Basic", "branch": "North"})
    track(acme, "plan", "branch")

    untrack_property(organisation_id=acme.organisation_id, key="plan")
    assert_cells_equal_the_answers()

    track(acme, "region")
    assert dict(TrackedProperty.objects.values_list("slot", "key")) == {1: "region", 2: "branch"}


def test_the_ninth_property_is_refused(acme):
    track(acme, *"abcdefgh")

    with pytest.raises(NoFreeSlot, match="8 properties"):
        track(acme, "i")


def test_values_beyond_the_first_thousand_are_other(acme):
    track(acme, "agent")
    rows = [acme.answer("relation", 9, day(3), context={"agent": f"a{n:04}"}) for n in range(998)]
    fold(acme, *rows)

    fold(acme, *(acme.answer("relation", 9, day(3), context={"agent": f"b{n}"}) for n in range(5)))
    fold(acme, acme.answer("relation", 9, day(3), context={"agent": "c"}))
    fold(acme, acme.answer("relation", 9, day(3), context={"agent": "b1"}))

    values = {row.value: row.id for row in PropertyValue.objects.all()}
    assert len(values) == 1_001
    others = Cell.objects.filter(dim_1=0, dim_2=3, value_2=values[""])
    assert [cell.c9 for cell in others] == [4]  # b2, b3, b4 and c
    assert [cell.c9 for cell in Cell.objects.filter(dim_1=0, dim_2=3, value_2=values["b1"])] == [2]
    assert not compare_cells(organisation_id=acme.organisation_id).found


def test_a_long_value_is_cut_not_refused(acme):
    track(acme, "plan")

    fold(acme, acme.answer("relation", 9, day(3), context={"plan": "x" * 500}))

    assert PropertyValue.objects.get().value == "x" * 200
