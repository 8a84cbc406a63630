"""Marks: what happened on single days, each on the trends it concerns and on no other."""

from dataclasses import replace

import pytest

from accounts.actions.editing_organisations import update_organisation
from accounts.models import AuditEntry, Organisation
from accounts.rules.actors import Actor
from kit.periods import Period
from metrics.actions.annotating import (
    Noted,
    annotate,
    edit_annotation,
    noted_of,
    remove_annotation,
)
from metrics.actions.defining import redefine_metric
from metrics.models import Annotation
from metrics.queries.definitions import definitions_of
from metrics.queries.filters import experience, service
from metrics.queries.marks import annotations, marks_in
from metrics.statistics.definitions import Definitions, Kind
from tests.metrics.actions.test_defining import TOP_BOX
from tests.metrics.conftest import START, day

MAYA = Actor(name="maya@acme.example")
YEAR = Period(day(1), day(365))
BILLING = Noted(on_day=day(40), text="New billing system", touchpoint_id=None, programme_id=None)


def note(world, **changes):
    return annotate(
        organisation_id=world.organisation_id,
        noted=replace(BILLING, **changes),
        actor=MAYA,
        now=START,
    )


def marked(world, period=YEAR):
    return marks_in(definitions_of(world.organisation_id), period)


def texts(marks):
    return [(mark.on, mark.text) for mark in marks]


def test_marks_of_a_period_come_in_order_with_both_its_ends(acme):
    for number in (50, 40, 39, 60, 61):
        note(acme, on_day=day(number), text=f"day {number}")

    found = marked(acme, Period(day(40), day(60))).every

    assert texts(found) == [(day(40), "day 40"), (day(50), "day 50"), (day(60), "day 60")]


def test_a_mark_stands_on_the_trends_it_concerns_only(acme):
    phone, relation = acme.touchpoints["phone"].pk, acme.programmes["relation"].pk
    note(acme, text="everywhere")
    note(acme, text="phone", touchpoint_id=phone)
    note(acme, text="relation", programme_id=relation)
    marks, ours = marked(acme), acme.organisation_id
    told, whole = service(ours, Definitions()), experience(ours, Definitions())

    seen = {
        name: {mark.text for mark in marks.on(chosen)}
        for name, chosen in {
            "service": told,
            "phone": told.narrowed(touchpoint_id=phone),
            "chat": told.narrowed(touchpoint_id=acme.touchpoints["chat"].pk),
            "experience": whole,
            "relation": whole.narrowed(programme_id=relation),
        }.items()
    }

    assert seen == {
        "service": {"everywhere"},
        "phone": {"everywhere", "phone"},
        "chat": {"everywhere"},
        "experience": {"everywhere"},
        "relation": {"everywhere", "relation"},
    }


def test_a_new_version_marks_its_own_metric_and_no_other(acme):
    ours = acme.organisation_id
    redefine_metric(
        organisation_id=ours,
        kind=Kind.CSAT,
        wanted=TOP_BOX,
        seen_version=1,
        actor=MAYA,
        today=day(321),
        now=START,
    )
    marks, definitions = marked(acme), definitions_of(ours)

    assert texts(marks.on(service(ours, definitions))) == [
        (day(124), "CSAT version 2: top box only")
    ]
    assert marks.on(experience(ours, definitions)) == []


def test_a_new_time_zone_is_marked_on_its_first_day_there(acme):
    organisation = Organisation.objects.get(pk=acme.organisation_id)
    update_organisation(
        organisation=organisation,
        changes={"time_zone": "Pacific/Kiritimati"},
        actor=MAYA,
        now=START.replace(day=9, hour=23),
    )
    update_organisation(organisation=organisation, changes={"name": "A"}, actor=MAYA, now=START)

    assert texts(marked(acme).every) == [
        (day(10), "Days are those of Pacific/Kiritimati, were UTC's")
    ]


def test_an_annotation_is_corrected_and_removed_and_the_trail_keeps_both(acme):
    row = note(acme)
    edit_annotation(annotation=row, noted=replace(BILLING, text="New bills"), actor=MAYA, now=START)
    assert noted_of(Annotation.objects.get()) == replace(BILLING, text="New bills")
    remove_annotation(annotation=row, actor=MAYA, now=START)

    assert annotations() == []
    trail = AuditEntry.objects.order_by("id").values_list("action", "before", "after")
    assert [(action, before.get("text"), after.get("text")) for action, before, after in trail] == [
        ("annotation.created", None, "New billing system"),
        ("annotation.edited", "New billing system", "New bills"),
        ("annotation.removed", "New bills", None),
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_marks_cost_the_same_statements_however_many(acme, rows, django_assert_num_queries):
    for _ in range(rows):
        note(acme, touchpoint_id=acme.touchpoints["phone"].pk)

    with django_assert_num_queries(2):
        assert len(marks_in(Definitions(), YEAR).every) == rows
