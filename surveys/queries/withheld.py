"""What keeps a mail back for good besides wishes, and why it was in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from surveys.models import Brake, Invitation, Message
from surveys.queries.hours import window_of
from surveys.queries.pauses import pauses_until
from surveys.queries.suppressed import reached_at
from surveys.rules.pauses import covering
from surveys.rules.withheld import ALL_PAUSED, BRAKED, Wishes, during, why_withheld

REMINDER = ":reminder:"
INSTANT = timedelta(microseconds=1)


def is_reminder(message: Message) -> bool:
    return REMINDER in message.about


def is_gone(invitation: Invitation) -> bool:
    """Whether nobody is left to be asked; staff who try a survey are nobody's customers."""
    customer = invitation.customer
    archived = customer.archived_at is not None and not invitation.is_test
    return archived or customer.erased_at is not None or not reached_at(invitation)


def is_off(invitation: Invitation) -> bool:
    """Whether the programme asks no more; staff may try one that does not ask yet."""
    programme = invitation.programme
    return programme.archived_at is not None or not (programme.is_on or invitation.is_test)


def outdated(messages: Sequence[Message]) -> set[int]:
    """The reminders of questions after which the address was asked something newer.

    So many days lie between two surveys; a reminder of the older one would come in between.
    """
    reminders = [each for each in messages if is_reminder(each)]
    if not reminders:
        return set()
    about = [each.invitation for each in reminders]
    newer = Invitation.objects.filter(
        Q(cancelled_at__isnull=True) | Q(sent_at__isnull=False),
        address_key__in={each.address_key for each in about if each.address_key},
        created_at__gt=min(each.created_at for each in about),
        is_test=False,
    ).values_list("address_key", "created_at")
    asked = list(newer)
    return {each.pk for each in reminders if _is_outdated(each, asked)}


def withheld_words(message: Message, *, is_stopped: bool, is_outdated: bool, now: datetime) -> str:
    """Say why a loaded message was held back for good."""
    invitation = message.invitation
    return why_withheld(
        Wishes(
            is_reminder=is_reminder(message),
            is_cancelled=invitation.cancelled_at is not None,
            is_answered=invitation.answered_at is not None or invitation.is_used,
            has_opted_out=invitation.opted_out_at is not None,
            has_bounced=invitation.bounced_at is not None,
            is_stopped=is_stopped,
            is_gone=is_gone(invitation),
            is_off=is_off(invitation),
            is_asked_anew=is_outdated and _newer(invitation).filter(sent_at__isnull=False).exists(),
            is_planned_anew=is_outdated,
            **_waited(message, now),
        )
    )


def _newer(invitation: Invitation) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        address_key=invitation.address_key,
        created_at__gt=invitation.created_at,
        is_test=False,
    )


def _waited(message: Message, now: datetime) -> dict[str, Any]:
    """What kept the message waiting in the last moment in which it could have left."""
    invitation = message.invitation
    expires_at = min(message.expires_at, invitation.expires_at)
    last = min(now, expires_at - INSTANT)
    opens = window_of(message).opens(message.created_at)
    return {
        "held_by": _held_by(invitation, last),
        "had_an_hour": opens is not None and opens < expires_at,
    }


def _held_by(invitation: Invitation, at: datetime) -> str:
    paused_at = invitation.organisation.sending_paused_at
    if paused_at and paused_at <= at:
        return ALL_PAUSED
    if pause := covering(pauses_until(at), invitation.context, at):
        return during(pause.reason)
    pulled = Brake.objects.filter(
        Q(released_at__isnull=True) | Q(released_at__gt=at),
        Q(programme_id__isnull=True) | Q(programme_id=invitation.programme_id),
        pulled_at__lte=at,
    )
    return BRAKED if pulled.exists() else ""


def _is_outdated(reminder: Message, asked: Sequence[tuple[str, datetime]]) -> bool:
    invitation = reminder.invitation
    rest = timedelta(days=invitation.organisation.ask_again_after_days)
    newer = [
        at for key, at in asked if key == invitation.address_key and at > invitation.created_at
    ]
    return any(reminder.due_at < at + rest for at in newer)
