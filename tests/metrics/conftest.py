"""An organisation with a journey, two kinds of programmes, and answers as a test needs them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import pytest

from accounts.models import Organisation
from kit import tenancy
from surveys.models import (
    Customer,
    Decision,
    Invitation,
    Journey,
    Programme,
    Response,
    Stage,
    Survey,
    SurveyVersion,
    Touchpoint,
)

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class World:
    """One organisation and short words for what a test does to it."""

    organisation_id: int
    touchpoints: dict[str, Touchpoint] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    versions: dict[str, SurveyVersion] = field(default_factory=dict)
    customers: list[Customer] = field(default_factory=list)
    made: int = 0

    def answer(self, programme, score, on, **more):
        """One response; `on` is its day, `hour` orders answers of one day."""
        self.made += 1
        chosen = self.programmes[programme]
        touchpoint = more.pop("touchpoint", None)
        customer = more.pop("customer", None)
        hour = more.pop("hour", 12)
        return Response.objects.create(
            organisation_id=self.organisation_id,
            origin=more.pop("origin", "import"),
            origin_key=more.pop("origin_key", f"row {self.made}"),
            programme=chosen,
            survey_version=self.versions[programme],
            metric=chosen.survey.metric,
            touchpoint=self.touchpoints[touchpoint] if touchpoint else None,
            customer=self.customers[customer] if customer is not None else None,
            score=score,
            standing=more.pop("standing", "counted"),
            answered_at=datetime.combine(on, time(0), UTC) + timedelta(hours=hour),
            local_on=on,
            **more,
        )

    def ask(self, programme, on, **more):
        """One invitation that was sent on that day."""
        self.made += 1
        customer = self.customers[more.pop("customer", 0)]
        touchpoint = more.pop("touchpoint", None)
        at = datetime.combine(on, time(9), UTC)
        decision = Decision.objects.create(
            organisation_id=self.organisation_id,
            programme=self.programmes[programme],
            customer=customer,
            occasion=f"by-hand:{self.made}",
            is_asked=True,
            rule="eligible",
            decided_at=at,
        )
        return Invitation.objects.create(
            organisation_id=self.organisation_id,
            decision=decision,
            programme=self.programmes[programme],
            survey_version=self.versions[programme],
            customer=customer,
            touchpoint=self.touchpoints[touchpoint] if touchpoint else None,
            created_at=at,
            expires_at=at + timedelta(days=30),
            **{"sent_at": at, "sent_on": on, **more},
        )

    def reply(self, invitation, score, **more):
        """The response to an invitation."""
        name = invitation.programme.name
        return self.answer(
            name,
            score,
            more.pop("on", invitation.sent_on),
            origin="invitation",
            origin_key=str(invitation.id),
            invitation=invitation,
            **more,
        )


def build_world(organisation_id, slug="acme", customers=8):
    """Must run inside the organisation."""
    ours = {"organisation_id": organisation_id}
    Organisation.objects.create(id=organisation_id, slug=slug, name=slug, created_at=START)
    journey = Journey.objects.create(name="Customer", created_at=START, **ours)
    stage = Stage.objects.create(journey=journey, name="Get help", position=1, **ours)
    world = World(organisation_id)
    for name, kind in [("phone", "service"), ("chat", "service"), ("bill", "experience")]:
        world.touchpoints[name] = Touchpoint.objects.create(
            stage=stage, slug=name, name=name, kind=kind, created_at=START, **ours
        )
    for name, kind, metric in [
        ("relation", "relational", "nps"),
        ("loyalty", "relational", "nps"),
        ("service", "transactional", "csat"),
        ("moment", "transactional", "nps"),
        ("effort", "transactional", "ces"),
    ]:
        survey = Survey.objects.create(name=name, metric=metric, created_at=START, **ours)
        world.versions[name] = SurveyVersion.objects.create(
            survey=survey, number=1, published_at=START, **ours
        )
        world.programmes[name] = Programme.objects.create(
            name=name, kind=kind, survey=survey, created_at=START, **ours
        )
    world.customers = Customer.objects.bulk_create(
        Customer(name=f"customer {number}", created_at=START, **ours) for number in range(customers)
    )
    return world


@pytest.fixture
def acme(db):
    with tenancy.organisation(4_000_001):
        yield build_world(4_000_001)


def day(number):
    """A day of 2026 by its number."""
    return date(2026, 1, 1) + timedelta(days=number - 1)
