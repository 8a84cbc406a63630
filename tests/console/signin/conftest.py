"""People who sign in; their passwords are hashed cheaply where no test is about the hash."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.actions.founding import create_organisation
from accounts.actions.members import add_member
from accounts.models import User
from accounts.rules.actors import Actor
from accounts.rules.roles import Role

PASSWORD = "Tram-47-purple-otter"
NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
SYSTEM = Actor(name="test")


@pytest.fixture(autouse=True)
def cheap_hash(settings):
    settings.PASSWORD_HASHERS = ["tests.console.signin.hashing.CheapHasher"]


@pytest.fixture(autouse=True)
def no_valkey(settings):
    """Sign-in must work and stay closed while Valkey is away: nobody listens there."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/1",
        }
    }


@pytest.fixture
def acme(db):
    """Acme Mobile with one member of every role, and Globex with somebody else."""
    acme = create_organisation(name="Acme Mobile", time_zone="UTC", actor=SYSTEM, now=NOW)
    globex = create_organisation(name="Globex", time_zone="UTC", actor=SYSTEM, now=NOW)
    people = {
        "maya": (acme, Role.OWNER),
        "tom": (acme, Role.MANAGER),
        "rita": (acme, Role.RESPONDER),
        "victor": (acme, Role.VIEWER),
        "gus": (globex, Role.OWNER),
    }
    users = {}
    for name, (organisation, role) in people.items():
        email = f"{name}@{organisation.slug.split('-')[0]}.example"
        users[name] = User.objects.create_user(email, PASSWORD, name=name.title())
        add_member(
            organisation_id=organisation.pk, user=users[name], role=role, actor=SYSTEM, now=NOW
        )
    return SimpleNamespace(id=acme.pk, globex_id=globex.pk, **users)


@pytest.fixture
def browser_of():
    """Call with a user to have a client that has signed in through the page."""

    def signed_in(user, password=PASSWORD):
        client = Client()
        answer = sign_in(client, user.email, password)
        assert answer.status_code == 302, answer.content
        return client

    return signed_in


def sign_in(client, email, password, **extra):
    return client.post("/sign-in/", {"login": email, "password": password}, **extra)
