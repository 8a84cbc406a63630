"""Acme Mobile before the first customer: organisation, people who sign in, surveys, programmes."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from accounts.actions.founding import Founded, Owner, found_organisation
from accounts.actions.members import add_member
from accounts.models import ApiKey, Organisation, User
from accounts.rules.actors import COMMAND_LINE
from accounts.rules.roles import Role
from accounts.rules.scopes import EVERYTHING
from cxapp import demo
from cxapp.demo import SLUG
from cxapp.demo.loading_follow_ups import Second, publish_second
from cxapp.demo.story.asking import ASK_AGAIN_AFTER_DAYS, ASKS_PER_YEAR
from cxapp.demo.story.follow_ups import SINCE, is_second
from cxapp.demo.story.records import Ask, Story
from cxapp.demo.story.records import Programme as ToldProgramme
from cxapp.demo.story.setting import EASE, MOMENTS, SERVICE
from kit import tokens
from metrics.actions.tracking import track_property
from surveys.models import (
    Journey,
    Programme,
    PropertyKey,
    Stage,
    Survey,
    SurveyVersion,
    Touchpoint,
)
from surveys.models.programmes import ProgrammeTouchpoint
from surveys.rules.conditions import Comparison, Condition
from surveys.rules.moments import EVERY_DAY

NAME, ZONE = "Acme Mobile", "Europe/London"
TRACKED = ("plan", "region", "tenure", "channel", "reason", "team", "agent", "branch")
KEY_NAME = "Demo"
# What customers read where they choose; the relationship needs none of its own.
PUBLIC_NAMES = {
    "after-help": "the help you got from us",
    "first-steps": "parcels, bills and the network",
    "made-easy": "how easy we made it",
}
# What the programmes that are off would do once they are on: a share of the many, some plans only.
RULES: dict[str, dict[str, Any]] = {
    MOMENTS.key: {"sampling_percent": 50, "priority": 60},
    EASE.key: {
        "conditions": [Condition("plan", Comparison.ONE_OF, ("Basic", "Plus")).stored()],
        "reminder_days": 5,
    },
}


@dataclass(frozen=True)
class Ground:
    """The ids of what the story's rows point at, by the story's own keys."""

    organisation_id: int
    touchpoints: dict[str, int]
    programmes: dict[str, int]
    versions: dict[str, int]
    second: Second

    def version_of(self, ask: Ask) -> int:
        """The version by which it was asked."""
        return self.second.version_id if is_second(ask) else self.versions[ask.programme]


def found(now: datetime) -> Founded:
    """Create the organisation with everybody who signs in; the same password for all."""
    (_, name, address), *colleagues = demo.PEOPLE
    owner = Owner(email=address, name=name, password=demo.PASSWORD)
    founded = found_organisation(
        name=NAME, slug=SLUG, time_zone=ZONE, owner=owner, actor=COMMAND_LINE, now=now
    )
    for role, name, address in colleagues:
        user = User.objects.create_user(address, demo.PASSWORD, name=name)
        add_member(
            organisation_id=founded.organisation_id,
            user=user,
            role=Role(role),
            actor=COMMAND_LINE,
            now=now,
        )
    return founded


# Acme Mobile's mark: 224 x 64 pixels in two colours.
LOGO = (
    "iVBORw0KGgoAAAANSUhEUgAAAOAAAABAAQMAAAA5/+lMAAAABlBMVEX///8Pdm6N8QZsAAAAAnRSTlMA/1uRIrUA"
    "AADhSURBVHja3dRRDsIgDAZgiA/4tiNwlB1tHs2j7Ag+8rDst5RUiGuZMzFGSRaLXyZSSp37q3HuWMDNxojFxgkw"
    "zQO42kuCF+X3Kc4PZD5QnCyMFC8WjhSvFk7t5BlzjMsb6GnBMW9Ux0S74SzQ9/LBIdyJMhAwWzjzo2Kgn/Tl0DTM"
    "/9TAgROROliGgusryPtvMM8/hPELawpimwS3g9hDOhUV5TwNLJWgotSQgaX6VHzULZdyyUQ5agqbit9ic1eOYr2f"
    "CtabrWDtCQrWbqKg9KHjHazb+/pds9tvu536h8Yd03oSkmxpl00AAAAASUVORK5CYII="
)


def furnish(*, organisation_id: int, story: Story, now: datetime, first: datetime) -> Ground:
    """Write the organisation's own settings, its journey, its surveys and its programmes."""
    Organisation.objects.filter(pk=organisation_id).update(
        postal_address="1 Harbour Street, Cardiff CF10 5AL",
        privacy_url="https://acme.example/privacy",
        sender_name="Maya Chen",
        sender_role="Head of Customer Experience",
        sender_email="maya@acme.example",
        reply_to="maya@acme.example",
        dkim_selector="cx",
        accent="#0f766e",
        logo=LOGO,
        thanks_note="we now explain the first bill",
        ask_again_after_days=ASK_AGAIN_AFTER_DAYS,
        asks_per_year=ASKS_PER_YEAR,
        # Longer than the story and anybody's time as a customer: no night takes any of it.
        keep_words_months=60,
        keep_silent_years=15,
        holiday_country="GB",
        holiday_subdivision="WLS",
        # Whoever tries the demo answers faster than any customer; nobody is to doubt them.
        suspect_within_seconds=0,
        created_at=first,
    )
    _hand_out_key(organisation_id, now)
    for key in TRACKED:
        track_property(organisation_id=organisation_id, key=key, now=first)
    _register_properties(organisation_id, first)
    touchpoints = _lay_out(organisation_id, story, first)
    added = first + timedelta(days=SINCE, hours=10, minutes=12)
    return _publish(organisation_id, story, touchpoints, (first, added))


def api_key_text() -> str:
    """The demo's live key: rebuilt from this installation's own secret, so none is stored."""
    digest = hmac.digest(settings.TOKEN_KEYS[-1], b"demo-api-key", "sha512")
    letters = tokens.base62(int.from_bytes(digest), 86)
    text = f"cx_{letters[:8]}_{letters[8:34]}"
    return text + tokens.checksum(text)


def _hand_out_key(organisation_id: int, now: datetime) -> None:
    text = api_key_text()
    ApiKey.objects.create(
        organisation_id=organisation_id,
        name=KEY_NAME,
        prefix=text[3:11],
        sha256=tokens.digest(text),
        scopes=sorted(EVERYTHING),
        created_at=now,
    )


def _register_properties(organisation_id: int, first: datetime) -> None:
    owners = {
        PropertyKey.Owner.CUSTOMER: TRACKED[:3],
        PropertyKey.Owner.INTERACTION: TRACKED,
    }
    PropertyKey.objects.bulk_create(
        PropertyKey(
            organisation_id=organisation_id,
            owner=owner,
            key=key,
            kind=PropertyKey.Kind.TEXT,
            created_at=first,
        )
        for owner, keys in owners.items()
        for key in keys
    )


def _lay_out(organisation_id: int, story: Story, first: datetime) -> dict[str, int]:
    journey = Journey.objects.create(
        organisation_id=organisation_id, name="Customer journey", created_at=first
    )
    names = list(dict.fromkeys(each.stage for each in story.touchpoints))
    stages = {
        name: Stage.objects.create(
            organisation_id=organisation_id, journey=journey, name=name, position=position
        )
        for position, name in enumerate(names, start=1)
    }
    made = Touchpoint.objects.bulk_create(
        Touchpoint(
            organisation_id=organisation_id,
            stage=stages[each.stage],
            slug=each.key,
            name=each.name,
            kind=each.kind,
            topic=each.topic,
            deed=each.deed,
            owner_team=each.owner_team,
            created_at=first,
        )
        for each in story.touchpoints
    )
    return {each.slug: each.pk for each in made}


def _publish(
    organisation_id: int,
    story: Story,
    touchpoints: dict[str, int],
    moments: tuple[datetime, datetime],
) -> Ground:
    programmes, versions, (first, added) = {}, {}, moments
    for told in story.programmes:
        survey = Survey.objects.create(
            organisation_id=organisation_id, name=told.name, metric=told.metric, created_at=first
        )
        version = SurveyVersion.objects.create(
            organisation_id=organisation_id,
            survey=survey,
            number=1,
            asks_feeling=True,
            asks_contact=True,
            published_at=first,
        )
        versions[told.key] = version.pk
        programmes[told.key] = _start(organisation_id, survey, told, touchpoints, first)
    asked = Survey.objects.get(programmes=programmes[SERVICE.key])
    second = publish_second(asked, added)
    return Ground(organisation_id, touchpoints, programmes, versions, second)


def _start(
    organisation_id: int,
    survey: Survey,
    told: ToldProgramme,
    touchpoints: dict[str, int],
    first: datetime,
) -> int:
    """Only the programme about service is on, and it asks nobody until somebody posts."""
    # Whoever tries the demo at night shall see the mail arrive; the company's own hours hold
    # for the other programmes.
    at_once = {"sending_days": EVERY_DAY, "sends_on_holidays": True} if told == SERVICE else {}
    programme = Programme.objects.create(
        organisation_id=organisation_id,
        name=told.name,
        kind=told.kind,
        survey=survey,
        public_name=PUBLIC_NAMES.get(told.key, ""),
        is_on=told == SERVICE,
        rest_days=told.rest_days,
        cadence_months=6 if told.kind == "relational" else None,
        created_at=first,
        **RULES.get(told.key, {}),
        **at_once,
    )
    ProgrammeTouchpoint.objects.bulk_create(
        ProgrammeTouchpoint(
            organisation_id=organisation_id,
            programme=programme,
            touchpoint_id=touchpoints[key],
        )
        for key in told.touchpoints
    )
    return int(programme.pk)
