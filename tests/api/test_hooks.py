"""Mail providers at the door: only with the secret, each report once, whoever's mail it is."""

import base64
import json
import random
from datetime import UTC, datetime

import pytest
from django.test import Client

from api.problems import Kind
from events.models import Event
from kit import clock, tenancy
from kit.providers import MARK, PROVIDERS
from surveys.models import DeliveryReport, Invitation, Message, Suppression
from tests.api.problem_documents import check_problem
from tests.builders import a_customer, a_programme, an_invitation, an_organisation

pytestmark = pytest.mark.django_db
SECRET = "hook:q8Zr4mT1"
HOOK = "/hooks/postmark/"


@pytest.fixture(autouse=True)
def secret(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": "signed"}


def a_mail(organisation):
    """One mail that left just now."""
    with tenancy.organisation(organisation.pk):
        invitation = an_invitation(
            organisation, a_programme(organisation), a_customer(organisation), at=clock.now()
        )
        return invitation.messages.select_related("invitation__customer").get()


def basic(secret=SECRET):
    return {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()}


def bounce(message, kind="HardBounce", number=1, **more):
    return {
        "RecordType": "Bounce",
        "Type": kind,
        "ID": number,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": {MARK: message.message_id},
        "Email": message.invitation.customer.email,
        "Details": "smtp;550 5.1.1 The email account does not exist",
        "BouncedAt": "2026-05-12T09:30:00Z",
        **more,
    }


def post(body, *, hook=HOOK, headers=None, client=None):
    raw = body if isinstance(body, str | bytes) else json.dumps(body)
    headers = basic() if headers is None else headers
    return (client or Client()).post(hook, raw, content_type="application/json", headers=headers)


def reports(organisation):
    with tenancy.organisation(organisation.pk):
        return list(DeliveryReport.objects.order_by("id").values_list("provider", "kind", "code"))


def test_a_bounce_is_kept_and_the_address_stopped():
    acme = an_organisation()
    message = a_mail(acme)

    answer = post(bounce(message, BouncedAt="2999-01-01T00:00:00Z"))

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.cookies == {}
    assert reports(acme) == [("postmark", "hard_bounce", "5.1.1")]
    with tenancy.organisation(acme.pk):
        assert Invitation.objects.get().bounced_at <= clock.now(), "a provider's clock may be ahead"
        (stopped,) = Suppression.objects.values_list("address_key", "reason")
    assert stopped == (message.invitation.customer.address_key, "bounced")


@pytest.mark.parametrize(
    "headers",
    [{}, basic("hook:wrong"), basic(""), {"Authorization": "Bearer q8Zr4mT1"}],
    ids=["none", "wrong", "empty", "another scheme"],
)
def test_without_the_secret_nothing_is_written(headers):
    acme = an_organisation()
    answer = post(bounce(a_mail(acme)), headers=headers)

    check_problem(answer, Kind.HOOK_REFUSED)
    assert reports(acme) == []


@pytest.mark.parametrize("unset", [{}, {"WEBHOOK_SECRET": ""}])
def test_an_installation_without_a_secret_hears_nobody(settings, unset):
    settings.ANYMAIL = unset
    acme = an_organisation()

    check_problem(post(bounce(a_mail(acme))), Kind.HOOK_REFUSED)
    assert reports(acme) == []


def test_a_provider_that_signs_needs_its_signature_too():
    acme = an_organisation()
    event = {"event": "failed", "severity": "permanent", "id": "x", "timestamp": 1.0}
    signature = {"token": "t", "timestamp": "1", "signature": "forged"}
    body = {"signature": signature, "event-data": event}

    check_problem(post(body, hook="/hooks/mailgun/"), Kind.HOOK_REFUSED)
    assert reports(acme) == []


def test_a_session_and_a_key_open_nothing():
    """A member signed in, of the organisation or of another, is as good as nobody here."""
    from accounts.models import User  # noqa: PLC0415

    client = Client()
    client.force_login(User.objects.create_user("owner@acme.example"))
    acme = an_organisation()

    check_problem(post(bounce(a_mail(acme)), headers={}, client=client), Kind.HOOK_REFUSED)


@pytest.mark.parametrize("hook", ["/hooks/amazon_ses/", "/hooks/nobody/", "/hooks/postmark2/"])
def test_other_providers_are_not_here(hook):
    check_problem(post({}, hook=hook), Kind.NOT_FOUND)


def test_a_look_is_answered_and_reading_is_not():
    assert Client().head(HOOK).status_code == 200
    check_problem(Client().get(HOOK), Kind.METHOD_NOT_ALLOWED)


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '"x"', "{}", b"\xff\xfe", '{"RecordType": 3}', "[[[[1]]]]"]
)
def test_what_no_provider_sends_is_refused_or_nothing(body):
    answer = post(body)

    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        check_problem(answer, Kind.BAD_REQUEST)


def test_a_body_beyond_the_limit_is_refused(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    check_problem(post("x" * 1001), Kind.BODY_TOO_LARGE)


def test_a_mail_is_found_by_the_id_the_provider_gave_it():
    acme = an_organisation()
    message = a_mail(acme)
    with tenancy.organisation(acme.pk):
        Message.objects.update(provider_id="883953f4-6105-42a2-a16a-77a8eac79483")

    post(bounce(message, Metadata={}))

    assert len(reports(acme)) == 1


def test_mails_of_others_are_passed_over():
    acme = an_organisation()
    a_mail(acme)
    stranger = a_mail(acme)
    stranger.message_id = "somebody@else.example"

    assert post(bounce(stranger, MessageID="unknown")).status_code == 200
    assert reports(acme) == []


def test_one_post_about_two_organisations_stays_in_each():
    one, two = an_organisation(), an_organisation()
    ours, theirs = a_mail(one), a_mail(two)
    events = [
        {
            "event": kind,
            "time": 1778578200,
            "Payload": json.dumps({MARK: message.message_id}),
            "email": message.invitation.customer.email,
            "MessageID": 19421777835146490,
        }
        for kind, message in (("sent", ours), ("spam", theirs))
    ]

    assert post(events, hook="/hooks/mailjet/").status_code == 200

    assert reports(one) == [("mailjet", "delivered", "")]
    assert reports(two) == [("mailjet", "complained", "")]


def true_events(message):
    """Three things that happened to one mail, in the order in which they did."""
    full = bounce(message, "SoftBounce", 1, Details="smtp;452 4.2.2 The mailbox is full")
    delivery = {
        "RecordType": "Delivery",
        "MessageID": "m",
        "Metadata": {MARK: message.message_id},
        "Recipient": message.invitation.customer.email,
        "DeliveredAt": "2026-05-12T09:45:00Z",
    }
    return [full, delivery, bounce(message, "SpamComplaint", 2, BouncedAt="2026-05-12T10:30:00Z")]


def facts(organisation):
    """All that is true of the one mail, whenever it was reported."""
    with tenancy.organisation(organisation.pk):
        invitation = Invitation.objects.get()
        return {
            "delivered": invitation.delivered_at,
            "bounced": invitation.bounced_at,
            "complained": invitation.complained_at,
            "stopped": list(Suppression.objects.values_list("reason", "programme", "lifted_at")),
            "reports": sorted(DeliveryReport.objects.values_list("kind", "code", "at")),
            "events": sorted(Event.objects.values_list("kind", flat=True)),
        }


def test_repeated_fifty_times_shuffled_among_forgeries_is_as_once():
    """D-15: each event fifty times, in any order, forged ones among them."""
    acme, twin = an_organisation(), an_organisation()
    message = a_mail(acme)
    for event in true_events(a_mail(twin)):
        assert post(event).status_code == 200
    posts = [(event, None) for event in true_events(message) * 50]
    posts += [(bounce(message, "HardBounce", n), basic("hook:guess")) for n in range(50)]
    random.Random(7).shuffle(posts)

    statuses = [post(body, headers=headers).status_code for body, headers in posts]

    assert (statuses.count(200), statuses.count(403)) == (150, 50)
    assert facts(acme) == facts(twin)
    delivered = datetime(2026, 5, 12, 9, 45, tzinfo=UTC)
    complained = datetime(2026, 5, 12, 10, 30, tzinfo=UTC)
    assert facts(acme) == {
        "delivered": delivered,
        "bounced": None,
        "complained": complained,
        "stopped": [("complained", None, None)],
        "reports": [
            ("complained", "5.1.1", complained),
            ("delivered", "", delivered),
            ("soft_bounce", "4.2.2", datetime(2026, 5, 12, 9, 30, tzinfo=UTC)),
        ],
        "events": ["message.bounced", "message.complained", "message.delivered"],
    }


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_every_provider_we_name_has_its_reader_and_its_way_out(name, settings):
    from django.utils.module_loading import import_string  # noqa: PLC0415

    known = PROVIDERS[name]
    keys = ("API_KEY", "API_TOKEN", "SERVER_TOKEN", "SECRET_KEY", "SENDER_DOMAIN", "API_URL")
    settings.ANYMAIL |= {f"{name.upper()}_{key}": "x" for key in keys}
    settings.ANYMAIL |= {"MAILERSEND_SIGNING_SECRET": "x"}

    assert import_string(known.webhook)().run_validators
    assert import_string(known.backend)().send_messages
