"""What proves a mail of which nobody knew whether it had left: a report about it, or an answer."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from accounts.models.outgoing import State
from events.dispatching import Happening
from events.kinds import Kind
from events.publishing import publish
from surveys.models import DeliveryReport, Message, Response

MARK_SENT = """
    UPDATE surveys_invitation i
    SET sent_at = %(at)s, sent_on = (%(at)s::timestamptz AT TIME ZONE o.time_zone)::date
    FROM accounts_organisation o
    WHERE o.id = i.organisation_id AND i.id = %(invitation)s AND i.sent_at IS NULL
"""


def confirm_answered(organisation_id: int, happenings: Sequence[Happening], now: datetime) -> None:
    """React to answers: a mail of which nobody knew has arrived, for its link was used."""
    responses = [event.payload["response"] for event in happenings]
    rows = Message.objects.filter(
        organisation_id=organisation_id, invitation__response__in=responses
    )
    # Whoever is just writing down a doubt is waited for: it may not have seen this answer.
    held = locked(rows.filter(state__in=[State.HANDING_OVER, State.UNCERTAIN]))
    believe([each for each in held.values() if not _may_be_of_another(each)], now)


def believe_evidence(*, message: Message, now: datetime) -> bool:
    """Take an uncertain mail for sent if something proved it before the doubt arose.

    Its provider spoke of it, or its link was used: a worker's lease may end long after both.
    """
    if not (_was_reported(message) or _was_answered(message)):
        return False
    return believe(locked(Message.objects.filter(pk=message.pk)).values(), now) > 0


def believe(messages: Iterable[Message], now: datetime) -> int:
    """Whoever speaks of a mail has it, so it was sent."""
    doubtful = {each.pk: each for each in messages if each.state == State.UNCERTAIN}
    for message in doubtful.values():
        message.state = State.SENT
        message.save(update_fields=["state"])
        mark_sent(invitation_id=message.invitation_id, at=message.handing_over_at or now)
        publish_about(message, Kind.MESSAGE_SENT, now)
    return len(doubtful)


def mark_sent(*, invitation_id: int, at: datetime) -> None:
    """Note when the first mail of an invitation left, on the organisation's day."""
    with connection.cursor() as cursor:
        cursor.execute(MARK_SENT, {"at": at, "invitation": invitation_id})


def locked(rows: QuerySet[Message]) -> dict[int, Message]:
    held = rows.select_for_update(no_key=True, of=("self",)).order_by("pk")
    return {row.pk: row for row in held}


def publish_about(message: Message, kind: Kind, now: datetime) -> None:
    """Tell what became of a mail."""
    publish(
        organisation_id=message.organisation_id,
        kind=kind,
        now=now,
        message=message.pk,
        invitation=message.invitation_id,
    )


def _was_reported(message: Message) -> bool:
    return DeliveryReport.objects.filter(message=message).exists()


def _was_answered(message: Message) -> bool:
    answered = Response.objects.filter(invitation=message.invitation_id).exists()
    return answered and not _may_be_of_another(message)


def _may_be_of_another(message: Message) -> bool:
    """Whether another mail of the invitation is known to have left: its link is the same."""
    others = Message.objects.filter(invitation=message.invitation_id, state=State.SENT)
    return others.exclude(pk=message.pk).exists()
