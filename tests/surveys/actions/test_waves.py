"""A wave decides of everybody in it once, whoever is killed meanwhile; so does the calendar."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from django.db import connection

from accounts.models import AuditEntry, Organisation
from accounts.rules.actors import Actor
from kit import tenancy
from surveys.actions import deciding_waves, waves
from surveys.actions.considering import ask_by_hand
from surveys.actions.deciding_waves import decide_waiting
from surveys.actions.editing_programmes import switch_programme
from surveys.actions.suppressing import suppress_address
from surveys.actions.waves import plan_due, start_wave, stop_wave
from surveys.models import (
    Customer,
    Decision,
    Invitation,
    Message,
    SendingPause,
    Suppression,
    Wave,
    WavePortion,
)
from surveys.rules.cadence import Cadence, phase, slot_in
from tests.builders import NOW, a_programme, an_organisation

pytestmark = pytest.mark.django_db
_numbers = count(1)
RITA = Actor(name="rita@acme.example")
LONG_AGO = NOW - timedelta(days=400)
TODAY = NOW.date()


class Killed(BaseException):
    """As when the process ends: nobody catches it."""


@pytest.fixture
def organisation():
    return an_organisation()


@pytest.fixture(autouse=True)
def _small_portions(monkeypatch):
    monkeypatch.setattr(waves, "PORTION", 4)


def people(organisation, count, **fields):
    with tenancy.organisation(organisation.pk):
        made = [each(organisation, **fields) for _ in range(count)]
        return Customer.objects.bulk_create(made)


def each(organisation, email=None, **fields):
    email = f"one{next(_numbers)}@mail.example" if email is None else email
    fields = {"created_at": LONG_AGO, **fields}
    return Customer(organisation=organisation, email=email, address_key=email, **fields)


def somebody_due(organisation, programme, day=TODAY):
    """Somebody whose slot is this day."""
    number = next(n for n in range(10**9, 2 * 10**9) if slot_of(programme, n, day) == day)
    return people(organisation, 1, id=number)[0]


def relational(organisation, **fields):
    with tenancy.organisation(organisation.pk):
        fields = {"metric": "nps", "cadence_months": 6, "newcomer_days": 0, **fields}
        return a_programme(organisation, **fields)


def start(programme, customer_ids=None):
    with tenancy.organisation(programme.organisation_id):
        return start_wave(programme=programme, customer_ids=customer_ids, actor=RITA, now=NOW)


def plan(organisation, now=NOW):
    with tenancy.organisation(organisation.pk):
        return plan_due(organisation_id=organisation.pk, now=now)


def decide(now=NOW):
    return decide_waiting(clock=lambda: now)


def decisions(organisation):
    with tenancy.organisation(organisation.pk):
        return {
            row.customer_id: (row.rule, row.occasion) for row in Decision.objects.order_by("id")
        }


def test_a_wave_asks_everybody_once(organisation):
    programme = relational(organisation)
    everybody = people(organisation, 10)
    gone = people(organisation, 2, archived_at=NOW)
    wave = start(programme)
    assert (wave.customers, wave.kind) == (10, "everybody")
    assert decide() == 10
    assert decide() == 0
    assert decisions(organisation) == {each.pk: ("asked", f"wave:{wave.pk}") for each in everybody}
    assert not {each.pk for each in gone} & decisions(organisation).keys()
    with tenancy.organisation(organisation.pk):
        wave.refresh_from_db()
        assert wave.finished_at == NOW
        portions = WavePortion.objects.order_by("id").values_list("asked", "customer_ids")
        assert list(portions) == [(4, []), (4, []), (2, [])]
        assert Message.objects.count() == 10
        entry = AuditEntry.objects.get(action="programme.wave_started")
        assert entry.after == {"wave": wave.pk, "kind": "everybody", "customers": 10}


def test_a_list_asks_those_on_it(organisation):
    programme = relational(organisation)
    ada, _, obi = people(organisation, 3)
    wave = start(programme, [obi.pk, ada.pk, ada.pk, 10**9])
    assert (wave.customers, decide()) == (2, 2)
    assert decisions(organisation).keys() == {ada.pk, obi.pk}


def test_a_wave_without_anybody_is_finished(organisation):
    wave = start(relational(organisation), [])
    assert (wave.customers, wave.finished_at, decide()) == (0, NOW, 0)


def test_another_organisation_is_not_asked(organisation):
    other = an_organisation("Globex")
    people(other, 3)
    mine = people(organisation, 1)
    start(relational(organisation))
    assert decide() == 1
    assert decisions(organisation).keys() == {mine[0].pk}
    assert decisions(other) == {}


def test_who_may_not_be_asked_is_counted_as_such(organisation):
    programme = relational(organisation)
    people(organisation, 3)
    people(organisation, 2, email="")
    wave = start(programme)
    decide()
    with tenancy.organisation(organisation.pk):
        portions = WavePortion.objects.filter(wave=wave)
        counts = [(each.asked, each.not_asked) for each in portions.order_by("id")]
    assert counts == [(3, 1), (0, 1)]


def test_a_wave_can_be_stopped_and_what_was_decided_stays(organisation):
    programme = relational(organisation)
    people(organisation, 10)
    wave = start(programme)
    assert deciding_waves._decide_next(NOW, {}) == 4
    with tenancy.organisation(organisation.pk):
        assert stop_wave(wave=wave, actor=RITA, now=NOW)
        assert not stop_wave(wave=wave, actor=RITA, now=NOW)
    assert decide() == 0
    assert len(decisions(organisation)) == 4
    with tenancy.organisation(organisation.pk):
        assert AuditEntry.objects.filter(action="programme.wave_stopped").count() == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_that_dies_leaves_a_portion_as_if_it_had_not_begun(
    organisation, monkeypatch, moment
):
    programme = relational(organisation)
    people(organisation, 10)
    start(programme)
    decide_many, calls = deciding_waves.decide_many, count(1)

    def dies_in_the_second(**given):
        dies = next(calls) == 2
        if dies and moment == "before":
            raise Killed
        decided = decide_many(**given)
        if dies:
            raise Killed
        return decided

    monkeypatch.setattr(deciding_waves, "decide_many", dies_in_the_second)
    with pytest.raises(Killed):
        decide()
    assert len(decisions(organisation)) == 4
    assert decide(NOW + timedelta(minutes=1)) == 6
    with tenancy.organisation(organisation.pk):
        assert (Decision.objects.count(), Invitation.objects.count()) == (10, 10)
        assert (Message.objects.count(), Wave.objects.get().finished_at) == (
            10, NOW + timedelta(minutes=1),
        )  # fmt: skip


def test_a_portion_that_cannot_be_decided_holds_up_no_other(organisation, monkeypatch):
    bad, good = relational(organisation), relational(organisation)
    people(organisation, 6)
    waves_of = [start(bad), start(good)]
    decide_one = deciding_waves._decide

    def decided(portion, now):
        if portion.wave_id == waves_of[0].pk:
            raise ValueError(portion.pk)
        return decide_one(portion, now)

    monkeypatch.setattr(deciding_waves, "_decide", decided)
    with pytest.raises(ExceptionGroup, match="2 portions were not decided"):
        decide()
    monkeypatch.undo()
    with tenancy.organisation(organisation.pk):
        assert Decision.objects.filter(programme=good).count() == 6
        assert not Decision.objects.filter(programme=bad).exists()
    assert decide() == 6


@pytest.mark.django_db(transaction=True)
def test_four_workers_share_a_wave_and_nobody_is_asked_twice(organisation):
    programme = relational(organisation)
    people(organisation, 30)
    people(organisation, 10, email="family@mail.example")
    start(programme)

    def work(_):
        try:
            return decide()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 40
    with tenancy.organisation(organisation.pk):
        assert Decision.objects.count() == 40
        assert Invitation.objects.count() == 31
        assert Invitation.objects.filter(address_key="family@mail.example").count() == 1
        assert Wave.objects.get().finished_at == NOW


def slot_of(programme, customer_id, day=TODAY):
    return slot_in(Cadence(programme.pk, programme.cadence_months), customer_id, day)


def slot(programme, customer):
    return slot_of(programme, customer.pk)


def test_the_database_mixes_ids_as_the_rules_do(organisation):
    numbers = [0, 1, 2, 65_535, 65_536, 2**31, 2**32 - 1, 2**32, 2**32 + 7, 2**40 + 12_345]
    with connection.cursor() as cursor:
        cursor.execute("SELECT surveys_phase(n) FROM unnest(%s::bigint[]) n", [numbers])
        assert [row[0] for row in cursor.fetchall()] == [phase(n) for n in numbers]


def test_the_calendar_asks_everybody_on_the_day_of_the_slot_and_once(organisation):
    programme = relational(organisation, calendar_from=TODAY)
    known = people(organisation, 300)
    asked_on = {}
    for n in range(14):
        now = NOW + timedelta(days=n)
        before = decisions(organisation).keys()
        plan(organisation, now)
        plan(organisation, now + timedelta(hours=2))
        decide(now)
        asked_on |= dict.fromkeys(decisions(organisation).keys() - before, now.date())
    due = {each.pk: slot(programme, each) for each in known}
    last = TODAY + timedelta(days=13)
    assert asked_on == {pk: day for pk, day in due.items() if TODAY <= day <= last}
    assert len(asked_on) > 10
    assert all(
        occasion == f"due:{due[pk]}" for pk, (_, occasion) in decisions(organisation).items()
    )


def test_the_day_is_the_organisations(organisation):
    with tenancy.organisation(organisation.pk):
        organisation.time_zone = "Pacific/Auckland"
        organisation.save()
    programme = relational(organisation)
    people(organisation, 2000)  # slots are drawn from ids: some are sure to have this day's
    evening = datetime(2026, 5, 12, 13, 0, tzinfo=UTC)  # the 13th there
    assert {wave.slot_on for wave in plan(organisation, evening)} == {date(2026, 5, 13)}
    with tenancy.organisation(organisation.pk):
        programme.refresh_from_db()
    assert programme.calendar_from == date(2026, 5, 14)


def test_days_without_a_worker_are_made_up_for_but_not_for_ever(organisation):
    programme = relational(organisation, calendar_from=TODAY - timedelta(days=40))
    people(organisation, 2000)
    planned = {wave.slot_on for wave in plan(organisation)}
    assert max(planned) <= TODAY
    assert min(planned) >= TODAY - timedelta(days=14)
    assert len(planned) > 12
    assert plan(organisation) == []
    with tenancy.organisation(organisation.pk):
        due = [slot(programme, each) for each in Customer.objects.all()]
        in_time = [day for day in due if TODAY - timedelta(days=14) <= day <= TODAY]
        assert sum(Wave.objects.values_list("customers", flat=True)) == len(in_time)


@pytest.mark.parametrize(
    "fields",
    [
        {"is_on": False},
        {"archived_at": NOW},
        {"cadence_months": None},
        {"calendar_from": TODAY + timedelta(days=1)},
    ],
)
def test_what_does_not_ask_by_the_calendar_plans_nothing(organisation, fields):
    relational(organisation, **fields)
    people(organisation, 300)
    assert plan(organisation) == []


def test_new_customers_are_left_alone(organisation):
    programme = relational(organisation, newcomer_days=30)
    with tenancy.organisation(organisation.pk):
        both = [people(organisation, 150, created_at=NOW - timedelta(days=n)) for n in (29, 30)]
    for n in range(6):
        plan(organisation, NOW + timedelta(days=n))
        decide(NOW + timedelta(days=n))
    asked = decisions(organisation).keys()
    first = [each.pk for each in both[0] if TODAY < slot(programme, each) <= TODAY + timedelta(5)]
    second = [each.pk for each in both[1] if TODAY <= slot(programme, each) <= TODAY + timedelta(5)]
    assert asked == {*first, *second}


def test_the_slot_after_another_ask_of_the_programme_is_let_go(organisation):
    programme = relational(organisation, rest_days=1)
    her = somebody_due(organisation, programme)
    with tenancy.organisation(organisation.pk):
        ask_by_hand(
            organisation_id=organisation.pk,
            programme_id=programme.pk,
            customer_id=her.pk,
            actor=RITA,
            now=NOW - timedelta(days=100),
        )
    plan(organisation)
    decide()
    assert decisions(organisation) == {her.pk: ("resting", f"due:{TODAY}")}


def test_a_slot_that_another_survey_was_in_the_way_of_is_tried_again(organisation):
    programme, other = relational(organisation), relational(organisation, cadence_months=None)
    her = somebody_due(organisation, programme)
    with tenancy.organisation(organisation.pk):
        ask_by_hand(
            organisation_id=organisation.pk,
            programme_id=other.pk,
            customer_id=her.pk,
            actor=RITA,
            now=NOW - timedelta(days=2),
        )
    with tenancy.organisation(organisation.pk):
        Message.objects.update(state="sent")  # one that waits would count as still to come
    rules = []
    for n in range(10):
        plan(organisation, NOW + timedelta(days=n))
        decide(NOW + timedelta(days=n))
    with tenancy.organisation(organisation.pk):
        rows = Decision.objects.filter(programme=programme, customer=her).order_by("id")
        rules = [(row.rule, row.occasion) for row in rows]
    again = TODAY + timedelta(days=6)  # the day after the seventh
    assert rules == [("asked_recently", f"due:{TODAY}"), ("asked", f"due:{again}")]


@pytest.mark.parametrize("is_incident", [False, True])
def test_slots_that_fell_into_a_pause_without_an_end_are_made_up_for(organisation, is_incident):
    programme = relational(organisation)
    late, before, early = (TODAY - timedelta(days=n) for n in (3, 4, 18))
    her, gone, too_old = (
        somebody_due(organisation, programme, day) for day in (late, before, early)
    )
    begins = NOW - timedelta(days=20)
    with tenancy.organisation(organisation.pk):
        if is_incident:
            SendingPause.objects.create(
                organisation=organisation, reason="strike", begins_at=begins, created_at=begins
            )
        else:
            Organisation.objects.update(sending_paused_at=begins)
    for n in range(19, 0, -1):
        plan(organisation, NOW - timedelta(days=n))
        decide(NOW - timedelta(days=n))
    with tenancy.organisation(organisation.pk):
        Organisation.objects.update(sending_paused_at=None)
        SendingPause.objects.update(ends_at=NOW - timedelta(hours=1))
        suppress_address(
            organisation_id=organisation.pk,
            address_key=gone.address_key,
            reason=Suppression.Reason.OPTED_OUT,
            now=NOW,
        )
    for n in range(3):
        plan(organisation, NOW + timedelta(days=n))
        decide(NOW + timedelta(days=n))
    rule = "paused" if is_incident else "all_paused"
    with tenancy.organisation(organisation.pk):
        rows = Decision.objects.values_list("customer_id", "rule", "occasion")
        assert sorted(rows) == sorted(
            [
                (too_old.pk, rule, f"due:{early}"),
                (her.pk, rule, f"due:{late}"),
                (her.pk, "asked", f"due:{TODAY}"),
                (gone.pk, rule, f"due:{before}"),
                (gone.pk, "opted_out", f"due:{TODAY}"),
            ]
        ), "each is tried once more"


def test_off_means_off_and_nothing_is_made_up_for(organisation):
    programme = relational(organisation, calendar_from=TODAY - timedelta(days=10), is_on=False)
    people(organisation, 600)
    with tenancy.organisation(organisation.pk):
        switch_programme(programme=programme, is_on=True, actor=RITA, now=NOW)
    assert {wave.slot_on for wave in plan(organisation)} == {TODAY}
