"""The calendar of the relationship survey: its days as waves, and the reminders that followed."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from cxapp.demo.story.calendar import ZONE
from surveys.actions.inviting import new_message_id
from surveys.models import Invitation, Message, Programme

REMINDER_DAYS = 5
# Each day on which the story asked about the relationship, as the calendar would have kept it.
WAVES = """
    WITH days AS (
        SELECT (decided_at AT TIME ZONE %(zone)s)::date AS day, count(*) AS customers,
            count(*) FILTER (WHERE is_asked) AS asked, min(decided_at) AS at,
            max(decided_at) AS until
        FROM surveys_decision WHERE programme_id = %(programme)s GROUP BY 1
    ), waves AS (
        INSERT INTO surveys_wave (organisation_id, programme_id, kind, slot_on, customers,
            started_by, created_at, finished_at)
        SELECT %(organisation)s, %(programme)s, 'due', day, customers, '', at, until FROM days
        RETURNING id, slot_on
    )
    INSERT INTO surveys_waveportion (organisation_id, wave_id, customer_ids, asked, not_asked,
        decided_at)
    SELECT %(organisation)s, w.id, '{}', d.asked, d.customers - d.asked, d.until
    FROM waves w JOIN days d ON d.day = w.slot_on
"""


def load_waves(*, organisation_id: int, programme_id: int, now: datetime) -> None:
    """Write the days as waves and the reminders as sent; the calendar goes on tomorrow."""
    with connection.cursor() as cursor:
        cursor.execute(
            WAVES,
            {"organisation": organisation_id, "programme": programme_id, "zone": ZONE.key},
        )
    silent = Invitation.objects.filter(
        programme=programme_id,
        is_test=False,
        channel="email",
        sent_at__isnull=False,
        bounced_at__isnull=True,
        opted_out_at__isnull=True,
    ).exclude(sent_at__gt=now - timedelta(days=REMINDER_DAYS + 3))
    rows = silent.values_list("id", "sent_at", "answered_at", "expires_at").order_by("id")
    Message.objects.bulk_create(
        (
            _reminder(organisation_id, pk, at, expires_at)
            for pk, sent_at, answered_at, expires_at in rows
            if sent_at and (at := _morning(sent_at, pk)) < (answered_at or expires_at)
        ),
        batch_size=1000,
    )
    tomorrow = now.astimezone(ZONE).date() + timedelta(days=1)
    Programme.objects.filter(pk=programme_id).update(
        is_on=True, calendar_from=tomorrow, reminder_days=REMINDER_DAYS
    )


def _morning(sent_at: datetime, pk: int) -> datetime:
    """Some days later between nine and one, by the clock of Acme's customers; not on a Sunday."""
    day = sent_at.astimezone(ZONE) + timedelta(days=REMINDER_DAYS)
    day += timedelta(days=day.isoweekday() == 7)
    return day.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(minutes=pk % 240)


def _reminder(organisation_id: int, pk: int, at: datetime, expires_at: datetime) -> Message:
    handed: dict[str, Any] = {"handing_over_at": at, "finished_at": at, "last_code": "250"}
    return Message(
        organisation_id=organisation_id,
        about=f"invitation:{pk}:reminder:1",
        invitation_id=pk,
        state=Message.State.SENT,
        attempts=1,
        due_at=at,
        expires_at=expires_at,
        message_id=new_message_id(),
        created_at=at - timedelta(days=REMINDER_DAYS),
        **handed,
    )
