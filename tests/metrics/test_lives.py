"""Thousands of random lives of customers: the counts equal a recount by other means, always.

FULL=1 takes ten thousand, else fifteen hundred.

They go on at the same time in three organisations, and are folded in random portions, late,
twice and in any order. To look into one that failed: its number follows from SEED alone.
"""

import json
import os
import random
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection

from accounts.models import Organisation
from accounts.rules.actors import COMMAND_LINE
from events.dispatching import Happening, dispatch_due
from events.kinds import Kind
from kit import tenancy
from metrics.actions.comparing import compare_cells
from metrics.actions.defining import Wanted, redefine_metric
from metrics.actions.reacting import fold_answered, fold_asked
from metrics.actions.tracking import track_property
from metrics.statistics.definitions import Kind as Metric
from surveys.actions.editing_touchpoints import details_of, update_touchpoint
from surveys.models import Customer, Decision, Invitation, Response, Touchpoint
from tests.metrics import recount
from tests.metrics.conftest import START, build_world
from tests.metrics.lives import ACTS, NOON, Changes, Life, RealLife

SEED = 20261122
LIVES = 10_000 if os.environ.get("FULL") else 1_500
BY_HAND = 150  # of them by the product's own actions, which take their time
ROUNDS = 7
ZONES = ["America/New_York", "Europe/London", "Pacific/Auckland"]

WRITE = """
    UPDATE surveys_response r SET score = v.score, standing = v.standing,
        customer_id = v.customer, answered_at = v.at, local_on = v.day, context = v.context
    FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::bigint[], %s::timestamptz[],
        %s::date[], %s::jsonb[]) AS v (id, score, standing, customer, at, day, context)
    WHERE r.id = v.id
"""
MARK = """
    UPDATE surveys_invitation i SET bounced_at = v.bounced, opted_out_at = v.out,
        finished_at = v.finished, answered_at = v.answered
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[],
        %s::timestamptz[]) AS v (id, bounced, out, finished, answered)
    WHERE i.id = v.id
"""


class Town:
    """One organisation, the lives in it, and what is still to be folded."""

    def __init__(self, place, numbers):
        self.chance = random.Random(f"{SEED} town {place}")
        self.zone = ZONES[place]
        self.cuts = {"csat": 4, "ces": 5}
        self.id = 4_000_001 + place
        self.life_of = {}
        self.pending = Counter()
        self.acts = Counter()
        with self.entered():
            self.world = build_world(self.id, slug=f"town-{place}", customers=0)
            Organisation.objects.filter(pk=self.id).update(time_zone=self.zone)
            for key in ("plan", "branch"):
                track_property(organisation_id=self.id, key=key, now=START)
            people = Customer.objects.bulk_create(
                Customer(organisation_id=self.id, name=f"{n}", created_at=START)
                for number in numbers
                for n in (number, -number)
            )
        pairs = zip(numbers, zip(people[::2], people[1::2], strict=True), strict=True)
        self.lives = [
            (RealLife if number < BY_HAND else Life)(SEED, number, self.world, list(pair))
            for number, pair in pairs
        ]

    def entered(self):
        return tenancy.organisation(self.id)

    # --- a round -------------------------------------------------------------------------------

    def live(self):
        """One step of every life, written in few statements."""
        with self.entered():
            done = []
            for life in self.lives:
                changes = Changes()
                life.step(changes, self.zone)
                done.append((life, changes))
                self.acts.update(changes.acts)
            self._ask(done)
            self._answer(done)
            changed = [one for _, changes in done for one in changes.changed.values()]
            marked = [one for _, changes in done for one in changes.marked.values()]
            self._write(changed)
            self._mark(marked)
            self._remove(done)
        self.pending.update(("response", one.pk) for one in changed)
        self.pending.update(("invitation", one.pk) for one in marked)

    def _ask(self, done):
        asked = [(life, one) for life, changes in done for one in changes.asked]
        decisions = Decision.objects.bulk_create(
            Decision(
                organisation_id=self.id, programme=one.programme, customer=one.customer,
                occasion=f"by-hand:{life.number}:{life.steps}", is_asked=True, rule="eligible",
                decided_at=NOON,
            )
            for life, one in asked
        )  # fmt: skip
        for (_, one), decision in zip(asked, decisions, strict=True):
            one.decision = decision
        self._name(asked, Invitation, "invitation")

    def _answer(self, done):
        new = [(life, one) for life, changes in done for one in changes.new]
        self._name(new, Response, "response")

    def _name(self, made, table, kind):
        rows = table.objects.bulk_create([one for _, one in made])
        for (life, _), row in zip(made, rows, strict=True):
            self.life_of[kind, row.pk] = life.number
            self.pending[kind, row.pk] += 1

    def _write(self, rows):
        columns = [
            [one.pk for one in rows],
            [one.score for one in rows],
            [one.standing for one in rows],
            [one.customer and one.customer.pk for one in rows],
            [one.answered_at for one in rows],
            [one.local_on for one in rows],
            [json.dumps(one.context) for one in rows],
        ]
        with connection.cursor() as cursor:
            cursor.execute(WRITE, columns)

    def _mark(self, rows):
        names = ("pk", "bounced_at", "opted_out_at", "finished_at", "answered_at")
        with connection.cursor() as cursor:
            cursor.execute(MARK, [[getattr(one, name) for one in rows] for name in names])

    def _remove(self, done):
        gone = [one for _, changes in done for one in changes.gone]
        for table, kind in ((Response, "response"), (Invitation, "invitation")):
            ids = [one.pk for one in gone if isinstance(one, table)]
            rows = table.objects.filter(pk__in=ids)
            rows._raw_delete(rows.db)
            self.pending.update((kind, one) for one in ids)

    # --- folding -------------------------------------------------------------------------------

    def fold(self, *, share):
        """Fold so much of what is pending: shuffled, in portions of any size, some of it twice."""
        waiting = sorted(self.pending)
        self.chance.shuffle(waiting)
        waiting = waiting[: int(len(waiting) * share)]
        with self.entered():
            while waiting:
                size = self.chance.choice([1, 7, 300, len(waiting)])
                portion, waiting = waiting[:size], waiting[size:]
                self._react(portion + portion[:3])
                for one in portion:
                    self.pending.pop(one, None)

    def _react(self, portion):
        for kind, reaction, said in (
            ("response", fold_answered, Kind.RESPONSE_AMENDED),
            ("invitation", fold_asked, Kind.MESSAGE_SENT),
        ):
            ids = [row_id for what, row_id in portion if what == kind]
            one_by_one = [Happening(n, said, NOON, {kind: i}) for n, i in enumerate(ids[:5])]
            together = Happening(0, said, NOON, {kind: ids[5:]})
            reaction(self.id, [*one_by_one, together], NOON)

    # --- what happens to the organisation --------------------------------------------------------

    def reclassify(self, name):
        with self.entered():
            touchpoint = Touchpoint.objects.get(slug=name)
            details = details_of(touchpoint)
            other = {"service": "experience", "experience": "service"}[details.kind]
            changed = type(details)(**{**vars(details), "kind": other})
            update_touchpoint(touchpoint=touchpoint, details=changed, actor=COMMAND_LINE, now=NOON)

    def move_to(self, zone):
        self.zone = zone
        with self.entered():
            Organisation.objects.filter(pk=self.id).update(time_zone=zone)

    def redefine(self, cut):
        self.cuts["csat"] = cut
        with self.entered():
            redefine_metric(
                organisation_id=self.id,
                kind=Metric.CSAT,
                wanted=Wanted(
                    cut=cut, smallest_change=2, change_to_see=10, window_days=90,
                    since_on=date(2026, 5, 12), reason="Only the best box counts.",
                ),
                seen_version=1,
                actor=COMMAND_LINE,
                today=date(2026, 5, 12),
                now=NOON,
            )  # fmt: skip

    # --- comparing -------------------------------------------------------------------------------

    def check(self, moment):
        with self.entered():
            expected = recount.Recount(self.cuts)
            self._same(moment, "response", recount.held_answers(), expected.answers)
            self._same(moment, "invitation", recount.held_asks(), expected.asks)
            names = ("cells", "superseded", "superseded weeks")
            for name, have, want in zip(names, recount.held_cells(), expected.cells(), strict=True):
                self._same_cells(moment, name, have, want, expected)
            self._same_cells(
                moment, "asks", recount.held_ask_cells(), expected.ask_cells(), expected
            )

    def _same(self, moment, kind, have, want):
        differing = sorted(one for one in have.keys() | want if have.get(one) != want.get(one))
        if differing:
            first = differing[0]
            lives = sorted({self.life_of.get((kind, one), "by hand") for one in differing}, key=str)
            pytest.fail(
                f"{len(differing)} counted rows of a {kind} differ {moment}, in lives {lives[:9]}"
                f" of SEED {SEED}, {self.zone}; the first:\nheld     {have.get(first)}\n"
                f"expected {want.get(first)}"
            )

    def _lives_in(self, key, expected):
        """Whose answers or invitations of that question and day, or week, there are."""
        days = [(("response", one), row[0], row[14]) for one, row in expected.answers.items()]
        days += [(("invitation", one), row[0], row[12]) for one, row in expected.asks.items()]
        found = {
            self.life_of.get(one, "by hand")
            for one, question, on in days
            if question == key[0] and key[6] in (on, recount.monday(on))
        }
        return sorted(found, key=str)

    def _same_cells(self, moment, name, have, want, expected):
        differing = [key for key in have.keys() | want if have.get(key) != want.get(key)]
        if differing:
            told = [
                f"{key}: held {have[key]}, expected {want[key]},"
                f" lives {self._lives_in(key, expected)[:20]}"
                for key in differing[:5]
            ]
            pytest.fail(
                f"{len(differing)} {name} differ {moment} though every counted row is right,"
                f" SEED {SEED}, {self.zone}:\n" + "\n".join(told)
            )


@pytest.mark.timeout(400)  # half a minute of processor time, whatever else the machine does
@pytest.mark.django_db
def test_random_lives_are_counted_as_a_recount_would():
    towns = [Town(place, range(place, LIVES, len(ZONES))) for place in range(len(ZONES))]
    for number in range(1, ROUNDS + 1):
        for town in towns:
            town.live()
            town.fold(share=town.chance.choice([0.3, 0.7, 1]))
        change_what_counts(towns, number)
        if number in (2, 4, ROUNDS):
            compare(towns, f"after round {number}")

    for town in towns:
        with town.entered():
            assert not compare_cells(organisation_id=town.id).found
    acts = sum((town.acts for town in towns), Counter())
    assert min(acts[act] for act in ACTS) > LIVES / 100, acts


def change_what_counts(towns, number):
    if number == 3:
        towns[0].reclassify("bill")
        towns[1].redefine(5)
        towns[2].move_to("America/Los_Angeles")
    if number == 5:
        towns[0].reclassify("phone")
        towns[0].move_to("Asia/Tokyo")
        towns[2].reclassify("chat")


def compare(towns, moment):
    while dispatch_due(now=NOON + timedelta(days=90)):
        pass
    for town in towns:
        town.fold(share=1)
        town.check(moment)
