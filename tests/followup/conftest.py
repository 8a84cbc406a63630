"""An organisation with a webhook, and somebody who takes what it sends."""

import pytest

from accounts.rules.actors import Actor
from followup.actions.delivering import deliver_due
from followup.actions.endpoints import Details, add_endpoint
from followup.rules.happenings import Type
from kit import tenancy
from tests.builders import NOW, a_customer, a_programme, a_touchpoint, an_organisation
from tests.receiver import receiving

MAYA = Actor(name="maya@acme.example")
EVERYTHING = tuple(sorted(Type))


@pytest.fixture
def receiver(settings):
    with receiving() as one:
        settings.WEBHOOK_NETWORKS = (one.network,)
        yield one


class World:
    """Acme, which asks at billing, and Ada."""

    def __init__(self):
        self.organisation = an_organisation()
        with self.inside():
            self.touchpoint = a_touchpoint(self.organisation)
            self.programme = a_programme(self.organisation, self.touchpoint)
            self.ada = a_customer(self.organisation, "ada@mail.example", external_id="C-2041")

    def inside(self):
        return tenancy.organisation(self.organisation.pk)

    def endpoint(self, url, **more):
        """A webhook that hears everything; returns it and its secret."""
        given = {"name": "Helpdesk", "url": url, "events": EVERYTHING, **more}
        with self.inside():
            return add_endpoint(
                organisation_id=self.organisation.pk,
                details=Details(**given),
                actor=MAYA,
                now=NOW,
            )

    def deliver(self, now=NOW):
        """What one wake-up sends; ends when nothing is due."""
        return deliver_due(clock=lambda: now)


@pytest.fixture
def world(db):
    return World()
