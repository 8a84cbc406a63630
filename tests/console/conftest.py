"""An organisation with a member of each role, another one beside it, and rows to look at."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.founding import create_organisation
from accounts.actions.members import add_member
from accounts.models import User
from accounts.rules.actors import Actor
from accounts.rules.roles import Role
from kit import tenancy
from kit.periods import local_day
from kit.texts import address_key
from kit.turns import Places
from metrics.actions.rebuilding import rebuild_cells
from metrics.actions.tracking import track_property
from surveys.models import (
    Company,
    Customer,
    Decision,
    Interaction,
    Invitation,
    Journey,
    Message,
    Programme,
    Response,
    ResponseRevision,
    Stage,
    Survey,
    SurveyVersion,
    Touchpoint,
)
from surveys.models.programmes import ProgrammeTouchpoint
from tests import databases

MAYA = Actor(name="maya@acme.example")
ZONE = "Europe/Berlin"


class World:
    """One organisation and shorthands to fill it; rows are written `with world.inside()`."""

    day = timedelta(days=1)

    def __init__(self, name, now):
        self.now = now
        organisation = create_organisation(name=name, time_zone=ZONE, actor=MAYA, now=now)
        self.id, self.slug = organisation.pk, organisation.slug
        self.own = {"organisation_id": self.id}
        self.people = {}
        with self.inside():
            self._lay_out()

    def inside(self):
        return tenancy.organisation(self.id)

    def _lay_out(self):
        journey = Journey.objects.first() or Journey.objects.create(
            **self.own, name="Customer journey", created_at=self.now
        )
        self.stage = journey.stages.order_by("position").first() or Stage.objects.create(
            **self.own, journey=journey, name="Get help", position=0
        )
        self.phone = self.touchpoint("Phone")
        self.csat, self.csat_version = self._programme("After help", "transactional", "csat")
        self.nps, self.nps_version = self._programme("Relationship", "relational", "nps")
        ProgrammeTouchpoint.objects.create(**self.own, programme=self.csat, touchpoint=self.phone)

    def touchpoint(self, name, kind="service"):
        return Touchpoint.objects.create(
            **self.own,
            stage=self.stage,
            slug=name.lower(),
            name=name,
            kind=kind,
            created_at=self.now,
        )

    def _programme(self, name, kind, metric):
        survey = Survey.objects.create(**self.own, name=name, metric=metric, created_at=self.now)
        version = SurveyVersion.objects.create(
            **self.own, survey=survey, number=1, published_at=self.now
        )
        programme = Programme.objects.create(
            **self.own, name=name, kind=kind, survey=survey, is_on=True, created_at=self.now
        )
        return programme, version

    def member(self, role, email=None):
        email = email or f"{role}@{self.slug}.example"
        user = User.objects.filter(email=email).first() or User.objects.create_user(email)
        add_member(organisation_id=self.id, user=user, role=Role(role), actor=MAYA, now=self.now)
        self.people[role] = user
        return user

    def client(self, role):
        client = Client()
        client.force_login(self.people.get(role) or self.member(role))
        return client

    def url(self, name, *args):
        return reverse(f"console:{name}", args=[self.slug, *args])

    def customer(self, name, email=None, **fields):
        email = f"{name.lower().replace(' ', '.')}@mail.example" if email is None else email
        return Customer.objects.create(
            **self.own,
            name=name,
            email=email,
            address_key=address_key(email),
            created_at=self.now,
            **fields,
        )

    def company(self, name):
        return Company.objects.create(**self.own, name=name, created_at=self.now)

    def contact(self, customer, *, is_asked=True, rule="asked", at=None, **facts):
        """One interaction and its decision; where asked, the invitation and its sent mail."""
        at = at or self.now - timedelta(hours=2)
        interaction = Interaction.objects.create(
            **self.own,
            source="Helpdesk",
            source_id=str(Interaction.objects.count()),
            touchpoint=self.phone,
            customer=customer,
            occurred_at=at,
            local_on=local_day(at, ZONE),
            recorded_at=at,
            way="api",
            subject="Bill of May",
            context={"agent": "Aisha"},
        )
        decision = Decision.objects.create(
            **self.own,
            programme=self.csat,
            customer=customer,
            interaction=interaction,
            occasion=f"interaction:{interaction.pk}",
            is_asked=is_asked,
            rule=rule,
            facts=facts,
            decided_at=at,
        )
        return self._invitation(decision, at) if is_asked else decision

    def _invitation(self, decision, at):
        invitation = Invitation.objects.create(
            **self.own,
            decision=decision,
            programme=self.csat,
            survey_version=self.csat_version,
            customer=decision.customer,
            address_key=decision.customer.address_key,
            touchpoint=self.phone,
            interaction=decision.interaction,
            created_at=at,
            expires_at=at + timedelta(days=30),
            sent_at=at,
            sent_on=local_day(at, ZONE),
        )
        Message.objects.create(
            **self.own,
            about=f"invitation:{invitation.pk}",
            invitation=invitation,
            state="sent",
            due_at=at,
            expires_at=invitation.expires_at,
            message_id=f"{invitation.pk}.{self.id}@acme.example",
            created_at=at,
            finished_at=at,
        )
        return invitation

    def answer(self, score, comment="", *, customer=None, at=None, relational=False, **fields):
        """One counted answer: CSAT at the phone, or NPS of the relationship."""
        at = at or self.now - timedelta(hours=1)
        invitation = None
        if not relational:
            invitation = self.contact(customer or self.customer("Ada Okafor"), at=at)
            Invitation.objects.filter(pk=invitation.pk).update(answered_at=at)
        response = Response.objects.create(
            **self.own,
            origin="invitation" if invitation else "import",
            origin_key=str(invitation.pk if invitation else Response.objects.count()),
            invitation=invitation,
            customer=invitation.customer if invitation else customer,
            programme=self.nps if relational else self.csat,
            survey_version=self.nps_version if relational else self.csat_version,
            touchpoint=None if relational else self.phone,
            interaction=invitation.interaction if invitation else None,
            score=score,
            comment=comment,
            answered_at=at,
            local_on=local_day(at, ZONE),
            **{"standing": "counted", "metric": "nps" if relational else "csat", **fields},
        )
        ResponseRevision.objects.create(
            **self.own,
            response=response,
            number=1,
            at=at,
            verdict="human",
            score=score,
            comment=comment,
        )
        return response

    def fold(self):
        rebuild_cells(organisation_id=self.id)


@pytest.fixture(scope="module")
def shared_rows(django_db_setup, django_db_blocker):
    """Rows that stay for all tests of a module, because making them takes longer than most.

    What one test changes in them, the others must not look at.
    """
    with django_db_blocker.unblock():
        databases.numbered(databases.SHARED)
        yield
        databases.emptied()


@pytest.fixture(autouse=True)
def _live_server_helper(request):
    """In place of pytest-django's, which has the tables emptied after each test."""
    if "live_server" not in request.fixturenames:
        yield
        return
    if "shared_rows" not in request.fixturenames:
        request.getfixturevalue("transactional_db")
    settings = request.getfixturevalue("live_server")._live_server_modified_settings
    settings.enable()
    yield
    settings.disable()


@pytest.fixture(autouse=True)
def free_places(monkeypatch):
    """A test that drops a file unread holds its place until garbage is collected."""
    monkeypatch.setattr("console.views.exports.PLACES", Places(3))


@pytest.fixture
def now():
    return datetime.now(tz=UTC).replace(microsecond=0)


@pytest.fixture
def acme(db, now):
    world = World("Acme Mobile", now)
    for role in Role:
        world.member(role.value)
    return world


@pytest.fixture
def globex(db, now):
    """The organisation next door; its owner is the outsider."""
    world = World("Globex", now)
    world.member("owner", "hank@globex.example")
    return world


@pytest.fixture
def filled(acme):
    """One of everything, and ids to build addresses with."""
    with acme.inside():
        track_property(organisation_id=acme.id, key="team", now=acme.now)
        company = acme.company("Northwind Joinery")
        ada = acme.customer("Ada Okafor", company=company)
        team = {"team": "Billing"}
        response = acme.answer(4, "Quick and friendly", customer=ada, context=team)
        acme.answer(9, "I like it", customer=ada, relational=True)
        ben = acme.customer("Ben Harris")
        acme.contact(ben, is_asked=False, rule="opted_out")
        acme.fold()
        message = response.invitation.messages.get()
    return SimpleNamespace(
        world=acme, ada=ada, ben=ben, response=response, company=company, message=message
    )
