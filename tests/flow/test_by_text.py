"""Who is asked which way, through the real doors: the API in, a gateway and a mail server out."""

import base64
import hmac
import re
from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from django.test import Client

from accounts.models import RoutePace
from cxapp.sms import route_of
from events.tasks import dispatch
from kit import clock, tenancy
from kit.mail import close_transport
from surveys.models import Message, Programme
from surveys.tasks import deliver, deliver_texts
from tests import gateway as gateways
from tests.api.conftest import a_program
from tests.builders import a_programme, a_touchpoint, an_organisation
from tests.chaos.letters import link_in
from tests.chaos.sink import Sink
from tests.respond.test_answering import form_of

pytestmark = pytest.mark.django_db
ADA, OBI, EVE = "+44 7911 123456", "ask-me@mail.example", "eve@mail.example"
TODAY = clock.now().date().isoformat()


@pytest.fixture
def gateway(settings):
    for each in gateways.serving():
        settings.SMS, settings.SMS_REGION = route_of(each.url), "GB"
        yield each


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Sink(tmp_path_factory.mktemp("sink") / "sink.jsonl", keep=True) as running:
        yield running


@pytest.fixture
def sink(server, settings):
    """A mail server; of what it stores, what came since the test began."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    before = len(server.stored())
    yield lambda: server.stored()[before:]
    close_transport()


@pytest.fixture
def acme():
    organisation = an_organisation(sender_email="hello@acme.example", suspect_within_seconds=0)
    with tenancy.organisation(organisation.pk):
        a_programme(organisation, a_touchpoint(organisation, topic="your bill"), rest_days=0)
    return organisation


@pytest.fixture
def helpdesk(acme):
    return a_program(acme)


def met(helpdesk, number, **customer):
    """Report a contact, let the worker do its work, and ask the API what was decided."""
    body = {
        "source_id": str(number),
        "touchpoint": "billing",
        "occurred_at": (clock.now() - timedelta(minutes=5)).isoformat(),
        "customer": customer,
    }
    told = helpdesk.post("/interactions", body)
    assert told.status_code == 201, told.content
    dispatch()
    deliver()
    deliver_texts()
    (decision,) = helpdesk.get(f"/decisions?interaction={told.json()['id']}").json()["items"]
    return decision["sentence"]


def test_by_text_where_there_is_a_number_else_by_mail(acme, helpdesk, gateway, sink):
    customer = Client(enforce_csrf_checks=True)
    with tenancy.organisation(acme.pk):
        Programme.objects.update(channel="sms_else_email")

    assert met(helpdesk, 1, external_id="1", email="ada@mail.example", phone=ADA) == "Asked."
    assert met(helpdesk, 2, external_id="2", email=OBI, phone="not a number") == "Asked."
    assert met(helpdesk, 3, external_id="3", name="Eve") == (
        "Not asked: no e-mail address is known."
    )

    (text,) = gateway.taken
    assert text["To"] == "+447911123456"
    (mail,) = sink()
    assert mail.to == OBI
    by_text = re.search(r"(/s/\S+)", text["Body"])[1]
    for link, score in ((by_text, "5"), (link_in(mail.raw), "2")):
        address, form = form_of(customer.get(link))
        with time_machine.travel(clock.now() + timedelta(minutes=1)):
            assert customer.post(address, {**form, "score": score}).status_code == 303
    told = helpdesk.get("/responses").json()["items"]
    assert sorted((one["customer_id"] is not None, one["score"]) for one in told) == [
        (True, 2), (True, 5),
    ]  # fmt: skip


def test_stop_by_text_is_heard_for_mails_too(acme, helpdesk, gateway, sink, settings):
    with tenancy.organisation(acme.pk):
        Programme.objects.update(channel="sms_else_email")
    assert met(helpdesk, 1, external_id="1", email="ada@mail.example", phone=ADA) == "Asked."
    form = {"From": "+447911123456", "Body": "STOP"}
    told = f"{settings.BASE_URL}/hooks/sms/Body{form['Body']}From{form['From']}"
    digest = hmac.digest(gateways.TOKEN.encode(), told.encode(), "sha1")
    signed = {"X-Twilio-Signature": base64.b64encode(digest).decode()}
    assert Client().post("/hooks/sms/", form, headers=signed).status_code == 200
    with tenancy.organisation(acme.pk):
        Programme.objects.update(channel="email")

    said = met(helpdesk, 2, external_id="1", email="ada@mail.example", phone=ADA)

    assert said == "Not asked: the customer asked us to stop."
    assert (len(gateway.taken), sink()) == (1, [])


def test_whom_nothing_allows_to_be_asked_is_not(acme, helpdesk, sink):
    with tenancy.organisation(acme.pk):
        type(acme).objects.filter(pk=acme.pk).update(needs_legal_basis=True)
    basis = {"on": TODAY, "source": "Checkout form"}

    assert met(helpdesk, 1, email=OBI) == (
        "Not asked: nothing says why this person may be asked, and only people with a recorded"
        " legal basis are."
    )
    refused = met(helpdesk, 2, email=EVE, legal_basis={"basis": "refused", **basis})
    assert re.fullmatch(r"Not asked: the customer refused on \d+ \w+ \d{4}\.", refused)
    assert sink() == []
    assert met(helpdesk, 3, email=OBI, legal_basis={"basis": "consent", **basis}) == "Asked."

    (mail,) = sink()
    assert mail.to == OBI
    with tenancy.organisation(acme.pk):
        assert [row.state for row in Message.objects.all()] == ["sent"]


def test_texts_have_a_pace_of_their_own(acme, helpdesk, gateway, sink, settings):
    settings.SMS = route_of(f"{gateway.url}&rate=4")
    with tenancy.organisation(acme.pk):
        Programme.objects.update(channel="sms_else_email")
    for number in range(5):
        body = {
            "source_id": str(number),
            "touchpoint": "billing",
            "occurred_at": (clock.now() - timedelta(minutes=5)).isoformat(),
            "customer": {"external_id": str(number), "phone": f"+44 7911 12345{number}"},
        }
        assert helpdesk.post("/interactions", body).status_code == 201
    assert met(helpdesk, 9, email=OBI) == "Asked."  # by mail, which nothing slows

    assert len(gateway.taken) == 5
    assert min(late - early for early, late in pairwise(gateway.taken_at)) >= 0.1
    assert gateway.taken_at[-1] - gateway.taken_at[0] >= 0.9
    paced = list(RoutePace.objects.values_list("route", flat=True))
    assert paced == [f"sms:127.0.0.1:{gateways.ACCOUNT}"]
