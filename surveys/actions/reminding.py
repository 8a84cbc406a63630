"""One reminder of a question that was not answered: written when the first mail has left.

The row waits in the same outbox, so the same fence holds it back: an answer, an opt-out, a bounce
or a switched-off programme stops it up to the moment in which it would leave.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from events.dispatching import Happening
from surveys.actions.inviting import new_message_id
from surveys.models import Message
from surveys.queries.hours import window_of
from surveys.queries.withheld import REMINDER

NEEDED = ("invitation__organisation", "invitation__programme", "invitation__customer")


def plan_reminders(organisation_id: int, happenings: Sequence[Happening], now: datetime) -> None:
    """React to mails that left: write the reminder that may follow each, once."""
    sent = Message.objects.filter(
        pk__in=[event.payload["message"] for event in happenings],
        state=Message.State.SENT,
        invitation__is_test=False,
        invitation__programme__reminder_days__isnull=False,
        invitation__answered_at__isnull=True,
        invitation__opted_out_at__isnull=True,
    ).exclude(about__contains=REMINDER)
    reminders = _reminders(organisation_id, sent.select_related(*NEEDED), now)
    Message.objects.bulk_create(reminders, ignore_conflicts=True)


def _reminders(organisation_id: int, sent: Iterable[Message], now: datetime) -> Iterator[Message]:
    for message in sent:
        due_at = _due_at(message)
        if due_at is None:
            continue  # no sending hour comes before the question expires
        yield Message(
            organisation_id=organisation_id,
            about=f"{message.about}{REMINDER}1",
            invitation=message.invitation,
            channel=message.channel,
            due_at=due_at,
            expires_at=message.invitation.expires_at,
            message_id=new_message_id(),
            created_at=now,
        )


def _due_at(message: Message) -> datetime | None:
    invitation = message.invitation
    sent_at = invitation.sent_at or message.finished_at or message.due_at
    wish = sent_at + timedelta(days=invitation.programme.reminder_days or 0)
    due_at = window_of(message).opens(wish)
    return due_at if due_at is not None and due_at < invitation.expires_at else None
