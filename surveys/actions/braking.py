"""Stop sending by itself when too much of it goes wrong, and let somebody resume it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import ceil

from django.db import connection
from django.db.models import Max, Q

from accounts.actions.auditing import record_change
from accounts.actions.letters import write_to_member
from accounts.models import Membership
from accounts.rules.actors import Actor
from accounts.rules.roles import Permission, may
from events.dispatching import Happening
from surveys.channels.stopped import KIND as STOPPED
from surveys.models import Brake, Invitation, Programme
from surveys.rules.brakes import LIMITS, Because, Limit, Sent, is_too_many
from surveys.rules.reports import Report

LETTER_LASTS = timedelta(days=3)
ITSELF = Actor(name="the sending brake")
WRONG = {Because.BOUNCES: Report.HARD_BOUNCE, Because.COMPLAINTS: Report.COMPLAINED}
# Of the mails handed over since, and of those the server refused at once; a mail and its
# reminder are one. Counting stops where the share cannot be reached any more.
COUNT = """
    WITH wrong AS (
        SELECT DISTINCT i.id, i.sent_at
        FROM surveys_deliveryreport r
        JOIN surveys_message m ON m.id = r.message_id
        JOIN surveys_invitation i ON i.id = m.invitation_id
        WHERE r.organisation_id = %(organisation)s AND r.kind = %(kind)s
            AND r.received_at > %(since)s AND coalesce(i.sent_at, r.received_at) > %(since)s
            AND NOT i.is_test AND (%(programme)s IS NULL OR i.programme_id = %(programme)s)
    ), tally AS (
        SELECT count(*) AS wrong, count(*) FILTER (WHERE sent_at IS NULL) AS refused FROM wrong
    )
    SELECT tally.wrong, tally.refused + (
        SELECT count(*) FROM (
            SELECT 1 FROM surveys_invitation i
            WHERE tally.wrong >= %(fewest)s
                AND i.organisation_id = %(organisation)s AND i.sent_on >= %(since)s::date - 1
                AND i.sent_at > %(since)s AND NOT i.is_test
                AND (%(programme)s IS NULL OR i.programme_id = %(programme)s)
            LIMIT (SELECT ceil(wrong / %(share)s::numeric)::bigint + 1 FROM tally)
        ) AS sent
    )
    FROM tally
"""


class NotBraked(Exception):
    """There is nothing to resume."""


def brake_if_too_many(organisation_id: int, events: Sequence[Happening], now: datetime) -> None:
    """React to bounces and complaints: stop the programmes, or all of them, that go too far."""
    asked = {event.payload["invitation"] for event in events}
    found = Invitation.objects.filter(pk__in=asked).values_list("programme_id", flat=True)
    # All of it first: mailbox providers judge the sender as a whole.
    for programme_id in (None, *sorted(set(found))):
        if Brake.objects.filter(programme=None, released_at__isnull=True).exists():
            return
        for limit, sent in _beyond(organisation_id, programme_id, now):
            _pull(organisation_id, programme_id, limit, sent, now)


def release_brake(*, brake: Brake, actor: Actor, now: datetime) -> None:
    """Send on, because somebody has looked; what went wrong before is not counted again."""
    released = Brake.objects.filter(pk=brake.pk, released_at__isnull=True).update(
        released_at=now, released_by=actor.name
    )
    if not released:
        raise NotBraked
    record_change(
        organisation_id=brake.organisation_id,
        actor=actor,
        action="sending.resumed",
        object_type="brake",
        object_id=brake.pk,
        before={"stopped": True},
        after={"stopped": False},
        now=now,
    )


def _beyond(
    organisation_id: int, programme_id: int | None, now: datetime
) -> Iterator[tuple[Limit, Sent]]:
    brakes = Brake.objects.filter(organisation_id=organisation_id, programme=programme_id)
    if brakes.filter(released_at__isnull=True).exists():
        return
    released = Brake.objects.filter(Q(programme=None) | Q(programme=programme_id)).aggregate(
        last=Max("released_at")
    )["last"]
    for limit in LIMITS:
        since = max(now - limit.within, released or now - limit.within)
        sent = _sent(organisation_id, programme_id, limit, since)
        if is_too_many(limit, sent):
            yield limit, sent
            return


def _sent(organisation_id: int, programme_id: int | None, limit: Limit, since: datetime) -> Sent:
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT,
            {
                "organisation": organisation_id,
                "programme": programme_id,
                "kind": WRONG[limit.because].value,
                "since": since,
                "share": limit.share,
                "fewest": ceil(limit.share * limit.least),
            },
        )
        wrong, mails = cursor.fetchone()
    return Sent(mails=mails, wrong=wrong)


def _pull(
    organisation_id: int, programme_id: int | None, limit: Limit, sent: Sent, now: datetime
) -> None:
    programme = Programme.objects.get(pk=programme_id) if programme_id else None
    brake, is_new = Brake.objects.get_or_create(
        organisation_id=organisation_id,
        programme=programme,
        released_at=None,
        defaults={
            "because": limit.because,
            "count": sent.wrong,
            "of": sent.mails,
            "pulled_at": now,
        },
    )
    if is_new:
        record_change(
            organisation_id=organisation_id,
            actor=ITSELF,
            action="sending.stopped",
            object_type="brake",
            object_id=brake.pk,
            before={},
            after={"because": limit.because.value, "of": sent.mails, "count": sent.wrong}
            | ({"programme": programme_id} if programme_id else {}),
            now=now,
        )
        _tell(brake, now)


def _tell(brake: Brake, now: datetime) -> None:
    """Write to everybody who may resume it: nobody looks at a page that was fine yesterday."""
    for member in Membership.objects.select_related("user").order_by("id"):
        if may(member.role, Permission.EDIT_PROGRAMMES):
            write_to_member(
                kind=STOPPED,
                about=f"{STOPPED}:{brake.pk}:{member.user_id}",
                member=member,
                due_at=now,
                lasts=LETTER_LASTS,
                now=now,
                context={"brake": brake.pk},
            )
