"""A metric defined anew: the next version beside the earlier ones, told, and nothing rewritten."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from accounts.rules.actors import Actor
from events.dispatching import Happening
from events.kinds import Kind as Happened
from events.models import Event
from metrics.actions.comparing import compare_cells
from metrics.actions.defining import BadDefinition, DefinedMeanwhile, Wanted, redefine_metric
from metrics.actions.folding import fold_answers
from metrics.actions.reacting import recount_redefined
from metrics.models import CountedAnswer, MetricDefinition
from metrics.queries.definitions import definitions_of, stored_versions
from metrics.rules.dimensions import GOOD, POOR
from metrics.statistics.definitions import CES, CSAT, FACES, NPS, Kind, UnknownVersion
from tests.metrics.conftest import START, day

TODAY = day(321)
TOP_BOX = Wanted(
    cut=5,
    smallest_change=2,
    change_to_see=10,
    window_days=90,
    since_on=day(124),
    reason="top box only",
)
IN_WORDS = replace(TOP_BOX, cut=4, reason="numbers to words")


def redefine(world, wanted=TOP_BOX, kind=Kind.CSAT, seen_version=1):
    return redefine_metric(
        organisation_id=world.organisation_id,
        kind=kind,
        wanted=wanted,
        seen_version=seen_version,
        actor=Actor(name="maya@acme.example"),
        today=TODAY,
        now=START,
    )


def test_without_a_row_the_product_s_own_definitions_are_version_1(acme):
    found = definitions_of(acme.organisation_id)

    assert (found.nps, found.csat, found.ces) == (NPS, CSAT, CES)
    assert [found.history(kind) for kind in Kind] == [(NPS,), (CSAT,), (FACES,), (CES,)]


def test_a_new_version_stands_beside_the_first_which_is_written_down_with_it(acme):
    redefine(acme)

    found = definitions_of(acme.organisation_id)
    first, second = found.history(Kind.CSAT)
    assert first == CSAT
    assert second == replace(
        CSAT,
        cut=5,
        words="Answer 5 on a scale from 1 to 5",
        version=2,
        since_on=day(124),
        reason="top box only",
    )
    assert (found.csat, found.version(Kind.CSAT, 1)) == (second, first)
    assert found.looking_at(Kind.CSAT, 1).csat == first
    assert (found.nps, found.ces) == (NPS, CES)
    stored = stored_versions(acme.organisation_id)
    assert {key: row.made_by for key, row in stored.items()} == {
        ("csat", 1): "cxapp",
        ("csat", 2): "maya@acme.example",
    }


def test_only_new_words_in_the_question_make_a_version_of_the_same_arithmetic(acme):
    redefine(acme, IN_WORDS)

    found = definitions_of(acme.organisation_id).csat
    assert (found.version, found.cut, found.words) == (2, CSAT.cut, CSAT.words)
    assert found.reason == "numbers to words"


def test_a_third_version_follows_the_second_and_the_first_is_not_written_twice(acme):
    redefine(acme)
    redefine(acme, replace(IN_WORDS, since_on=day(200)), seen_version=2)

    found = definitions_of(acme.organisation_id)
    assert [(one.version, one.cut) for one in found.history(Kind.CSAT)] == [(1, 4), (2, 5), (3, 4)]
    with pytest.raises(UnknownVersion, match="CSAT has versions 1 to 3, there is no 4"):
        found.version(Kind.CSAT, 4)


@pytest.mark.parametrize(
    ("kind", "wanted", "why"),
    [
        (Kind.NPS, TOP_BOX, "groups of the NPS are fixed"),
        (Kind.CSAT, replace(TOP_BOX, cut=1), "above the lowest score"),
        (Kind.CSAT, replace(TOP_BOX, cut=6), "above the lowest score"),
        (Kind.CSAT, replace(TOP_BOX, cut=None), "above the lowest score"),
        (Kind.CSAT, replace(TOP_BOX, since_on=TODAY + timedelta(days=1)), "not come yet"),
        (Kind.CSAT, replace(TOP_BOX, reason="  "), "Say what changed"),
    ],
)
def test_what_cannot_honestly_vary_is_refused_and_nothing_is_stored(acme, kind, wanted, why):
    with pytest.raises(BadDefinition, match=why):
        redefine(acme, wanted, kind)

    assert MetricDefinition.objects.count() == 0
    assert AuditEntry.objects.count() == 0


def test_a_version_cannot_begin_before_the_one_it_follows(acme):
    redefine(acme)

    with pytest.raises(BadDefinition, match="Version 2 began later"):
        redefine(acme, replace(TOP_BOX, cut=4, since_on=day(123)), seen_version=2)


def test_who_saw_an_older_version_is_told_instead_of_overruling_the_newest(acme):
    redefine(acme)

    with pytest.raises(DefinedMeanwhile):
        redefine(acme, replace(TOP_BOX, cut=3), seen_version=1)

    assert definitions_of(acme.organisation_id).csat.cut == 5


def test_one_row_of_the_audit_trail_and_one_event_tell_of_it(acme):
    row = redefine(acme)

    (entry,) = AuditEntry.objects.all()
    assert (entry.action, entry.object_id) == ("definition.made", row.pk)
    assert (entry.before["version"], entry.before["cut"]) == (1, 4)
    assert (entry.after["version"], entry.after["cut"]) == (2, 5)
    (event,) = Event.objects.all()
    assert (event.kind, event.payload) == ("metric.redefined", {"definition": row.pk})


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("definition_kind", {"kind": "ces2"}),
        ("definition_since", {"version": 0}),
        ("definition_cut", {"cut": 1}),
        ("definition_cut", {"cut": None}),
        ("definition_cut", {"kind": "nps"}),
        ("definition_changes", {"smallest_change": 0}),
        ("definition_since", {"since_on": None}),
        ("definition_since", {"reason": ""}),
        ("definition_version_once", {"version": 2}),
    ],
)
def test_the_database_refuses_what_no_version_can_be(acme, name, fields):
    redefine(acme)
    row = MetricDefinition.objects.get(version=2)
    row.pk, row.version = None, 3
    for field, value in fields.items():
        setattr(row, field, value)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save(force_insert=True)


# --- how customers were served ----------------------------------------------------------------


def served_with_fours(world):
    """Two service answers of 4 before a relational one: satisfied from 4 on, not from 5."""
    rows = [
        world.answer("service", 4, day(200), touchpoint="phone", customer=0),
        world.answer("service", 4, day(210), touchpoint="phone", customer=0),
        world.answer("relation", 9, day(220), customer=0),
    ]
    fold_answers(organisation_id=world.organisation_id, response_ids=[row.pk for row in rows])
    return rows[-1]


def state_of(answer):
    return CountedAnswer.objects.get(response_id=answer.pk).service_state_180


def react(world, row):
    happening = Happening(
        id=1, kind=Happened.METRIC_REDEFINED, at=START, payload={"definition": row.pk}
    )
    recount_redefined(world.organisation_id, [happening], START)


def test_a_cut_that_moved_judges_anew_how_customers_were_served(acme):
    answer = served_with_fours(acme)
    assert state_of(answer) == GOOD

    react(acme, redefine(acme))

    assert state_of(answer) == POOR
    assert not compare_cells(organisation_id=acme.organisation_id).found


def test_what_is_folded_later_is_judged_by_the_new_cut(acme):
    redefine(acme)

    assert state_of(served_with_fours(acme)) == POOR
    assert not compare_cells(organisation_id=acme.organisation_id).found


@pytest.mark.parametrize("kind", [Kind.CSAT, Kind.NPS])
def test_a_version_with_the_same_cut_judges_nobody_anew(acme, kind):
    answer = served_with_fours(acme)
    row = redefine(acme, replace(IN_WORDS, cut=4 if kind is Kind.CSAT else None), kind)
    CountedAnswer.objects.filter(response_id=answer.pk).update(service_state_180=POOR)

    react(acme, row)

    assert state_of(answer) == POOR  # nobody looked
