"""Send a mail again of which nobody knows whether it left: by hand, or by the organisation's rule.

It keeps its Message-ID and its links, so that many mailboxes fold both into one and an answer to
either is the same answer.
"""

from datetime import datetime, timedelta

from accounts.actions.auditing import record_change
from accounts.models import Organisation
from accounts.models.outgoing import State
from accounts.rules.actors import Actor
from surveys.models import Message

RULE = Actor(name="the rule to send uncertain mails again")
MOST_AT_ONCE = 500


class NotUncertain(Exception):
    """The mail is known to have left, has been sent again already, or is too old."""


def resend_message(*, message: Message, actor: Actor, now: datetime) -> None:
    """Let one uncertain mail leave once more; it passes the same fence as every other."""
    changed = Message.objects.filter(
        pk=message.pk, state=State.UNCERTAIN, expires_at__gt=now
    ).update(
        state=State.QUEUED,
        due_at=now,
        claim=None,
        lease_until=None,
        keyed_until=None,
        finished_at=None,
        resent_at=now,
    )
    if not changed:
        raise NotUncertain
    record_change(
        organisation_id=message.organisation_id,
        actor=actor,
        action="message.resent",
        object_type="message",
        object_id=message.pk,
        before={"state": State.UNCERTAIN.value},
        after={"state": State.QUEUED.value},
        now=now,
    )


def resend_by_rule(*, organisation_id: int, now: datetime) -> int:
    """Send again what has been uncertain for longer than the organisation waits; each only once.

    Must be called inside the organisation. Without a rule nothing is sent again.
    """
    hours = Organisation.objects.values_list("resend_uncertain_after_hours", flat=True).get(
        pk=organisation_id
    )
    if hours is None:
        return 0
    old = Message.objects.filter(
        state=State.UNCERTAIN,
        resent_at__isnull=True,
        expires_at__gt=now,
        handing_over_at__lte=now - timedelta(hours=hours),
    ).select_for_update(skip_locked=True, no_key=True)
    count = 0
    for message in old.order_by("handing_over_at", "id")[:MOST_AT_ONCE]:
        resend_message(message=message, actor=RULE, now=now)
        count += 1
    return count
