"""A person who goes through all that the product does, and where she is known by then."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.test import Client

from accounts.actions.handover import Worker, hand_over
from accounts.rules.actors import Actor
from accounts.transport import Kind as Ending
from accounts.transport import Outcome, Phase
from cxapp import flow
from events.dispatching import dispatch_due
from events.models import Delivery, Event
from kit import clock, recent, tenancy
from metrics.actions.tracking import track_property
from surveys.actions.answering import record_reason, record_score
from surveys.actions.considering import ask_by_hand
from surveys.actions.correcting import Correction, amend_response, exclude_response
from surveys.actions.customers import CustomerFields
from surveys.actions.delivering import Messages
from surveys.actions.erasing import erase_customer
from surveys.actions.importing import Plan, import_responses
from surveys.actions.opting import opt_out
from surveys.actions.registering import correct_customer
from surveys.models import (
    Customer,
    Invitation,
    Response,
)
from surveys.rules.questions import Given, Kind, Question
from tests.api.conftest import Program, a_key
from tests.builders import (
    CONFIRMED,
    NOW,
    a_choice,
    a_programme,
    a_touchpoint,
    a_version,
    a_webhook,
    a_webhook_delivery,
    an_organisation,
)
from tests.transports import Clock, Scripted

MAYA = Actor(name="maya@acme.example")
EMAIL = "zephyrine.quillfeather@canary.example"
# What must be nowhere afterwards, in any case and any column.
MARKS = [
    "zephyrine", "quillfeather", "canary.example", "canary-0077", "+44 7700 900077", "7700",
    "fennelwick", "pomegranate", "ticket-31337", "rowid-4242", "tangerine",
]  # fmt: skip
PLAN = Plan(zone=ZoneInfo("UTC"))
IMPORTED = f"""id,answered_at,score,comment,email,name
rowid-4242,2026-01-11T19:36,2,Fennelwick says no,{EMAIL},Zephyrine Quillfeather
rowid-4243,2026-01-12T19:36,5,fine,other@mail.example,Other Person
"""


def canary_world(monkeypatch):
    """An organisation in which everything is set up that can hold a person."""
    flow.wire()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    organisation = an_organisation(sender_email="hello@acme.example", ask_again_after_days=0)
    with tenancy.organisation(organisation.pk):
        programme = a_programme(organisation, a_touchpoint(organisation), rest_days=0)
        words = Question(1, Kind.TEXT, "What else?")
        a_version(programme.survey, words, a_choice(2))
        a_programme(organisation, metric="nps", name="Relationship", rest_days=0)
        track_property(organisation_id=organisation.pk, key="plan", now=NOW)
    return organisation


def settle(organisation, now=NOW):
    while dispatch_due(now=now):
        pass


def report(organisation, source_id="ticket-31337", key="retry-31337"):
    program = Program(a_key(organisation, name=f"Key {key[:3]}{source_id[-3:]}").text, Client())
    body = {
        "source_id": source_id,
        "source": "helpdesk",
        "touchpoint": "billing",
        "occurred_at": NOW.isoformat(),
        "customer": {
            "email": EMAIL,
            "external_id": "CANARY-0077",
            "name": "Zephyrine Quillfeather",
            "phone": "+44 7700 900077",
            "company": "Harbour Works",
            "properties": {"plan": "Basic", "nickname": "Fennelwick"},
        },
        "subject": "The bill of Quillfeather",
        "context": {"agent": "Aisha", "note": "pomegranate"},
    }
    return program, body, {"Idempotency_Key": key}


def live(organisation, tmp_path):
    """Everything that the product can do with one person."""
    program, body, once = report(organisation)
    made = program.post("/interactions", body, **once)
    assert made.status_code == 201
    said = {"name": "Zephyrine Quillfeather"}
    program.patch(f"/customers/{made.json()['customer_id']}", said, Idempotency_Key=EMAIL)
    settle(organisation)
    refused = Outcome(Ending.DEFERRED, Phase.RCPT, 451, "4.7.1", f"4.7.1 <{EMAIL}> greylisted")
    worker = Worker(transport=Scripted(refused), clock=Clock(NOW))
    hand_over(outbox=Messages(), worker=worker)
    hand_over(
        outbox=Messages(),
        worker=Worker(transport=Scripted(), clock=Clock(NOW + timedelta(hours=1))),
    )
    path = tmp_path / "past.csv"
    path.write_text(IMPORTED)
    imported = import_responses(
        organisation_id=organisation.pk, path=path, plan=PLAN, actor=MAYA, now=NOW
    )
    assert (imported.stored, imported.faults) == (2, [])
    with tenancy.organisation(organisation.pk):
        her = Customer.objects.get(external_id="CANARY-0077")
        invitation = Invitation.objects.get(customer=her)
        answer(invitation)
        speak(organisation, her, invitation)
    settle(organisation)
    told_of(organisation, her)
    return her


def told_of(organisation, her):
    """A program was told of her, and repeated it."""
    with tenancy.organisation(organisation.pk):
        body = f"{EMAIL} Zephyrine Quillfeather"
        told = a_webhook_delivery(a_webhook(organisation), customer_id=her.pk, body=body)
        told.tries.create(
            organisation=organisation,
            number=1,
            at=NOW,
            took_ms=7,
            status=200,
            answer=f"thanks for {EMAIL}",
        )


def answer(invitation):
    at = NOW + timedelta(hours=2)
    record_score(invitation_id=invitation.pk, score=1, signs=CONFIRMED, now=at)
    words, choice = invitation.survey_version.questions.order_by("number")
    given = [Given(words.pk, words="Ask for Zephyrine"), Given(choice.pk, picked=(2,))]
    record_reason(invitation_id=invitation.pk, comment="Quillfeather", answers=given, now=at)


def speak(organisation, her, invitation):
    response = Response.objects.get(invitation=invitation)
    correction = Correction(score=4, comment="Call Zephyrine", reason="Mrs Quillfeather rang")
    amend_response(response_id=response.pk, correction=correction, actor=MAYA, now=NOW)
    imported = Response.objects.get(customer=her, origin="import")
    exclude_response(
        response_id=imported.pk, reason="Tangerine told by Zephyrine", actor=MAYA, now=NOW
    )
    correct_customer(
        customer=her,
        fields=CustomerFields(name="Zephyrine Q. Quillfeather", phone="+44 7700 900078"),
        actor=MAYA,
        now=NOW,
    )
    programme = invitation.programme_id
    ask_by_hand(
        organisation_id=organisation.pk,
        programme_id=programme,
        customer_id=her.pk,
        actor=MAYA,
        now=NOW + timedelta(hours=3),
    )
    opt_out(invitation=invitation, everything=True, now=NOW)
    Delivery.objects.create(
        organisation_id=organisation.pk,
        event_id=Event.objects.latest("id").pk,
        reaction="no such reaction",
        due_at=NOW + timedelta(days=900),
        last_error=f"IntegrityError: Key (external_id)=(CANARY-0077) for {EMAIL}",
    )
    # Of whoever has neither name nor address the number alone is quoted.
    Delivery.objects.create(
        organisation_id=organisation.pk,
        event_id=Event.objects.latest("id").pk,
        reaction="no such reaction either",
        due_at=NOW + timedelta(days=900),
        last_error="IntegrityError: Failing row contains (+44 7700 900078)",
    )
    recent.note(str(invitation.pk), "4", 60)


def tables():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
            # When which migration ran tells of no person; its microseconds may look like a number.
            " AND relnamespace = 'public'::regnamespace AND relname <> 'django_migrations'"
            " ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def dumped(organisation):
    """Every column of every table as text, with the table's name, in small letters."""
    found = {}
    with tenancy.organisation(organisation.pk), connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found[table] = "\n".join(row for (row,) in cursor.fetchall()).lower()
    return found


def known_in(organisation):
    everywhere = dumped(organisation)
    return {(table, mark) for table, text in everywhere.items() for mark in MARKS if mark in text}


def erase(organisation, her, **more):
    with tenancy.organisation(organisation.pk):
        return erase_customer(
            customer_id=her.pk, tracked=["plan"], actor=MAYA, now=NOW + timedelta(hours=4), **more
        )
