"""An anonymous programme from its making to the reminder that nobody gets after an answer."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from accounts.actions.handover import Worker, hand_over
from accounts.models import AuditEntry
from accounts.rules.actors import Actor
from cxapp import flow
from events.dispatching import dispatch_due
from events.kinds import Kind
from events.models import Event
from events.publishing import publish
from kit import tenancy
from metrics.models import AskCell, Cell, CountedAnswer, CountedAsk
from surveys.actions.delivering import Messages
from surveys.actions.editing_programmes import (
    ProgrammeDetails,
    create_programme,
    switch_programme,
)
from surveys.actions.importing import Plan, ProgrammeMismatch, import_responses
from surveys.actions.opening import LinkDetails, OnlyAnonymous, open_link
from surveys.models import (
    AnonymousAnswer,
    Interaction,
    Invitation,
    Message,
    PublicLink,
    Response,
)
from surveys.rules.metrics import Metric
from tests.builders import NOW, a_customer, a_touchpoint, an_interaction, an_organisation
from tests.respond.test_answering import form_of
from tests.transports import Clock, Scripted

pytestmark = pytest.mark.django_db
MAYA = Actor(name="maya@acme.example")


@pytest.fixture
def acme():
    flow.wire()
    return an_organisation(suspect_within_seconds=0, sender_email="hello@acme.example")


@pytest.fixture
def programme(acme):
    with tenancy.organisation(acme.pk):
        place = a_touchpoint(acme, topic="your complaint")
        details = ProgrammeDetails(
            name="Frankly",
            touchpoint_ids=[place.pk],
            delay_minutes=0,
            rest_days=30,
            expires_after_days=30,
            cadence_months=None,
        )
        made = create_programme(
            organisation_id=acme.pk,
            kind="transactional",
            metric="nps",
            details=details,
            actor=MAYA,
            now=NOW - timedelta(days=1),
            is_anonymous=True,
            kept_property="plan",
        )
        switch_programme(programme=made, is_on=True, actor=MAYA, now=NOW)
    return made


def react(now):
    while dispatch_due(now=now):
        pass


def drain(now):
    transport = Scripted()
    hand_over(outbox=Messages(), worker=Worker(transport=transport, clock=Clock(now)))
    react(now)
    return transport.mails


def met(acme, programme):
    """Ada of the Gold plan complained; her interaction is reported."""
    with tenancy.organisation(acme.pk):
        ada = a_customer(
            acme, name="Ada Okafor", properties={"plan": "Gold"}, created_at=NOW - timedelta(days=9)
        )
        interaction = an_interaction(acme, ada, programme.touchpoints.get())
        told = {"organisation_id": acme.pk, "kind": Kind.INTERACTION_RECORDED, "now": NOW}
        publish(**told, interaction=interaction.pk)
    react(NOW)


def test_asked_by_mail_answered_once_never_reminded_and_counted_nowhere(acme, programme):
    met(acme, programme)
    (mail,) = drain(NOW)
    (link,) = set(re.findall(r"https?://\S+/s/[\w-]+\S*", mail.text))
    assert "?" not in link
    for part in (mail.text, mail.html):
        assert "Your name is not stored with your answer. Small groups are never shown." in part
        assert "score=" not in part
    address = "/s/" + link.split("/s/")[1]
    client = Client()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        _, form = form_of(client.get(address))
    with time_machine.travel(NOW + timedelta(hours=1, seconds=9), tick=False):
        sent = client.post(address, {**form, "score": "3", "comment": "You reacted late."})
    assert b"stored without your name" in sent.content
    react(NOW + timedelta(hours=2))
    assert drain(NOW + timedelta(days=6)) == []
    with tenancy.organisation(acme.pk):
        (answer,) = AnonymousAnswer.objects.all()
        assert (answer.programme_id, answer.kept, answer.score) == (programme.pk, "Gold", 3)
        invitation = Invitation.objects.get()
        assert (invitation.is_used, invitation.answered_at) == (True, None)
        reminder = Message.objects.get(about__contains=":reminder:")
        assert (reminder.state, reminder.last_error) == (
            "cancelled",
            "The reminder was not sent: the customer had answered.",
        )
        for counted in (Response, CountedAnswer, CountedAsk, Cell, AskCell):
            assert counted.objects.count() == 0, counted
        kinds = set(Event.objects.values_list("kind", flat=True))
        assert kinds == {"interaction.recorded", "decision.made", "message.sent"}
        actions = AuditEntry.objects.values_list("action", flat=True)
        assert set(actions) == {"programme.created", "programme.switched_on"}
        assert Interaction.objects.count() == 1


def test_whoever_did_not_answer_is_reminded_once(acme, programme):
    met(acme, programme)
    assert len(drain(NOW)) == 1
    (mail,) = drain(NOW + timedelta(days=6))
    assert "This is the only reminder." in mail.text
    assert "score=" not in mail.text


def test_no_other_way_leads_in(acme, programme, tmp_path):
    file = tmp_path / "answers.csv"
    file.write_text("date,score\n2026-05-01,9\n")
    with tenancy.organisation(acme.pk):
        told = {"details": LinkDetails(name="Poster"), "actor": MAYA, "now": NOW}
        with pytest.raises(OnlyAnonymous):
            open_link(programme=programme, **told)
    plan = Plan(programme=programme.name, metric=Metric.NPS, zone=ZoneInfo("UTC"))
    told = {"organisation_id": acme.pk, "path": file, "plan": plan, "actor": MAYA, "now": NOW}
    with pytest.raises(ProgrammeMismatch, match="is anonymous: no file can add to it"):
        import_responses(**told)
    with tenancy.organisation(acme.pk):
        assert (PublicLink.objects.count(), Response.objects.count()) == (0, 0)
