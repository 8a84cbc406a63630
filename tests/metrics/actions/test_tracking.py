"""Wishes about tracked properties: made in a request, fulfilled whole by a worker."""

import pytest

from accounts.models import AuditEntry
from accounts.rules.actors import Actor
from kit import tenancy
from metrics.actions.rebuilding import rebuild_cells
from metrics.actions.tracking import (
    AlreadySo,
    NoFreeSlot,
    ask_for_tracking,
    fulfil_wishes,
    track_property,
)
from metrics.models import TrackedProperty, TrackingWish
from metrics.queries.filters import Slice
from metrics.queries.sources import Way, source
from metrics.queries.tracking import tracking
from metrics.tasks import track
from tests.metrics.conftest import START, build_world, day
from tests.metrics.reference import assert_cells_equal_the_answers

MAYA = Actor(name="maya@acme.example")


def wish(world, key, *, is_wanted=True):
    ask_for_tracking(
        organisation_id=world.organisation_id, key=key, is_wanted=is_wanted, actor=MAYA, now=START
    )


def fulfil(world):
    return fulfil_wishes(organisation_id=world.organisation_id, now=START)


def keys():
    return list(TrackedProperty.objects.order_by("slot").values_list("key", flat=True))


def way(world):
    part = Slice(organisation_id=world.organisation_id, segments=(("plan", "Basic"),))
    return source(part).way


def test_a_wish_changes_nothing_until_all_is_counted(acme):
    acme.answer("relation", 9, day(3), customer=0, context={"plan": "Basic"})
    rebuild_cells(organisation_id=acme.organisation_id)

    wish(acme, "plan")
    waiting = (keys(), way(acme), [line.is_coming for line in tracking().lines])
    fulfilled = fulfil(acme)

    assert waiting == ([], Way.ANSWERS, [True])
    assert (fulfilled, keys(), way(acme)) == (1, ["plan"], Way.CELLS)
    assert [(line.key, line.values, line.is_coming) for line in tracking().lines] == [
        ("plan", 1, False)
    ]
    assert_cells_equal_the_answers()


def test_several_wishes_are_one_count(acme):
    track_property(organisation_id=acme.organisation_id, key="branch", now=START)
    acme.answer("relation", 9, day(3), context={"plan": "Basic", "branch": "North"})
    wish(acme, "plan")
    wish(acme, "vip")
    wish(acme, "branch", is_wanted=False)

    assert [line.key for line in tracking().lines if line.is_going] == ["branch"]
    assert (fulfil(acme), keys()) == (3, ["plan", "vip"])
    assert (fulfil(acme), TrackingWish.objects.count()) == (0, 0)
    assert_cells_equal_the_answers()


def test_a_contrary_wish_takes_one_back(acme):
    wish(acme, "plan")
    wish(acme, "plan", is_wanted=False)

    assert (TrackingWish.objects.count(), fulfil(acme), keys()) == (0, 0, [])


def test_wishes_for_what_is_so_are_refused(acme):
    track_property(organisation_id=acme.organisation_id, key="plan", now=START)
    wish(acme, "vip")

    for key, is_wanted in (("plan", True), ("vip", True), ("desk", False)):
        with pytest.raises(AlreadySo):
            wish(acme, key, is_wanted=is_wanted)


def test_the_ninth_waits_for_a_place(acme):
    for number in range(8):
        wish(acme, f"key {number}")
    with pytest.raises(NoFreeSlot):
        wish(acme, "one more")
    wish(acme, "key 3", is_wanted=False)
    wish(acme, "one more")
    fulfil(acme)

    assert sorted(keys()) == sorted([*(f"key {n}" for n in range(8) if n != 3), "one more"])


def test_each_wish_is_one_line_of_the_audit_trail(acme):
    wish(acme, "plan")
    wish(acme, "plan", is_wanted=False)

    told = AuditEntry.objects.order_by("id").values_list("action", "actor", "after")
    assert [(action, actor, after["property"]) for action, actor, after in told] == [
        ("property.tracked", "maya@acme.example", "plan"),
        ("property.given_up", "maya@acme.example", "plan"),
    ]


def test_the_worker_fulfils_the_wishes_of_every_organisation_in_its_own(db):
    for organisation_id, slug in [(4_000_001, "acme"), (4_000_002, "other")]:
        with tenancy.organisation(organisation_id):
            world = build_world(organisation_id, slug=slug)
            world.answer("relation", 9, day(3), context={"plan": "Basic"})
            wish(world, "plan")

    assert (track(), track()) == (2, 0)
    for organisation_id in (4_000_001, 4_000_002):
        with tenancy.organisation(organisation_id):
            assert keys() == ["plan"]
            assert_cells_equal_the_answers()
