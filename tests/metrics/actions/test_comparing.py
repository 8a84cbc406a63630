"""The nightly comparison finds what was lost, doubled or left over."""

import pytest
from django.db.models import F

from metrics.actions.comparing import Differences, compare_cells
from metrics.actions.folding import fold_answers, fold_asks
from metrics.actions.rebuilding import rebuild_cells
from metrics.models import AskCell, Cell, CountedAnswer, Superseded, SupersededWeek
from surveys.models import Invitation, Response
from tests.metrics.conftest import START, day

NOTHING = Differences(answers=0, asks=0, cells=0, superseded=0, superseded_weeks=0, ask_cells=0)


@pytest.fixture
def counted(acme):
    for number in range(3):
        ask = acme.ask("relation", day(10 * number + 2), customer=0)
        acme.reply(ask, 9, on=day(10 * number + 5), customer=0)
    rebuild_cells(organisation_id=acme.organisation_id)
    return acme


def differences(world):
    return compare_cells(organisation_id=world.organisation_id)


def test_cells_that_equal_the_answers_differ_in_nothing(counted):
    assert differences(counted) == NOTHING
    assert not differences(counted).found


def test_a_cell_of_nought_is_no_difference(counted):
    ask = Invitation.objects.latest("id")
    answer = Response.objects.get(invitation=ask)
    Response.objects.filter(pk=answer.pk).update(standing="excluded")
    fold_answers(organisation_id=counted.organisation_id, response_ids=[answer.pk])
    fold_asks(organisation_id=counted.organisation_id, invitation_ids=[ask.pk])

    assert Cell.objects.filter(local_on=answer.local_on, c9=0).exists()
    assert differences(counted) == NOTHING


def test_an_answer_nobody_folded_is_named(counted):
    late = counted.answer("service", 5, day(40), touchpoint="phone")

    told = differences(counted)

    assert (told.answers, told.response_ids) == (1, (late.pk,))
    assert (told.cells, told.superseded) == (0, 0)  # they equal what was folded
    assert told.found


def test_an_answer_amended_behind_the_fold_is_named(counted):
    first = Response.objects.earliest("id")
    Response.objects.filter(pk=first.pk).update(score=0)

    assert differences(counted).response_ids == (first.pk,)


def test_a_counted_answer_without_an_answer_is_named(counted):
    CountedAnswer.objects.filter(next_on=None).update(response_id=999_999_999)

    assert 999_999_999 in differences(counted).response_ids


@pytest.mark.parametrize(
    ("table", "column", "named"),
    [
        (Cell, "c9", "cells"),
        (Superseded, "c9", "superseded"),
        (SupersededWeek, "c9", "superseded_weeks"),
        (AskCell, "began", "ask_cells"),
    ],
)
def test_a_miscounted_cell_is_found(counted, table, column, named):
    one = table.objects.filter(dim_1=0, dim_2=0).order_by("pk").first()
    table.objects.filter(pk=one.pk).update(**{column: F(column) + 1})

    told = differences(counted)

    assert getattr(told, named) == 1
    assert (told.answers, told.asks) == (0, 0)
    assert told.found


def test_an_invitation_that_moved_on_is_named(counted):
    ask = Invitation.objects.earliest("id")
    Invitation.objects.filter(pk=ask.pk).update(finished_at=START)

    assert differences(counted).invitation_ids == (ask.pk,)

    fold_asks(organisation_id=counted.organisation_id, invitation_ids=[ask.pk])
    assert differences(counted) == NOTHING


def test_comparing_changes_nothing(counted):
    counted.answer("service", 5, day(40), touchpoint="phone")

    assert differences(counted) == differences(counted)


def test_rebuilding_mends_every_difference(counted):
    Cell.objects.all().update(c9=F("c9") + 7)
    Superseded.objects.all().delete()
    CountedAnswer.objects.all().delete()

    rebuild_cells(organisation_id=counted.organisation_id)

    assert differences(counted) == NOTHING


def test_examples_are_bounded(counted):
    for number in range(30):
        counted.answer("service", 5, day(40 + number), touchpoint="phone")

    told = differences(counted)

    assert (told.answers, len(told.response_ids)) == (30, 20)
