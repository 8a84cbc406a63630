"""What a programme did in some days: its funnel, its rules and its decisions one by one."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kit.periods import Period
from surveys.models import Invitation, Message
from surveys.queries.programmes import Which, decisions, rule_counts
from surveys.queries.programmes import funnel as funnel_by
from surveys.queries.timelines import timeline
from surveys.queries.touchpoints import asked_or_not
from tests.console.conftest import ZONE, acme, now

__all__ = ["acme", "now"]  # the same world as the pages have
DAY = Period(date(2026, 11, 16), date(2026, 11, 16))
MIDNIGHT = datetime(2026, 11, 16, tzinfo=ZoneInfo(ZONE))
LAST = MIDNIGHT + timedelta(days=1) - timedelta(microseconds=1)


# How far the first five came; the mails of the others wait, are in doubt, were lost or left.
FACTS = (
    ("answered_at", "finished_at"),
    ("bounced_at",),
    ("opted_out_at",),
    ("answered_at",),
    ("opted_out_at", "answered_at"),
)
STEP_OF = {
    "asked": "asked",
    "waiting": "waiting",
    "sent": "mailed",
    "uncertain": "uncertain",
    "lost": "lost",
    "bounced": "bounced",
    "reminded": "reminded",
    "opted_out": "opted_out",
    "answered": "answered",
    "finished": "finished",
}


@pytest.fixture
def world(acme):
    with acme.inside():
        yield acme


def funnel(**about):
    return funnel_by(**about, over_by=LAST)


def of(world, **more):
    return {"programme_id": world.csat.pk, "period": DAY, "zone_name": ZONE, **more}


def test_a_funnel_counts_each_invitation_at_every_step_it_reached(world):
    for number in range(4):
        world.contact(world.customer(f"Customer {number}"), at=MIDNIGHT)
    answered, bounced, opted_out, waiting = Invitation.objects.order_by("id")
    Invitation.objects.filter(pk=answered.pk).update(answered_at=LAST, finished_at=LAST)
    Invitation.objects.filter(pk=bounced.pk).update(bounced_at=LAST)
    Invitation.objects.filter(pk=opted_out.pk).update(opted_out_at=LAST)
    Message.objects.filter(invitation=waiting.pk).update(state="queued")

    counts = funnel(**of(world))

    assert (counts.asked, counts.sent, counts.waiting) == (4, 3, 1)
    assert (counts.answered, counts.finished) == (1, 1)
    assert (counts.bounced, counts.opted_out) == (1, 1)
    assert (counts.lost, counts.uncertain) == (0, 0)


def test_what_a_funnel_counts_is_listed_by_the_same_step(world):
    for number in range(9):
        context = {"plan": "Basic"} if number else {}
        invitation = world.contact(world.customer(f"C{number}"), at=MIDNIGHT)
        Invitation.objects.filter(pk=invitation.pk).update(context=context)
    world.contact(world.customer("Ben"), at=MIDNIGHT, is_asked=False, rule="opted_out")
    made = list(Invitation.objects.order_by("id"))
    for one, facts in zip(made, FACTS, strict=False):
        Invitation.objects.filter(pk=one.pk).update(**dict.fromkeys(facts, LAST))
    states = ("queued", "queued", "uncertain", "failed", "sent")
    Invitation.objects.filter(pk=made[-1].pk).update(is_test=True)
    for one, state in zip(made[4:], states, strict=True):
        Message.objects.filter(invitation=one.pk).update(state=state)
    Message.objects.create(
        **world.own,
        invitation=made[0],
        about=f"invitation:{made[0].pk}:reminder:1",
        state="sent",
        due_at=LAST,
        expires_at=LAST,
        message_id="1@acme.example",
        created_at=LAST,
    )

    asked = {}
    for segments in ((), (("plan", "Basic"),)):
        counts = funnel(**of(world), segments=segments)
        listed = {
            name: len(decisions(**of(world), which=Which(came=step, segments=segments)).rows)
            for name, step in STEP_OF.items()
        }
        assert listed == {name: getattr(counts, name) for name in STEP_OF}
        assert 0 not in listed.values() or segments
        asked[segments] = listed["asked"]
    assert list(asked.values()) == [8, 7]
    assert sum(rule.count for rule in rule_counts(**of(world), which=Which(came="left"))) == 8


def test_test_mails_are_in_no_funnel(world):
    world.contact(world.customer("Ada"), at=MIDNIGHT)
    Invitation.objects.update(is_test=True)

    assert funnel(**of(world)).asked == 0


@pytest.mark.parametrize(
    ("at", "counted"),
    [
        (MIDNIGHT - timedelta(microseconds=1), 0),
        (MIDNIGHT, 1),
        (LAST, 1),
        (MIDNIGHT + timedelta(days=1), 0),
    ],
)
def test_a_day_holds_its_first_instant_and_not_the_next_days(world, at, counted):
    world.contact(world.customer("Ada"), at=at)

    assert funnel(**of(world)).asked == counted
    assert sum(rule.count for rule in rule_counts(**of(world))) == counted
    assert len(decisions(**of(world)).rows) == counted


def test_rules_are_counted_asked_first_then_by_frequency(world):
    for number, rule in enumerate(["resting", "opted_out", "resting"]):
        world.contact(world.customer(f"Not {number}"), is_asked=False, rule=rule, at=MIDNIGHT)
    world.contact(world.customer("Ada"), at=MIDNIGHT)

    counted = [(one.rule, one.is_asked, one.count) for one in rule_counts(**of(world))]

    assert counted == [("asked", True, 1), ("resting", False, 2), ("opted_out", False, 1)]


def test_decisions_come_newest_first_page_by_page_and_by_rule(world):
    for number in range(3):
        world.contact(world.customer(f"Customer {number}"), at=MIDNIGHT)
    world.contact(world.customer("Other"), is_asked=False, rule="resting", at=MIDNIGHT)

    first = decisions(**of(world, which=Which(rule="asked"), size=2))
    second = decisions(**of(world, which=Which(rule="asked"), size=2, after=first.after))

    names = [[row.customer.name for row in page.rows] for page in (first, second)]
    assert names == [["Customer 2", "Customer 1"], ["Customer 0"]]
    assert second.after is None


def test_interactions_are_followed_to_their_answers(world):
    world.answer(4, customer=world.customer("Ada"), at=MIDNIGHT)
    world.contact(world.customer("Silent"), at=MIDNIGHT)
    world.contact(world.customer("Not"), is_asked=False, rule="resting", at=MIDNIGHT)

    counts = asked_or_not(touchpoint_id=world.phone.pk, period=DAY, over_by=LAST)

    assert (counts.interactions, counts.decided, counts.asked) == (3, 3, 2)
    assert (counts.left, counts.answered) == (2, 1)


def test_causes_stand_below_their_effects_at_the_same_instant(world):
    ada = world.customer("Ada")
    world.answer(4, customer=ada, at=MIDNIGHT)

    told = [one.kind for one in timeline(customer_id=ada.pk)]

    assert told == ["answer", "mail", "decision", "interaction"]


def test_a_timeline_is_cut_at_its_newest(world):
    ada = world.customer("Ada")
    for days in range(3):
        world.contact(ada, at=MIDNIGHT + timedelta(days=days))

    told = timeline(customer_id=ada.pk, shown=2)

    assert [one.kind for one in told] == ["mail", "decision"]
    assert {one.at for one in told} == {MIDNIGHT + timedelta(days=2)}


def test_decisions_are_found_by_whom_they_are_about_and_which_way(world):
    ada, obi = world.customer("Ada Okafor", email="ada@mail.example"), world.customer("Obi Eze")
    world.contact(ada, at=MIDNIGHT)
    world.contact(ada, is_asked=False, rule="resting", at=LAST)
    world.contact(obi, is_asked=False, rule="resting", at=MIDNIGHT)
    tried = world.contact(world.customer("Test recipient"), at=MIDNIGHT).decision
    type(tried).objects.filter(pk=tried.pk).update(rule="trial")

    def found(**more):
        rows = decisions(**of(world), which=Which(**more)).rows
        return [(row.customer.name, row.rule) for row in rows]

    resting = [("Obi Eze", "resting"), ("Ada Okafor", "resting")]
    assert found() == [*resting, ("Ada Okafor", "asked")]
    assert found(words="okafor") == [("Ada Okafor", "resting"), ("Ada Okafor", "asked")]
    assert found(words="ADA@mail", is_asked=True) == [("Ada Okafor", "asked")]
    assert found(is_asked=False) == found(rule="resting") == resting
    assert found(words="nobody") == []
    counts = rule_counts(**of(world), which=Which(words="okafor"))
    assert [(one.rule, one.count) for one in counts] == [("asked", 1), ("resting", 1)]
