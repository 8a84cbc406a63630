"""Trying a survey by mail: it leaves, is answered, and no figure or cap ever sees it."""

import pytest

from accounts.actions.handover import Worker, hand_over
from accounts.models import AuditEntry
from accounts.rules.actors import Actor
from cxapp import flow
from events.dispatching import dispatch_due
from events.kinds import Kind
from events.publishing import publish
from kit import tenancy
from kit.periods import Period
from metrics.models import AskCell, Cell, CountedAnswer
from surveys.actions.answering import record_score
from surveys.actions.delivering import Messages
from surveys.actions.trialing import send_trial
from surveys.models import (
    Customer,
    Interaction,
    Invitation,
    Message,
    Response,
    SurveyDraft,
    SurveyVersion,
)
from surveys.queries.programmes import funnel, newest_versions, rule_counts
from surveys.rules.contents import Content
from tests.builders import (
    CONFIRMED,
    NOW,
    a_choice,
    a_customer,
    a_programme,
    a_touchpoint,
    an_interaction,
    an_organisation,
)
from tests.transports import Clock, Scripted

pytestmark = pytest.mark.django_db
MAYA = Actor(name="maya@acme.example")


@pytest.fixture
def acme(db):
    flow.wire()
    return an_organisation(sender_email="hello@acme.example")


@pytest.fixture
def programme(acme):
    with tenancy.organisation(acme.pk):
        return a_programme(acme, a_touchpoint(acme, topic="your bill"), is_on=False)


def draft(programme, **content):
    SurveyDraft.objects.update_or_create(
        organisation_id=programme.organisation_id,
        survey=programme.survey,
        defaults={
            "content": Content(**content).stored(),
            "based_on": 1,
            "edited_at": NOW,
            "edited_by": MAYA.name,
        },
    )


def send(programme, address="maya@acme.example", language="", now=NOW):
    return send_trial(programme=programme, address=address, language=language, actor=MAYA, now=now)


def settle():
    while dispatch_due(now=NOW):
        pass


def test_the_draft_leaves_as_a_mail_and_its_answer_is_in_no_figure(acme, programme):
    with tenancy.organisation(acme.pk):
        draft(programme, wording={"subject": "Try me"}, questions=(a_choice(1),))
        invitation = send(programme)
    transport = Scripted()
    hand_over(outbox=Messages(), worker=Worker(transport=transport, clock=Clock(NOW)))
    with tenancy.organisation(acme.pk):
        assert Message.objects.get().state == "sent"
        record_score(invitation_id=invitation.pk, score=1, signs=CONFIRMED, now=NOW)
    settle()

    assert [mail.subject for mail in transport.mails] == ["Try me"]
    with tenancy.organisation(acme.pk):
        answer = Response.objects.get()
        assert (answer.standing, answer.survey_version.number) == ("test", 0)
        assert Cell.objects.exclude(standing="test").count() == 0
        assert AskCell.objects.count() == 0
        assert CountedAnswer.objects.exclude(standing="test").count() == 0
        days = {"period": Period(NOW.date(), NOW.date()), "zone_name": "UTC"}
        assert funnel(programme_id=programme.pk, **days, over_by=NOW).asked == 0
        assert rule_counts(programme_id=programme.pk, **days) == []
        assert newest_versions([programme.survey_id])[programme.survey_id] == (
            SurveyVersion.objects.get(number=1).pk
        )


def test_a_trial_uses_up_no_cap_of_a_customer_with_the_same_address(acme, programme):
    with tenancy.organisation(acme.pk):
        programme.is_on = True
        programme.save()
        maya = a_customer(acme, "maya@acme.example")
        send(programme)
        an_interaction(acme, maya, programme.touchpoints.get())
        flow_event(acme)
    settle()

    with tenancy.organisation(acme.pk):
        assert Invitation.objects.filter(customer=maya, is_test=False).count() == 1


def flow_event(acme):
    publish(
        organisation_id=acme.pk,
        kind=Kind.INTERACTION_RECORDED,
        now=NOW,
        interaction=Interaction.objects.get().pk,
    )


def test_the_recipient_is_archived_and_one_for_each_address(acme, programme):
    with tenancy.organisation(acme.pk):
        send(programme)
        send(programme, "Maya@ACME.example", "de", now=NOW.replace(hour=11))
        row = Customer.objects.get()

    assert (row.name, row.language, row.archived_at) == ("Test recipient", "de", NOW)


def test_equal_drafts_are_frozen_once(acme, programme):
    with tenancy.organisation(acme.pk):
        send(programme)
        assert SurveyVersion.objects.filter(number=0).count() == 0
        for number, subject in enumerate(["One", "One", "Two"]):
            draft(programme, wording={"subject": subject})
            send(programme, now=NOW.replace(minute=number))
        assert SurveyVersion.objects.filter(number=0).count() == 2
        trail = AuditEntry.objects.filter(action="survey.tried").order_by("id")
        assert [row.after["version"] for row in trail] == [1, 0, 0, 0]
        assert "maya@acme.example" not in str([row.after for row in trail])
