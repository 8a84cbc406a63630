"""What the SMS gateway posts: only what is signed, once, whatever the order; STOP is heard."""

import base64
import hmac
import itertools
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from cxapp.sms import route_of
from kit import tenancy
from surveys.models import DeliveryReport, Invitation, Message, Suppression
from tests.builders import NOW, a_customer, a_programme, an_invitation, an_organisation

pytestmark = pytest.mark.django_db
TOKEN = "the-auth-token"
PHONE = "+447911123456"
HOOK = "/hooks/sms/"


@pytest.fixture(autouse=True)
def sms(settings):
    settings.SMS = route_of(f"twilio://AC1:{TOKEN}@api.twilio.com?from=+15005550006")
    settings.BASE_URL = "https://ask.example"
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        yield


def a_text(organisation=None, state="sent"):
    organisation = organisation or an_organisation()
    with tenancy.organisation(organisation.pk):
        customer = a_customer(organisation, phone=PHONE)
        invitation = an_invitation(organisation, a_programme(organisation), customer, channel="sms")
        Invitation.objects.filter(pk=invitation.pk).update(address_key=PHONE)
        Message.objects.filter(invitation=invitation).update(
            channel="sms", state=state, provider_id=f"SM{invitation.pk}"
        )
        return invitation, Message.objects.get(invitation=invitation)


def post(form, address=HOOK, token=TOKEN, **headers):
    told = "https://ask.example" + address + "".join(f"{k}{form[k]}" for k in sorted(form))
    digest = hmac.digest(token.encode(), told.encode(), "sha1")
    sign = {"X-Twilio-Signature": base64.b64encode(digest).decode()}
    return Client(enforce_csrf_checks=True).post(address, form, headers={**sign, **headers})


def status(message, told="delivered", **more):
    return {
        "MessageSid": message.provider_id,
        "MessageStatus": told,
        "To": PHONE,
        "AccountSid": "AC1",
        **more,
    }


def facts(invitation):
    with tenancy.organisation(invitation.organisation_id):
        row = Invitation.objects.get(pk=invitation.pk)
        return [
            name for name in ("delivered_at", "bounced_at", "opted_out_at") if getattr(row, name)
        ]


def suppressions(invitation):
    with tenancy.organisation(invitation.organisation_id):
        rows = Suppression.objects.filter(lifted_at__isnull=True).order_by("id")
        return [(row.address_key, row.reason) for row in rows]


def test_what_was_delivered_is_known():
    invitation, message = a_text()
    answered = post(status(message))
    assert (answered.status_code, answered["Content-Type"]) == (200, "text/xml")
    assert facts(invitation) == ["delivered_at"]


def test_a_doubt_is_settled_by_our_own_id_where_the_answer_never_came():
    invitation, message = a_text(state="uncertain")
    with tenancy.organisation(invitation.organisation_id):
        Message.objects.update(provider_id="")
    told = {**status(message, "sent"), "MessageSid": "SM-unknown"}
    assert post(told, f"{HOOK}?text={message.message_id}").status_code == 200
    with tenancy.organisation(invitation.organisation_id):
        assert Message.objects.get().state == "sent"


@pytest.mark.parametrize(
    ("code", "found", "stopped"),
    [
        ("30005", ["bounced_at"], [(PHONE, "bounced")]),
        ("30006", ["bounced_at"], [(PHONE, "bounced")]),
        ("30003", ["bounced_at"], []),
        ("", ["bounced_at"], []),
    ],
)
def test_an_undelivered_text_stops_the_number_only_where_nobody_is(code, found, stopped):
    invitation, message = a_text()
    post(status(message, "undelivered", ErrorCode=code))
    assert (facts(invitation), suppressions(invitation)) == (found, stopped)


def test_the_same_told_often_and_in_any_order_is_one_truth():
    ends = set()
    steps = [("sent", ""), ("undelivered", "30003"), ("delivered", "")]
    for order in itertools.permutations(steps):
        invitation, message = a_text()
        for told, code in (*order, *order):
            post(status(message, told, ErrorCode=code))
        with tenancy.organisation(invitation.organisation_id):
            assert DeliveryReport.objects.count() == 3
        ends.add(tuple(facts(invitation)))
    assert ends == {("delivered_at",)}


@pytest.mark.parametrize(
    "forged",
    [
        lambda form: post(form, token="another"),
        lambda form: Client().post(HOOK, form),
        lambda form: Client().post(HOOK, form, headers={"X-Twilio-Signature": "é"}),
        lambda form: Client().post(HOOK, form, headers={"X-Twilio-Signature": "x" * 5000}),
    ],
)
def test_what_is_not_signed_changes_nothing(forged):
    invitation, message = a_text()
    for form in (
        status(message, "undelivered", ErrorCode="30005"),
        {"From": PHONE, "Body": "STOP"},
    ):
        assert forged(form).status_code == 403
    assert (facts(invitation), suppressions(invitation)) == ([], [])


def test_a_signature_is_good_for_one_form_and_address_only():
    invitation, message = a_text()
    form = status(message, "delivered")
    told = f"https://ask.example{HOOK}" + "".join(f"{k}{form[k]}" for k in sorted(form))
    sign = base64.b64encode(hmac.digest(TOKEN.encode(), told.encode(), "sha1")).decode()
    for address, sent in ((HOOK, {**form, "MessageStatus": "failed"}), (f"{HOOK}?text=1", form)):
        answered = Client().post(address, sent, headers={"X-Twilio-Signature": sign})
        assert answered.status_code == 403
    assert facts(invitation) == []


@pytest.mark.parametrize("body", ["STOP", " stop. ", "Unsubscribe", "CANCEL"])
def test_stop_is_heard_by_everybody_who_texted_the_number(body):
    (first, _), (second, _), mail_only = a_text(), a_text(), an_organisation()
    with tenancy.organisation(mail_only.pk):
        a_customer(mail_only, phone=PHONE)
    for _ in range(3):
        assert post({"From": PHONE, "To": "+15005550006", "Body": body}).status_code == 200
    for invitation in (first, second):
        assert {reason for _, reason in suppressions(invitation)} == {"opted_out"}
        assert PHONE in {key for key, _ in suppressions(invitation)}
        assert facts(invitation) == ["opted_out_at"]
    with tenancy.organisation(mail_only.pk):
        assert not Suppression.objects.exists()
    post({"From": PHONE, "Body": "START"})
    assert suppressions(first) == suppressions(second) == []


@pytest.mark.parametrize("body", ["", "Please don't stop", "10", "stopp", "\u202estop me"])
def test_any_other_answer_is_no_wish(body):
    invitation, _ = a_text()
    assert post({"From": PHONE, "Body": body}).status_code == 200
    assert suppressions(invitation) == []


@pytest.mark.parametrize("sender", ["", "anonymous", "+44 7911", "%", "customer:1", "+٤٤"])
def test_a_sender_that_is_no_number_is_nobody(sender):
    invitation, _ = a_text()
    assert post({"From": sender, "Body": "STOP"}).status_code == 200
    assert suppressions(invitation) == []


def test_a_text_that_is_not_ours_is_passed_over():
    a_text()
    form = {"MessageSid": "SM-of-nobody", "MessageStatus": "delivered", "To": PHONE}
    assert post(form, f"{HOOK}?text=nobody").status_code == 200
    assert post(form, f"{HOOK}?text=%00").status_code == 200


def test_without_a_gateway_there_is_no_such_place(settings):
    settings.SMS = ()
    assert post({"From": PHONE, "Body": "STOP"}).status_code == 404


def test_looking_is_allowed_and_tells_nothing():
    assert Client().head(HOOK).status_code == 200
    assert Client().get(HOOK).status_code == 405
