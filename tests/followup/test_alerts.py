"""Bad answers: who is told, of what, and how a storm becomes one line."""

import json
from datetime import timedelta

import pytest

from accounts.channels.letters import written
from accounts.models import Letter, Membership
from events.dispatching import dispatch_due
from events.kinds import Kind
from events.publishing import publish
from followup.actions.alerting import prune_alerts, tell_due
from followup.actions.ruling_alerts import Wanted, add_rule
from followup.channels.chat import safe
from followup.models import Alert, WebhookDelivery
from surveys.actions.erasing import erase_customer
from surveys.models import Response
from tests.builders import NOW, a_member, a_response, an_alert_rule, an_invitation
from tests.followup.conftest import MAYA

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def owner(world):
    return a_member(world.organisation, "owner", email="maya@acme.example")


@pytest.fixture
def rule(world, owner):
    with world.inside():
        return an_alert_rule(world.organisation, owner)


def answer(world, score=1, at=NOW, **fields):
    with world.inside():
        fields = {"customer": world.ada, "touchpoint": world.touchpoint, **fields}
        fields.setdefault("context", {"plan": "Gold", "agent": "Aisha"})
        response = a_response(world.organisation, world.programme, score, **fields)
    happened(world, response, Kind.RESPONSE_RECEIVED, at)
    return response


def happened(world, response, kind=Kind.RESPONSE_AMENDED, at=NOW):
    with world.inside():
        publish(organisation_id=world.organisation.pk, kind=kind, now=at, response=response.pk)
    dispatch_due(now=at)


def letters(world):
    with world.inside():
        return [written(one, NOW) for one in Letter.objects.order_by("id")]


def states(world):
    with world.inside():
        return sorted(Alert.objects.values_list("state", flat=True))


def test_a_bad_answer_is_mailed_with_who_where_and_why(world, rule):
    response = answer(world, comment="The bill was <wrong> again.")
    assert tell_due(now=NOW) == 1
    (mail,) = letters(world)

    assert mail.recipient == ("", "maya@acme.example")
    assert mail.subject == "CSAT 1 of 5 at Billing"
    for known in ("Ada Okafor, ada@mail.example", "The bill was <wrong> again.", "Agent: Aisha"):
        assert known in mail.text
    assert "Plan: Gold" in mail.text
    assert f"/o/{world.organisation.slug}/responses/{response.pk}/" in mail.text
    assert "&lt;wrong&gt;" in mail.html
    assert tell_due(now=LATER) == 0, "told once"


def test_a_good_answer_and_a_doubted_one_raise_nothing(world, rule):
    answer(world, score=5)
    answer(world, standing="suspect")
    answer(world, standing="test")
    assert states(world) == []


@pytest.mark.parametrize("narrow", [{"programmes": [-1]}, {"touchpoints": [-1]}, {"is_on": False}])
def test_other_rules_hear_nothing_of_it(world, owner, narrow):
    with world.inside():
        an_alert_rule(world.organisation, owner, **narrow)
    answer(world, comment="No.")
    assert states(world) == []


def test_it_waits_for_the_words_but_not_for_ever(world, rule):
    with world.inside():
        asked = an_invitation(world.organisation, world.programme, world.ada)
    by_link = {"origin": "invitation", "origin_key": str(asked.pk), "invitation": asked}
    response = answer(world, **by_link)
    assert tell_due(now=NOW + timedelta(minutes=2)) == 0
    with world.inside():
        Response.objects.update(comment="Nobody called back.")
    happened(world, response, at=NOW + timedelta(minutes=2))
    assert tell_due(now=NOW + timedelta(minutes=2)) == 1
    assert "Nobody called back." in letters(world)[0].text


def test_silence_after_the_score_is_told_after_three_minutes(world, rule):
    with world.inside():
        asked = an_invitation(world.organisation, world.programme, world.ada)
    answer(world, origin="invitation", origin_key=str(asked.pk), invitation=asked)
    assert tell_due(now=NOW + timedelta(minutes=3)) == 1
    assert "No words came with the score." in letters(world)[0].text


def test_a_score_that_was_raised_in_time_is_not_told(world, rule):
    with world.inside():
        asked = an_invitation(world.organisation, world.programme, world.ada)
    response = answer(world, origin="invitation", origin_key=str(asked.pk), invitation=asked)
    with world.inside():
        Response.objects.update(score=5)
    happened(world, response)
    assert tell_due(now=LATER) == 0
    assert states(world) == ["dropped"]


def test_a_storm_is_ten_letters_and_one_line(world, rule):
    for _ in range(23):
        answer(world, comment="The app is down.")
    tell_due(now=NOW)
    assert len(letters(world)) == 10
    assert states(world) == ["held"] * 13 + ["told"] * 10
    assert tell_due(now=NOW + timedelta(minutes=59)) == 0
    assert tell_due(now=NOW + timedelta(minutes=61)) == 13
    mails = letters(world)
    assert len(mails) == 11
    assert mails[-1].subject == "13 more answers like this within an hour: Bad answers"
    assert f"programme={world.programme.pk}" not in mails[-1].text
    assert "responses/?days=7&group=low" in mails[-1].text
    assert states(world) == ["digested"] * 13 + ["told"] * 10


def test_a_viewer_reads_the_words_and_no_name(world):
    viewer = a_member(world.organisation, "viewer", email="vera@acme.example")
    with world.inside():
        an_alert_rule(world.organisation, viewer)
    answer(world, comment="No.")
    tell_due(now=NOW)
    (mail,) = letters(world)
    assert '"No."' in mail.text
    assert "Ada" not in mail.text + mail.html


def test_who_has_left_is_written_to_no_more(world, rule):
    answer(world, comment="No.")
    tell_due(now=NOW)
    with world.inside():
        Membership.objects.all().delete()
        with pytest.raises(Membership.DoesNotExist):
            written(Letter.objects.get(), NOW)
        assert rule.recipients.count() == 0


def test_a_chat_reads_it_in_slack_s_shape(world, receiver):
    with world.inside():
        add_rule(
            organisation_id=world.organisation.pk,
            wanted=Wanted(name="Bad bills", groups=("low",), chat_url=receiver.url),
            actor=MAYA,
            now=NOW,
        )
    answer(world, comment="<!channel> see\n[this](http://evil.example) @all & more")
    tell_due(now=NOW)
    world.deliver()
    (request,) = receiver.received

    assert set(request.said) == {"text", "blocks"}
    text = request.said["text"]
    assert text.startswith("*CSAT 1 of 5 at Billing*\nAda Okafor")
    assert "> &lt;!channel&gt; see" in text
    assert "](" not in text
    assert "@all" not in text
    assert "|Read it in cxapp>" in text
    assert request.said["blocks"][0]["text"] == {"type": "mrkdwn", "text": text}
    assert "webhook-signature" not in request.headers
    with world.inside():
        assert WebhookDelivery.objects.get().state == "delivered"


@pytest.mark.parametrize(
    ("words", "told"),
    [("a & b", "a &amp; b"), ("<@U1>", "&lt;@\u200bU1&gt;"), ("![x](y)", "![x]\u200b(y)")],
)
def test_words_of_others_stay_words(words, told):
    assert safe(words) == told


def test_an_erased_person_is_named_in_no_letter_that_is_yet_to_be_written(world, rule):
    answer(world, comment="Never again.")
    tell_due(now=NOW)
    with world.inside():
        erase_customer(customer_id=world.ada.pk, tracked=[], actor=MAYA, now=NOW)
    (mail,) = letters(world)
    assert "Ada" not in mail.text
    assert "Never" not in json.dumps([mail.text, mail.html, mail.subject])


def test_old_alerts_are_forgotten(world, rule):
    answer(world, comment="No.")
    tell_due(now=NOW)
    with world.inside():
        assert prune_alerts(now=NOW + timedelta(days=89)) == 0
        assert prune_alerts(now=NOW + timedelta(days=91)) == 1
