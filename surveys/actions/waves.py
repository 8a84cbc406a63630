"""Start a wave: who is in it, cut into portions that are decided one transaction each."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from accounts.actions.auditing import record_change
from accounts.models import Organisation
from accounts.rules.actors import Actor
from kit.periods import local_day, zone
from surveys.models import Programme, SendingPause, Wave, WavePortion
from surveys.queries.slots import cadence_of, known_before
from surveys.rules.asking import Rule
from surveys.rules.cadence import phases_on

# So many addresses are locked at once; a killed worker costs the work on so many.
PORTION = 1000
# A calendar that stood still makes up for so many days and lets older ones go.
LONGEST_MADE_UP = timedelta(days=14)
CUT = """
    INSERT INTO surveys_waveportion (organisation_id, wave_id, customer_ids)
    SELECT %(organisation)s, %(wave)s, array_agg(id ORDER BY id)
    FROM (
        SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(portion)s AS place
        FROM ({who}) AS meant
    ) AS placed
    GROUP BY place ORDER BY place
    RETURNING cardinality(customer_ids)
"""
PRESENT = "SELECT id FROM surveys_customer WHERE archived_at IS NULL AND erased_at IS NULL"
LISTED = f"{PRESENT} AND id = ANY(%(ids)s)"
# Ranges first: the index on the phase leads to those of the day.
DUE = f"""
    {PRESENT} AND organisation_id = %(organisation)s AND ({{ranges}})
        AND created_at < %(known_before)s
    UNION
    SELECT customer_id FROM surveys_decision
    WHERE programme_id = %(programme)s AND decided_at > %(tried_since)s
        AND again_on = %(day)s AND NOT is_asked AND occasion LIKE 'due:%%'
"""  # noqa: S608 - put together from constants
# A pause whose end nobody knew named no day: once it is over, those whose slots fell into it are
# next, as if the calendar had stood still meanwhile. Whoever was tried since is not.
HELD_UP = """
    UNION
    SELECT d.customer_id FROM surveys_decision d
    WHERE d.programme_id = %(programme)s AND d.decided_at > %(made_up_since)s
        AND d.again_on IS NULL AND d.rule = ANY(%(over)s) AND d.occasion LIKE 'due:%%'
        AND NOT EXISTS (
            SELECT FROM surveys_decision l
            WHERE l.organisation_id = d.organisation_id AND l.customer_id = d.customer_id
                AND l.programme_id = d.programme_id AND l.decided_at > d.decided_at
                AND (l.is_asked OR l.occasion LIKE 'due:%%'))
"""


def start_wave(
    *,
    programme: Programme,
    customer_ids: Collection[int] | None,
    actor: Actor,
    now: datetime,
) -> Wave:
    """Ask everybody, or these customers, as far as the rules allow; a worker decides."""
    with transaction.atomic():
        kind = Wave.Kind.EVERYBODY if customer_ids is None else Wave.Kind.LISTED
        wave = _made(programme, kind, now, started_by=actor.name)
        who = PRESENT if customer_ids is None else LISTED
        _cut(wave, who, {"ids": list(customer_ids or ())}, now)
        record_change(
            organisation_id=programme.organisation_id,
            actor=actor,
            action="programme.wave_started",
            object_type="programme",
            object_id=programme.pk,
            after={"wave": wave.pk, "kind": kind, "customers": wave.customers},
            now=now,
        )
    return wave


def stop_wave(*, wave: Wave, actor: Actor, now: datetime) -> bool:
    """Decide of nobody else; what was decided stays. Returns whether that was a change."""
    with transaction.atomic():
        open_ones = Wave.objects.filter(pk=wave.pk, finished_at__isnull=True)
        if not open_ones.update(finished_at=now, stopped_at=now):
            return False
        # Waits for the portions that are being decided: afterwards nothing of the wave happens.
        WavePortion.objects.filter(wave=wave, decided_at__isnull=True).delete()
        record_change(
            organisation_id=wave.organisation_id,
            actor=actor,
            action="programme.wave_stopped",
            object_type="programme",
            object_id=wave.programme_id,
            after={"wave": wave.pk},
            now=now,
        )
    return True


def plan_due(*, organisation_id: int, now: datetime) -> list[Wave]:
    """Make a wave of each day whose slots have come, once; two workers plan a day once."""
    organisation = Organisation.objects.get(pk=organisation_id)
    today = local_day(now, organisation.time_zone)
    return [
        wave
        for programme in _by_the_calendar(today)
        for wave in _plan(programme, organisation, today, now)
    ]


def _by_the_calendar(today: date) -> list[Programme]:
    asking = Programme.objects.filter(
        kind=Programme.Kind.RELATIONAL,
        is_on=True,
        archived_at__isnull=True,
        cadence_months__isnull=False,
    ).exclude(calendar_from__gt=today)
    return list(asking.select_for_update(skip_locked=True, no_key=True).order_by("id"))


def _plan(
    programme: Programme, organisation: Organisation, today: date, now: datetime
) -> list[Wave]:
    since = max(programme.calendar_from or today, today - LONGEST_MADE_UP)
    days = [since + timedelta(days=n) for n in range((today - since).days + 1)]
    waves = [_planned(programme, organisation, day, now, is_next=day == today) for day in days]
    programme.calendar_from = today + timedelta(days=1)
    programme.save(update_fields=["calendar_from"])
    return [wave for wave in waves if wave is not None]


def _planned(
    programme: Programme, organisation: Organisation, day: date, now: datetime, *, is_next: bool
) -> Wave | None:
    if Wave.objects.filter(programme=programme, slot_on=day).exists():
        return None
    with transaction.atomic():
        wave = _made(programme, Wave.Kind.DUE, now, slot_on=day)
        who, values = due_on(programme, organisation, day, is_next=is_next)
        _cut(wave, who, values, now)
        if not wave.customers:
            wave.delete()  # a day with nobody's slot needs no row
            return None
    return wave


def due_on(
    programme: Programme, organisation: Organisation, day: date, *, is_next: bool = True
) -> tuple[str, dict[str, Any]]:
    """The statement that selects those whom the calendar asks on this day, and its values.

    Those whom a pause held up, on the next day that is planned only.
    """
    values: dict[str, Any] = {
        "organisation": organisation.pk,
        "programme": programme.pk,
        "day": day,
        "known_before": known_before(programme, organisation, day),
        # A slot that another survey was in the way of is tried again for half a period.
        "tried_since": day - timedelta(days=cadence_of(programme).rest_days // 2),
    }
    ranges = []
    for place, (begin, end) in enumerate(phases_on(cadence_of(programme), day)):
        ranges.append(
            f"surveys_phase(id) >= %(begin{place})s AND surveys_phase(id) < %(end{place})s"
        )
        values |= {f"begin{place}": begin, f"end{place}": end}
    due = DUE.format(ranges=" OR ".join(ranges))
    if over := _pauses_over(organisation) if is_next else []:
        begins = datetime.combine(day - LONGEST_MADE_UP, time(), zone(organisation.time_zone))
        return due + HELD_UP, {**values, "over": over, "made_up_since": begins}
    return due, values


def _pauses_over(organisation: Organisation) -> list[str]:
    """Of the rules that name no day, those that hold up nobody any more."""
    if organisation.sending_paused_at is not None:
        return []
    is_on = SendingPause.objects.filter(ends_at__isnull=True).exists()
    return [Rule.ALL_PAUSED] if is_on else [Rule.ALL_PAUSED, Rule.PAUSED]


def _made(programme: Programme, kind: Wave.Kind, now: datetime, **fields: Any) -> Wave:
    return Wave.objects.create(
        organisation_id=programme.organisation_id,
        programme=programme,
        kind=kind,
        customers=0,
        created_at=now,
        **fields,
    )


def _cut(wave: Wave, who: str, values: dict[str, Any], now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            CUT.format(who=who),
            {
                **values,
                "organisation": wave.organisation_id,
                "wave": wave.pk,
                "portion": PORTION,
            },
        )
        wave.customers = sum(size for (size,) in cursor.fetchall())
    wave.finished_at = None if wave.customers else now
    wave.save(update_fields=["customers", "finished_at"])
