"""One customer who was asked yesterday, and the links she got."""

import secrets
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client
from django.test.testcases import LiveServerThread

from kit import clock, recent, tenancy, tokens
from tests.builders import (
    a_customer,
    a_programme,
    a_touchpoint,
    an_invitation,
    an_organisation,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def customer():
    """A browser without cookies and without CSRF token, as the first visit always is."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def ask(db):
    """Ask somebody; returns the links and the rows."""

    def asking(metric="nps", *, at=None, organisation=None, name="Acme Mobile", **own):
        organisation = organisation or an_organisation(name, **own)
        at = at or clock.now() - HOUR
        with tenancy.organisation(organisation.pk):
            touchpoint = a_touchpoint(
                organisation, slug=f"billing-{metric}", topic="your bill", owner_team="Billing"
            )
            programme = a_programme(organisation, touchpoint, metric=metric)
            invitation = an_invitation(
                organisation,
                programme,
                a_customer(organisation, name="Ada Okafor"),
                touchpoint=touchpoint,
                at=at,
            )
        token = tokens.sign("survey", invitation.pk)
        return SimpleNamespace(
            organisation=organisation,
            invitation=invitation,
            token=token,
            survey=f"/s/{token}",
            stop=f"/u/{tokens.sign('unsubscribe', invitation.pk)}",
        )

    return asking


@pytest.fixture
def asked(ask):
    return ask()


@pytest.fixture(scope="session")
def site(django_db_setup):
    """The product in a thread; static files come from where they lie, none were collected."""
    server = LiveServerThread("localhost", StaticFilesHandler, connections_override={})
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    yield SimpleNamespace(url=f"http://localhost:{server.port}")
    server.terminate()


@pytest.fixture
def every_row(db):
    """How many rows each table holds, seen from inside the organisation."""

    def counting(asked):
        with tenancy.organisation(asked.organisation.pk):
            counts = {model._meta.label: model.objects.count() for model in apps.get_models()}
        assert counts["surveys.Invitation"] == 1  # it does see them
        return counts

    return counting


@pytest.fixture(autouse=True)
def own_keys(settings):
    """Rows of two tests may share an id, and Valkey is shared by all of them."""
    settings.TOKEN_KEYS = [secrets.token_bytes(32)]
    recent.forget_connection()
    yield
    recent.forget_connection()
