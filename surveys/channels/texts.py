"""The text message that asks: who, one short sentence, one link, and how to stop it."""

from datetime import datetime
from functools import lru_cache

from django.conf import settings

from accounts.transport import Mail
from kit.catalogues import say
from kit.http import Place
from surveys.channels.invitations import asking
from surveys.channels.letters import Asking
from surveys.channels.twilio import Gateway, TwilioTransport
from surveys.models import Message
from surveys.queries.suppressed import reached_at
from surveys.queries.withheld import is_reminder
from surveys.rules.wording import fill, known_values
from surveys.rules.words import one_line

# What STOP is answered for is kept on our side too (api.texts); carriers demand that it is said.
STOP = "Reply STOP to end"
# Two segments of a text in Latin letters; the link alone takes half of one. With any other letter
# in it a segment holds 67: three of them.
LONGEST, LONGEST_IN_OTHER_LETTERS = 306, 201


def open_gateway() -> TwilioTransport | None:
    """The way out for texts, None where the installation has none."""
    return _gateway(settings.SMS) if settings.SMS else None


@lru_cache(maxsize=4)
def _gateway(sms: tuple[tuple[str, str], ...]) -> TwilioTransport:
    told = dict(sms)
    place = Place(
        base_url=told["base_url"],
        user=told["account"],
        password=told["password"],
        timeout=float(told["timeout"]),
        may_be_here=told["base_url"].startswith("http://"),
    )
    gateway = Gateway(place, told["sender"], f"{settings.BASE_URL}/hooks/sms/")
    return TwilioTransport(gateway, per_second=float(told["rate"]) or None)


def written_text(message: Message, now: datetime) -> Mail:
    """Write the text of a message that was loaded like a mail's."""
    told = asking(message.invitation, now, is_reminder=is_reminder(message))
    return Mail(
        message_id=f"<{message.message_id}>",
        sender=("", ""),
        recipient=(message.invitation.customer.phone, reached_at(message.invitation)),
        subject="",
        text=survey_text(told),
        html="",
        written_at=now,
    )


def survey_text(told: Asking) -> str:
    """Compose the text. Its one sentence is the mail's subject, which is as short as it can be."""
    known = known_values({"organisation": told.organisation, **told.values})
    wording = told.wording.reminder_subject if told.is_reminder else told.wording.subject
    sentence = one_line(fill(wording, known))
    who = "" if told.organisation in sentence else f"{one_line(told.organisation)}: "
    rest = f" {told.survey_link} {say(told.language, 'sms.stop', STOP)}"
    longest = LONGEST if (who + sentence + rest).isascii() else LONGEST_IN_OTHER_LETTERS
    return one_line(who + sentence, longest - len(rest)) + rest
