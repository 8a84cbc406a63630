"""Organisations and people for the tests of accounts."""

from datetime import UTC, datetime

import pytest

from accounts.actions.founding import create_organisation
from accounts.actions.members import add_member
from accounts.models import User
from accounts.rules.actors import Actor
from accounts.rules.roles import Role
from kit import tenancy

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
MAYA = Actor(name="maya@acme.example", user_id=None, ip="192.0.2.1")


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def actor():
    return MAYA


def found(name):
    return create_organisation(name=name, time_zone="Europe/Berlin", actor=MAYA, now=NOW).pk


@pytest.fixture
def acme(db):
    return found("Acme Mobile")


@pytest.fixture
def globex(db):
    return found("Globex")


@pytest.fixture
def person(db):
    """Call with an address to have a user without a password, so that no hash is computed."""

    def make(email):
        return User.objects.create_user(email)

    return make


@pytest.fixture
def join(person):
    """Call with organisation, address and role to have a member."""

    def make(organisation_id, email, role=Role.VIEWER):
        return add_member(
            organisation_id=organisation_id, user=person(email), role=role, actor=MAYA, now=NOW
        )

    return make


@pytest.fixture
def inside():
    """Call with an organisation and a function to have the function's result from within."""

    def call(organisation_id, function):
        with tenancy.organisation(organisation_id):
            return function()

    return call
