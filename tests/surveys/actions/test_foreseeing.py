"""What a dry run foresees is what happens, but for what happens meanwhile; nothing is stored."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from events.dispatching import Happening
from events.kinds import Kind
from kit import tenancy
from surveys.actions import foreseeing
from surveys.actions.considering import consider_inviting
from surveys.actions.deciding_waves import decide_waiting
from surveys.actions.foreseeing import DAYS, foresee
from surveys.actions.waves import plan_due
from surveys.models import (
    Customer,
    Decision,
    Interaction,
    Invitation,
    Message,
    Programme,
    Suppression,
    Wave,
)
from tests.builders import (
    NOW,
    a_programme,
    a_touchpoint,
    an_interaction,
    an_invitation,
    an_organisation,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MIDNIGHT = NOW.replace(hour=0, minute=0)
HOURS = {"sending_days": "12345", "sending_opens": 8 * 60, "sending_closes": 20 * 60}


@pytest.fixture
def organisation():
    organisation = an_organisation(**HOURS)
    with tenancy.organisation(organisation.pk):
        yield organisation


def customers(organisation, count):
    return Customer.objects.bulk_create(
        Customer(
            organisation=organisation,
            email="" if n % 40 == 0 else f"c{n}@mail.example",
            address_key="" if n % 40 == 0 else f"c{n}@mail.example",
            created_at=MIDNIGHT - (10 if n % 17 == 0 else 500) * DAY,
        )
        for n in range(count)
    )


def stored():
    models = (Decision, Invitation, Message, Wave)
    return [model.objects.count() for model in models]


def dry_run(programme, now, **rules):
    held = Programme.objects.select_related("survey").get(pk=programme.pk)
    for name, value in rules.items():
        setattr(held, name, value)
    organisation = Organisation.objects.get(pk=programme.organisation_id)
    return foresee(organisation=organisation, programme=held, now=now)


def foreseen(run):
    return {
        (each.customer_id, each.occasion): (each.verdict.rule.value, each.due_at)
        for each in run.decided
    }


def happened(programme, since):
    rows = Decision.objects.filter(programme=programme, decided_at__gte=since)
    return {
        (row.customer_id, row.occasion): (
            row.rule,
            row.invitation.messages.first().due_at if row.is_asked else None,
        )
        for row in rows.select_related("invitation")
    }


def a_past(organisation, programme, people, chance):
    """Questions of the last weeks, people who stopped, and another programme's mails."""
    other = a_programme(organisation)
    for each in chance.sample(people, 60):
        an_invitation(
            organisation,
            chance.choice([programme, other]),
            each,
            at=MIDNIGHT - chance.randint(1, 200) * DAY,
        )
    Suppression.objects.bulk_create(
        Suppression(
            organisation=organisation,
            address_key=each.address_key,
            reason="opted_out",
            created_at=NOW,
        )
        for each in chance.sample([one for one in people if one.address_key], 25)
    )


def days_of_asking(organisation, meanwhile=lambda n, now: None):
    for n in range(DAYS):
        now = MIDNIGHT + n * DAY + timedelta(minutes=1)
        meanwhile(n, now)
        plan_due(organisation_id=organisation.pk, now=now)
        decide_waiting(clock=lambda now=now: now)


def test_by_the_calendar_the_next_days_come_as_foreseen(organisation):
    chance = random.Random(7)
    programme = a_programme(organisation, metric="nps", cadence_months=3)
    people = customers(organisation, 700)
    a_past(organisation, programme, people, chance)
    before = stored()
    run = dry_run(programme, MIDNIGHT)
    assert stored() == before
    told = foreseen(run)
    days_of_asking(organisation)
    assert told == happened(programme, MIDNIGHT)
    assert {rule for rule, _ in told.values()} >= {"asked", "opted_out", "no_address"}
    assert sum(rule == "asked" for rule, _ in told.values()) > 50


def test_of_a_crowd_the_first_days_are_foreseen_and_the_rest_is_said_to_be_missing(
    organisation, monkeypatch
):
    programme = a_programme(organisation, metric="nps", cadence_months=3)
    customers(organisation, 300)
    whole = dry_run(programme, MIDNIGHT)
    monkeypatch.setattr(foreseeing, "MOST", 20)
    cut = dry_run(programme, MIDNIGHT)
    assert (whole.is_cut, cut.is_cut) == (False, True)
    assert list(cut.decided) == list(whole.decided)[:20]
    assert len(whole.decided) > 20


def test_only_what_happens_meanwhile_makes_a_difference(organisation):
    chance = random.Random(11)
    touchpoint = a_touchpoint(organisation)
    programme = a_programme(organisation, metric="nps", cadence_months=3)
    service = a_programme(organisation, touchpoint)
    people = customers(organisation, 700)
    told = foreseen(dry_run(programme, MIDNIGHT))
    met = set()

    def meanwhile(n, now):
        stops, visits = chance.sample(people, 5), chance.sample(people, 5)
        for each in stops:
            if each.address_key and each.pk not in met:
                Suppression.objects.create(
                    organisation=organisation,
                    address_key=each.address_key,
                    reason="opted_out",
                    created_at=now,
                )
        for each in visits:
            interaction = an_interaction(
                organisation, each, touchpoint, occurred_at=now, recorded_at=now
            )
            event = Happening(0, Kind.INTERACTION_RECORDED, now, {"interaction": interaction.pk})
            consider_inviting(organisation.pk, [event], now)
        met.update(each.pk for each in (*stops, *visits))

    days_of_asking(organisation, meanwhile)
    came = happened(programme, MIDNIGHT)
    of_others = {key: verdict for key, verdict in told.items() if key[0] not in met}
    assert of_others == {key: verdict for key, verdict in came.items() if key[0] not in met}
    changed = {key for key, verdict in came.items() if told.get(key) != verdict}
    assert changed
    assert {key[0] for key in changed} <= met
    assert Decision.objects.filter(programme=service).exists()


def lived(organisation, programme, touchpoint, chance):
    """Two weeks of contacts, each decided some seconds after it was recorded."""
    people = customers(organisation, 40)
    contacts = sorted(chance.randrange(0, 13 * 24 * 60) for _ in range(120))
    for minutes in contacts:
        at = NOW - 13 * DAY + timedelta(minutes=minutes)
        occurred_at = at - timedelta(hours=chance.choice([1, 5, 200]))
        interaction = an_interaction(
            organisation,
            chance.choice(people),
            touchpoint,
            occurred_at=occurred_at,
            recorded_at=at,
        )
        now = at + timedelta(seconds=3)
        event = Happening(0, Kind.INTERACTION_RECORDED, now, {"interaction": interaction.pk})
        consider_inviting(organisation.pk, [event], now)
        Message.objects.update(state="sent")  # each leaves when it is due


def test_the_last_days_once_more_under_the_same_rules_are_what_happened(organisation):
    touchpoint = a_touchpoint(organisation)
    programme = a_programme(organisation, touchpoint, rest_days=3, delay_minutes=90)
    a_programme(organisation, touchpoint, rest_days=5, priority=90)
    Organisation.objects.filter(pk=organisation.pk).update(ask_again_after_days=2)
    organisation.refresh_from_db()
    lived(organisation, programme, touchpoint, random.Random(3))
    before = stored()
    run = dry_run(programme, NOW)
    assert stored() == before
    assert foreseen(run) == happened(programme, NOW - 30 * DAY)
    rules = {each.verdict.rule.value for each in run.decided}
    assert rules >= {"asked", "too_old", "resting"}


def test_a_stricter_rule_asks_fewer_and_the_first_of_each(organisation):
    touchpoint = a_touchpoint(organisation)
    programme = a_programme(organisation, touchpoint, rest_days=0, is_on=False)
    Organisation.objects.filter(pk=organisation.pk).update(
        ask_again_after_days=0, asks_per_year=300
    )
    lived(organisation, programme, touchpoint, random.Random(5))
    young = [
        each
        for each in Interaction.objects.select_related("customer").order_by("recorded_at")
        if each.recorded_at - each.occurred_at < 7 * DAY and each.customer.address_key
    ]
    asked = [each for each in dry_run(programme, NOW).decided if each.verdict.is_asked]
    assert [each.customer_id for each in asked] == [each.customer_id for each in young]
    strict = dry_run(programme, NOW, rest_days=60)
    asked = [each.customer_id for each in strict.decided if each.verdict.is_asked]
    assert asked == list(dict.fromkeys(each.customer_id for each in young))
    assert Programme.objects.get(pk=programme.pk).is_on is False


def test_a_programme_of_waves_only_foresees_nobody(organisation):
    programme = a_programme(organisation, metric="nps", cadence_months=None)
    customers(organisation, 10)
    run = dry_run(programme, NOW)
    assert (run.decided, run.is_cut) == ([], False)


def test_looking_at_many_costs_as_few_statements_as_at_one(organisation):
    touchpoint = a_touchpoint(organisation)
    programme = a_programme(organisation, touchpoint)
    counts = []
    for _ in range(2):
        for each in customers(organisation, 3)[1:]:
            an_interaction(organisation, each, touchpoint)
        with CaptureQueriesContext(connection) as counted:
            dry_run(programme, NOW)
        counts.append(len(counted))
        Customer.objects.update(email="")
    assert counts[0] == counts[1]
