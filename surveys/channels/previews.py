"""The mail of a preview: written as a real one is, to somebody who does not exist."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from surveys.channels.invitations import inbound_address, promises, sender_address
from surveys.channels.letters import Asking, SurveyMail, survey_mail
from surveys.queries.previews import Sample
from surveys.queries.told import labels_told, occasion_told, wording_told
from surveys.rules.languages import direction_of
from surveys.rules.occasions import Occasion
from surveys.rules.wording import VARIABLES


def preview_mail(sample: Sample, *, language: str, link: str, now: datetime) -> SurveyMail:
    """Compose the mail with its links leading to `link`; yesterday's contact is invented."""
    organisation, metric = sample.organisation, sample.metric
    language = language or sample.main_language
    words = sample.content.translations.get(language, {})
    from_address = sender_address(organisation)
    return survey_mail(
        Asking(
            metric=metric,
            wording=wording_told(metric, language, sample.content.wording, words),
            organisation=organisation.name,
            values={
                **_occasion(sample, language, now),
                "first_name": VARIABLES["first_name"],
                "sender": organisation.sender_name,
                "role": organisation.sender_role,
            },
            survey_link=link,
            stop_link=f"{link}/mail",
            stop_mail=inbound_address(organisation),
            from_address=from_address,
            reply_to=organisation.reply_to,
            reads_replies=organisation.reads_replies,
            postal_address=organisation.postal_address,
            privacy_link=organisation.privacy_url,
            language=language,
            direction=direction_of(language),
            labels=labels_told(metric, language, words),
            logo=organisation.logo,
            promises=promises(language, is_anonymous=sample.is_anonymous),
        )
    )


def _occasion(sample: Sample, language: str, now: datetime) -> dict[str, str | None]:
    place = sample.touchpoint
    if place is None:
        return {}
    today = now.astimezone(ZoneInfo(sample.organisation.time_zone)).date()
    occasion = Occasion(
        topic=place.topic,
        deed=place.deed,
        is_service=place.kind == place.Kind.SERVICE,
        owner_team=place.owner_team,
        on=today - timedelta(days=1),
    )
    return occasion_told(occasion, language, sample.main_language, today)
