"""`/healthz` says which part fails, and turns red when mails wait too long."""

from datetime import timedelta

import pytest

from kit import clock, tenancy
from surveys.models import Message
from tests.builders import a_customer, a_programme, an_invitation, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def message():
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        programme = a_programme(organisation)
        an_invitation(organisation, programme, a_customer(organisation), sent=False)
        return Message.objects.get()


def wait(message, **ago):
    with tenancy.organisation(message.organisation_id):
        Message.objects.update(due_at=clock.now() - timedelta(**ago))


def test_all_is_well_when_nothing_waits(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "broker": "ok",
        "oldest_due_seconds": None,
    }


@pytest.mark.parametrize(("seconds", "status"), [(200, 200), (400, 503)])
def test_a_mail_that_waits_too_long_turns_it_red(client, message, seconds, status):
    wait(message, seconds=seconds)
    answer = client.get("/healthz")
    assert answer.status_code == status
    assert answer.json()["oldest_due_seconds"] == pytest.approx(seconds, abs=5)


def test_a_mail_that_is_not_due_yet_is_no_reason(client, message):
    wait(message, seconds=-3600)
    assert client.get("/healthz").json()["oldest_due_seconds"] is None


def test_a_missing_broker_turns_it_red(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["broker"]) == (503, "unreachable")


def test_only_reading_is_answered(client):
    assert client.post("/healthz").status_code == 405
