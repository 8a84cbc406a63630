"""Deliver the text messages to customers, behind the same fence as their mails."""

from collections.abc import Callable
from datetime import datetime

from accounts.actions.handover import Change, drain
from accounts.models.outgoing import State
from accounts.transport import Mail
from surveys.actions.delivering import Messages
from surveys.actions.opting import opt_out
from surveys.actions.reporting import hold_customers
from surveys.channels.texts import open_gateway, written_text
from surveys.channels.twilio import STOPPED_THERE
from surveys.models import Message
from surveys.rules.channels import Channel


class Texts(Messages):
    """The outbox of texts: the rows of the same table that leave by the other way out."""

    kept_apart = {"channel": Channel.SMS}

    def compose(self, message: Message, now: datetime) -> Mail:
        return written_text(message, now)

    def stored_address(self, mail: Mail) -> str:
        # The number as somebody wrote it down; the recipient is the one that is dialled.
        return mail.recipient[0]

    def record(self, row: Message, change: Change) -> None:
        with self.enter(row):
            # The person before her text, as erasing locks them.
            if _is_stopped_there(change):
                hold_customers([row.pk])
            super().record(row, change)

    def finish(self, row: Message, state: State, now: datetime, *, is_dead_address: bool) -> None:
        super().finish(row, state, now, is_dead_address=is_dead_address)
        if state is State.FAILED and _stopped_at_the_provider(row):
            opt_out(invitation=row.invitation, everything=True, now=now)


def drain_texts(*, clock: Callable[[], datetime]) -> int:
    """Hand over the texts that are due; without a way out they wait until they expire."""
    gateway = open_gateway()
    return 0 if gateway is None else drain(outbox=Texts(), clock=clock, transport=gateway)


def _is_stopped_there(change: Change) -> bool:
    return change.state is State.FAILED and change.values["last_code"] == str(STOPPED_THERE)


def _stopped_at_the_provider(row: Message) -> bool:
    """Whether the customer answered STOP and only the provider knew."""
    code = Message.objects.values_list("last_code", flat=True).get(pk=row.pk)
    return code == str(STOPPED_THERE)
