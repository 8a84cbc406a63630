"""From a message's row to the mail that asks: its words exist from here to the server only."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import Organisation
from accounts.transport import Mail
from kit import tokens
from surveys.channels.letters import Asking, survey_mail
from surveys.channels.links import base_of, survey_link
from surveys.models import Invitation, Message
from surveys.queries.lookups import UNSUBSCRIBE
from surveys.queries.told import anonymous_told, labels_told, occasion_told, wording_told
from surveys.queries.withheld import is_reminder
from surveys.rules.languages import direction_of, language_read, main_language
from surveys.rules.metrics import Metric
from surveys.rules.occasions import Occasion
from surveys.rules.wording import Wording

Pairs = tuple[tuple[str, str], ...]

# What `written` reads, so that a batch is loaded in one query.
NEEDED = (
    "invitation__organisation",
    "invitation__programme",
    "invitation__customer",
    "invitation__survey_version__survey",
    "invitation__touchpoint",
    "invitation__interaction",
)


def written(message: Message, now: datetime) -> Mail:
    """Write the mail of a message that was loaded with all that is NEEDED."""
    invitation = message.invitation
    mail = survey_mail(asking(invitation, now, is_reminder=is_reminder(message)))
    headers = dict(mail.headers)
    return Mail(
        message_id=f"<{message.message_id}>",
        sender=_person(mail.sender),
        recipient=(invitation.customer.name, invitation.customer.email),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        written_at=now,
        reply_to=headers.pop("Reply-To", ""),
        headers=tuple(headers.items()),
        pictures=mail.pictures,
    )


def asking(invitation: Invitation, now: datetime, *, is_reminder: bool = False) -> Asking:
    """All that the mail says and where its links lead."""
    organisation = invitation.organisation
    version = invitation.survey_version
    metric = version.metric
    known = version.translations
    language = language_read([invitation.customer.language], organisation.language, known)
    words = known.get(language, {})
    occasion = _occasion(invitation, language, now)
    from_address = sender_address(organisation)
    reply_to = organisation.reply_to
    return Asking(
        metric=metric,
        wording=_worded(metric, language, _pairs(version.wording), _pairs(words)),
        organisation=organisation.name,
        values={**occasion, **_people(invitation)},
        survey_link=survey_link(invitation.pk, organisation).url,
        stop_link=f"{base_of(organisation)}/u/{tokens.sign(UNSUBSCRIBE, invitation.pk)}",
        stop_mail=inbound_address(organisation),
        from_address=from_address,
        reply_to=reply_to,
        reads_replies=organisation.reads_replies,
        postal_address=organisation.postal_address,
        privacy_link=organisation.privacy_url,
        is_reminder=is_reminder,
        language=language,
        direction=direction_of(language),
        labels=labels_told(metric, language, words),
        logo=organisation.logo,
        promises=promises(language, is_anonymous=invitation.is_anonymous),
    )


def promises(language: str, *, is_anonymous: bool) -> dict[str, str]:
    """What the mail says of an anonymous question besides its own words."""
    names = ("promise", "open") if is_anonymous else ()
    return {name: anonymous_told(language, name) for name in names}


def _pairs(texts: Mapping[str, str]) -> Pairs:
    return tuple(sorted(texts.items()))


@lru_cache(maxsize=256)
def _worded(metric: Metric, language: str, own: Pairs, words: Pairs) -> Wording:
    """The same texts for thousands of mails: checking them costs more than writing one."""
    return wording_told(metric, language, dict(own), dict(words))


def sender_address(organisation: Organisation) -> str:
    """The organisation's own address, else the installation's."""
    return organisation.sender_email or _person(settings.DEFAULT_FROM_EMAIL)[1]


def inbound_address(organisation: Organisation) -> str:
    """Where somebody reads what comes in; empty where nobody does, or nobody said where."""
    read = organisation.reply_to or organisation.sender_email
    return read if organisation.reads_replies else ""


@lru_cache(maxsize=256)
def _person(words: str) -> tuple[str, str]:
    return parseaddr(words)


def _people(invitation: Invitation) -> dict[str, str | None]:
    organisation = invitation.organisation
    return {
        "first_name": invitation.customer.first_name,
        "sender": organisation.sender_name,
        "role": organisation.sender_role,
    }


def _occasion(invitation: Invitation, language: str, now: datetime) -> dict[str, str | None]:
    touchpoint, interaction = invitation.touchpoint, invitation.interaction
    if touchpoint is None:
        return {}
    house, known = invitation.organisation, invitation.survey_version.translations
    today = now.astimezone(ZoneInfo(house.time_zone)).date()
    occasion = Occasion(
        topic=touchpoint.topic,
        deed=touchpoint.deed,
        is_service=touchpoint.kind == touchpoint.Kind.SERVICE,
        owner_team=touchpoint.owner_team,
        on=interaction.local_on if interaction else None,
    )
    return occasion_told(occasion, language, main_language(house.language, known), today)
