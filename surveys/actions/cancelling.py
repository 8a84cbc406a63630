"""Cancel one invitation: take back what has not left, and let its link take no answer."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from accounts.actions.auditing import record_change
from accounts.models.outgoing import State
from accounts.rules.actors import Actor
from surveys.models import Customer, Invitation, Message
from surveys.queries.withheld import is_reminder
from surveys.rules.withheld import Wishes, why_withheld

WAITING = (State.QUEUED, State.CLAIMED)
DOUBTFUL = {State.HANDING_OVER, State.UNCERTAIN}
TICK = timedelta(microseconds=1)


class AlreadyAnswered(Exception):
    """There is an answer: taking it out of the figures is another act."""


class Left(StrEnum):
    """Whether the question reached, or will reach, whoever it was for."""

    NO = "no"
    MAYBE = "maybe"  # being handed over at this moment, or nobody knows
    YES = "yes"


def cancel_invitation(*, invitation_id: int, actor: Actor, now: datetime) -> bool:
    """Take its waiting mails back and close its link; False if it was closed before.

    A mail that a worker hands over at this moment is left to that worker, who says what became
    of it; `left` tells. Raises AlreadyAnswered. Of an anonymous question nobody is told.
    """
    with transaction.atomic():
        waiting = _held(invitation_id)
        held = Invitation.objects.filter(pk=invitation_id).select_for_update(no_key=True)
        invitation = held.first()
        if invitation is not None and invitation.answered_at is not None:
            raise AlreadyAnswered
        if invitation is None or invitation.cancelled_at or invitation.expires_at <= now:
            return False
        before = {"expires_at": invitation.expires_at.isoformat()}
        take_back(waiting, now)
        close_link(invitation, now)
        record_change(
            organisation_id=invitation.organisation_id,
            actor=actor,
            action="invitation.cancelled",
            object_type="invitation",
            object_id=invitation_id,
            before=before,
            after={"mails_taken_back": len(waiting)},
            now=now,
        )
    return True


def left(invitation: Invitation) -> Left:
    """Say whether anything of it has left by now."""
    if invitation.sent_at is not None:
        return Left.YES
    states = set(Message.objects.filter(invitation=invitation).values_list("state", flat=True))
    if State.SENT in states:
        return Left.YES
    return Left.MAYBE if states & DOUBTFUL else Left.NO


def _held(invitation_id: int) -> list[Message]:
    """Lock person, then mails, then the invitation: whoever delivers or gives way does so too.

    A worker at the fence is waited for: its mail is on its way then, and none of these.
    """
    person = Customer.objects.filter(
        pk__in=Invitation.objects.filter(pk=invitation_id).values("customer")
    )
    list(person.select_for_update(no_key=True))
    mails = Message.objects.filter(invitation=invitation_id, state__in=WAITING)
    return list(mails.select_for_update(no_key=True).order_by("pk"))


def take_back(waiting: Iterable[Message], now: datetime) -> None:
    """Let no worker send these any more; they are held by the caller."""
    for mail in waiting:
        mail.state, mail.finished_at = State.CANCELLED, now
        mail.claim = mail.lease_until = None
        mail.last_error = why_withheld(Wishes(is_reminder=is_reminder(mail), is_cancelled=True))
    Message.objects.bulk_update(
        waiting, ["state", "finished_at", "claim", "lease_until", "last_error"]
    )


def close_link(invitation: Invitation, now: datetime) -> None:
    """Let the link take no answer from now on."""
    invitation.cancelled_at = now
    # Everything that asks whether a link is open asks for this moment, the fence of mails too.
    invitation.expires_at = max(now, invitation.created_at + TICK)
    invitation.save(update_fields=["cancelled_at", "expires_at"])
