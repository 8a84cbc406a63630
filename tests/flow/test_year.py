"""Day by day over many customers: no limit broken, no quiet hour, no relationship slot lost.

The product runs as it does in life, woken by a clock that is set; `year_reference` judges the same
events by itself. FULL=1 takes a year and 5,000 customers, else eight weeks and some of them.
"""

import math
import os
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine

from accounts.actions.handover import Worker, hand_over
from accounts.models import Organisation
from events.dispatching import Happening
from events.kinds import Kind
from kit import tenancy
from surveys import tasks
from surveys.actions.considering import consider_inviting
from surveys.actions.delivering import Messages
from surveys.actions.opting import opt_out
from surveys.actions.reminding import plan_reminders
from surveys.models import (
    Customer,
    Decision,
    Interaction,
    Invitation,
    Message,
    Programme,
    Suppression,
)
from tests.builders import a_programme, a_touchpoint, an_organisation
from tests.flow.year_reference import (
    DAY,
    HOUSE,
    Asked,
    Calendar,
    Person,
    Rules,
    due,
    first_hour,
    may_leave,
    who_makes_way,
)
from tests.transports import Scripted

FULL = bool(os.environ.get("FULL"))
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(3600 if FULL else 900)]
CUSTOMERS = 5000 if FULL else 400
MONTHS = 6
FIRST = date(2026, 2, 1)
DAYS = 365 if FULL else 56
# Two of them are kept for the relationship survey: in eight weeks, too, somebody has had the rest.
PER_YEAR = 4 if FULL else 3
ZONES = ("", "", "", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
COLUMNS = (
    "id",
    "about",
    "invitation_id",
    "invitation__customer_id",
    "invitation__interaction_id",
)
# What was only planned after a visit makes way for a repair, which is asked about at once.
DELAY = {"visit": timedelta(days=2), "repair": timedelta(0)}
COMES_BACK = 0.1  # so likely has who waits for a question about a visit something repaired
# Each zone is awake at one of them, whatever the hours are set to below: a worker that never
# woke within them would let every mail wait.
WAKES = ((0, 6), (12, 10), (18, 58))
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


class Year:
    """The company, its customers, and what is known of them besides."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.rules = Rules(per_year=PER_YEAR)
        self.organisation = an_organisation(
            time_zone=HOUSE,
            ask_again_after_days=7,
            asks_per_year=PER_YEAR,
            sending_days="123456",
            sending_opens=480,
            sending_closes=1200,
            holiday_country="GB",
            holiday_subdivision="ENG",
            created_at=LONG_AGO,
        )
        self.people, self.first_mails, self.verdicts, self.sent_at = {}, [], {}, {}
        self.waiting, self.visitors, self.overtaken = {}, {}, set()
        self.transport = Scripted()
        with self.inside():
            self.touchpoints = {kind: a_touchpoint(self.organisation, kind) for kind in DELAY}
            self.service = {
                kind: a_programme(
                    self.organisation,
                    touchpoint,
                    rest_days=self.rules.rest_days[kind],
                    reminder_days=4,
                    delay_minutes=DELAY[kind] // timedelta(minutes=1),
                    priority=60 if DELAY[kind] else 10,
                )
                for kind, touchpoint in self.touchpoints.items()
            }
            self.relation = a_programme(
                self.organisation,
                metric="nps",
                cadence_months=MONTHS,
                newcomer_days=30,
                calendar_from=FIRST,
            )
            self.calendar = Calendar(self.relation.pk, MONTHS, self.rules)
            self.welcome(CUSTOMERS, LONG_AGO)

    def inside(self):
        return tenancy.organisation(self.organisation.pk)

    def welcome(self, count, at):
        new = [
            Customer(
                organisation=self.organisation,
                email=f"c{len(self.people) + n}@mail.example",
                address_key=f"c{len(self.people) + n}@mail.example",
                time_zone=self.chance.choice(ZONES),
                created_at=at,
            )
            for n in range(count)
        ]
        for each in Customer.objects.bulk_create(new):
            self.people[each.pk] = Person(each.pk, each.time_zone or HOUSE, at.date())

    def run(self):
        for n in range(DAYS):
            day = FIRST + n * DAY
            for hour, minute in WAKES:
                now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
                with time_machine.travel(now, tick=False):
                    self.wake(now)
            self.night(n, datetime(day.year, day.month, day.day, 19, 30, tzinfo=UTC))

    def wake(self, now):
        if now.hour == 0:
            tasks.plan()
            tasks.decide()
        with self.inside():
            self.note_relations()
            self.contacts(now)
        self.drain(now)

    def contacts(self, now):
        """Some customers met the company since the last time the worker woke."""
        chance = self.chance
        count = round(chance.choices((0, 1, 2, 3), (3, 4, 2, 1))[0] * CUSTOMERS / 500)
        who = [(pk, "visit") for pk in chance.sample(sorted(self.people), count)]
        plans = [each.number for each in self.waiting.values() if each.kind == "visit"]
        back = {self.visitors[number] for number in plans if chance.random() < COMES_BACK}
        who += [(pk, "repair") for pk in sorted(back)]
        made = Interaction.objects.bulk_create(
            Interaction(
                organisation=self.organisation,
                customer_id=pk,
                touchpoint=self.touchpoints[kind],
                source="helpdesk",
                source_id=f"{now:%m%d%H}-{kind}-{pk}",
                occurred_at=now - timedelta(minutes=place + 1),
                recorded_at=now,
                local_on=now.date(),
                way="api",
            )
            for place, (pk, kind) in enumerate(who)
        )
        events = [
            Happening(0, Kind.INTERACTION_RECORDED, now, {"interaction": each.pk}) for each in made
        ]
        if events:
            consider_inviting(self.organisation.pk, events, now)
        for each, (_, kind) in reversed(list(zip(made, who, strict=True))):  # the oldest first
            self.judge(each, kind, now)

    def judge(self, contact, kind, now):
        """What the reference says of a contact, and of what was planned before it."""
        person = self.people[contact.customer_id]
        self.visitors[contact.pk] = person.pk
        wish = max(now, contact.occurred_at + DELAY[kind])
        arrives = first_hour(wish, person.zone, self.rules)
        gone = who_makes_way(person, kind, now, arrives, self.calendar)
        self.verdicts[contact.pk] = gone is not None
        for each in gone or []:
            person.asks.remove(each)
            self.verdicts[each.number] = False
            self.overtaken.add(each.number)
            del self.waiting["service", each.number]
        if gone is not None:
            self.note_asked(person, arrives, kind, contact.pk)

    def note_relations(self):
        """What the calendar asked is taken as it came; whether it was right is checked below."""
        new = Invitation.objects.filter(
            programme=self.relation, id__gt=getattr(self, "seen", 0)
        ).order_by("id")
        for pk, customer, due_at in new.values_list("id", "customer_id", "due_at"):
            self.note_asked(self.people[customer], due_at, "relation", pk)
            self.seen = pk

    def note_asked(self, person, at, kind, number):
        person.asks.append(Asked(at, kind, number))
        self.waiting["relation" if kind == "relation" else "service", number] = person.asks[-1]

    def note_arrivals(self, now, sent):
        """A question counts from when it really left; one that still waits comes later."""
        for kind_and_number in sent:
            self.waiting.pop(kind_and_number).at = now
        for asked in self.waiting.values():
            asked.at = max(asked.at, now)

    def drain(self, now):
        worker = Worker(transport=self.transport, clock=lambda: now)
        while hand_over(outbox=Messages(), worker=worker):
            pass
        with self.inside():
            sent = Message.objects.filter(state="sent", finished_at=now)
            rows = list(sent.values_list(*COLUMNS))
            self.first_mails += [(now, *row[1:4]) for row in rows]
            self.note_arrivals(
                now,
                [
                    ("service", row[4]) if row[4] else ("relation", row[2])
                    for row in rows
                    if ":reminder:" not in row[1]
                ],
            )
            events = [Happening(0, Kind.MESSAGE_SENT, now, {"message": row[0]}) for row in rows]
            plan_reminders(self.organisation.pk, events, now)

    def night(self, n, now):
        """Answers, wishes, dead addresses, new customers, and now and then another rule."""
        chance = self.chance
        with self.inside():
            recent = list(
                Invitation.objects.filter(
                    sent_at__gt=now - 6 * DAY, answered_at=None, opted_out_at=None, bounced_at=None
                ).select_related("programme")
            )
            answered = [each.pk for each in recent if chance.random() < 0.06]
            Invitation.objects.filter(pk__in=answered).update(answered_at=now)
            self.sent_at |= dict.fromkeys(answered, now)
            for each in [one for one in recent if chance.random() < 0.004]:
                opt_out(invitation=each, everything=True, now=now)
                self.stop(each, now)
            for each in [one for one in recent if chance.random() < 0.003]:
                Invitation.objects.filter(pk=each.pk).update(bounced_at=now)
                Suppression.objects.get_or_create(
                    organisation=self.organisation,
                    address_key=each.address_key,
                    reason="bounced",
                    lifted_at=None,
                    defaults={"created_at": now},
                )
                self.stop(each, now)
            if n % 3 == 0:
                self.welcome(CUSTOMERS // 500 or 1, now)
            self.change_rules(n)

    def stop(self, invitation, now):
        person = self.people[invitation.customer_id]
        person.stopped_at = person.stopped_at or now
        self.sent_at.setdefault(invitation.pk, now)

    def change_rules(self, n):
        rows = Organisation.objects.filter(pk=self.organisation.pk)
        if n == DAYS // 3:
            self.rules.apart_days = 10
            rows.update(ask_again_after_days=10)
        if n == DAYS // 2:
            self.rules.opens, self.rules.closes, self.rules.weekdays = 8, 18, (0, 1, 2, 3, 4)
            rows.update(sending_opens=480, sending_closes=1080, sending_days="12345")
        if n == DAYS * 2 // 3:
            self.rules.rest_days["visit"] = 45
            Programme.objects.filter(pk=self.service["visit"].pk).update(rest_days=45)


@pytest.fixture(scope="module")
def seed():
    return 20260201


def test_a_year_breaks_no_rule(seed):
    year = Year(seed)
    year.run()
    with year.inside():
        _contacts_are_judged_as_the_reference_does(year)
        _no_mail_in_a_quiet_hour(year)
        _limits_hold_for_everybody(year)
        _nothing_follows_an_answer_or_a_wish(year)
        _no_slot_is_lost(year)
        _the_calendar_spreads(year)


def _contacts_are_judged_as_the_reference_does(year):
    rows = Decision.objects.filter(programme__in=year.service.values()).values_list(
        "interaction_id", "is_asked", "rule"
    )
    came = {pk: asked for pk, asked, _ in rows}
    assert came == year.verdicts
    assert {pk for pk, _, rule in rows if rule == "gave_way"} == year.overtaken
    rules = Counter(rule for _, _, rule in rows)
    kept = {"kept_free", "kept_place"}
    assert rules.keys() >= {"asked", "resting", "asked_recently", "gave_way"}
    # Slots are drawn from ids: eight weeks of few people may meet but one of the two.
    assert kept <= rules.keys() if FULL else kept & rules.keys()


def _no_mail_in_a_quiet_hour(year):
    strict = FIRST + DAYS // 2 * DAY
    assert len(year.first_mails) > CUSTOMERS * DAYS / 365
    for at, about, _, customer in year.first_mails:
        rules = Rules() if at.date() <= strict else year.rules
        assert may_leave(at, year.people[customer].zone, rules), (at, about)


def _limits_hold_for_everybody(year):
    sent = {}
    for at, about, _, customer in year.first_mails:
        if ":reminder:" not in about:
            sent.setdefault(customer, []).append(at)
    for times in sent.values():
        gaps = [later - earlier for earlier, later in pairwise(times)]
        # A mail leaves when the worker wakes after its hour: within the day.
        assert all(gap > 6 * DAY for gap in gaps), times
        for place in range(len(times) - PER_YEAR):
            assert times[place + PER_YEAR] - times[place] > 364 * DAY, times


def _nothing_follows_an_answer_or_a_wish(year):
    reminders = Counter()
    for at, about, invitation, customer in year.first_mails:
        stopped = year.people[customer].stopped_at
        assert stopped is None or at < stopped, about
        if ":reminder:" in about:
            reminders[invitation] += 1
            assert at < year.sent_at.get(invitation, at + DAY), about
    assert len(reminders) > 5
    assert set(reminders.values()) == {1}
    told = Message.objects.filter(state__in=["cancelled", "suppressed"])
    assert set(told.values_list("last_error", flat=True)) >= {
        "The reminder was not sent: the customer had answered."
    }


def _no_slot_is_lost(year):
    """Everybody who could be asked was, on the day of the slot, once in each period."""
    last = FIRST + (DAYS - 1) * DAY
    decided = Decision.objects.filter(programme=year.relation, is_asked=True)
    days = {}
    for customer, at in decided.order_by("id").values_list("customer_id", "decided_at"):
        days.setdefault(customer, []).append(at.astimezone(UTC).date())
    whole = 0
    for person in year.people.values():
        if person.stopped_at is not None:
            continue
        alone = Person(person.pk, person.zone, person.since)
        expected, today = [], FIRST
        while (slot := due(alone, year.relation.pk, MONTHS, today)) and slot[0] <= last:
            expected.append(slot[0])
            noon = datetime(slot[0].year, slot[0].month, slot[0].day, 12, tzinfo=UTC)
            alone.asks.append(Asked(noon, "relation", 0))
            today = slot[0]
        came = days.get(person.pk, [])
        assert len(came) == len(expected), (person, expected, came)
        assert all(abs((a - b).days) <= 12 for a, b in zip(came, expected, strict=True))
        whole += len(expected)
    assert whole > CUSTOMERS * DAYS / 365


def _the_calendar_spreads(year):
    decided = Decision.objects.filter(programme=year.relation).values_list("decided_at", flat=True)
    weeks = Counter((at.date() - FIRST).days // 7 for at in decided)
    full = [weeks[week] for week in range(DAYS // 7)]
    share = sum(full) / len(full)
    far = [count for count in full if abs(count - share) > 3 * math.sqrt(share)]
    assert len(far) <= 1, full
