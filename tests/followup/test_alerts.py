"""Bad answers: who is told, of what, and how a storm becomes one line."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.channels.letters import written
from accounts.models import Letter, Membership
from events.dispatching import Happening, dispatch_due
from events.kinds import Kind
from events.publishing import publish
from followup.actions.alerting import prune_alerts, tell_due
from followup.actions.raising import raise_alerts
from followup.actions.ruling_alerts import Wanted, add_rule
from followup.channels.chat import safe
from followup.models import Alert, WebhookDelivery
from surveys.actions.erasing import erase_customer
from surveys.models import Response
from surveys.queries.person_export import person_export
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
    assert f"\nAgent: Aisha · Plan: Gold · Programme: {world.programme.name}\n" in text
    assert "|Read it in cxapp>" in text
    assert request.said["blocks"][0]["text"] == {"type": "mrkdwn", "text": text, "verbatim": True}
    assert "webhook-signature" not in request.headers
    with world.inside():
        assert WebhookDelivery.objects.get().state == "delivered"


def in_a_chat(world, receiver):
    with world.inside():
        return add_rule(
            organisation_id=world.organisation.pk,
            wanted=Wanted(name="Bad bills", groups=("low",), chat_url=receiver.url),
            actor=MAYA,
            now=NOW,
        )


def test_a_long_message_keeps_the_link_at_its_end(world, receiver):
    in_a_chat(world, receiver)
    response = answer(world, comment="&" * 1500)
    tell_due(now=NOW)
    world.deliver()
    (request,) = receiver.received
    block = request.said["blocks"][0]["text"]["text"]
    assert len(block) <= 3000
    assert block.endswith(f"/responses/{response.pk}/|Read it in cxapp>")
    assert "…\n<http" in block


def test_what_a_chat_was_told_of_somebody_goes_with_her(world, receiver):
    in_a_chat(world, receiver)
    answer(world, comment="Call Ada at home.")
    tell_due(now=NOW)
    world.deliver()
    with world.inside():
        assert "Ada Okafor" in WebhookDelivery.objects.get().body
        told = person_export(customer_id=world.ada.pk, now=NOW)
        (part,) = [one for one in told.parts if one.name == "told_to_programs"]
        assert "Ada Okafor" in part.rows[0]["body"]
        erase_customer(customer_id=world.ada.pk, tracked=[], actor=MAYA, now=NOW)
    dispatch_due(now=NOW)
    with world.inside():
        assert WebhookDelivery.objects.get().body == ""


def test_a_chat_that_was_switched_off_leads_to_the_alerts(world, receiver, owner):
    in_a_chat(world, receiver)
    answer(world, comment="No.")
    receiver.answer(410)
    tell_due(now=NOW)
    world.deliver()
    (mail,) = letters(world)
    assert mail.subject == "The chat of the alert Bad bills was switched off"
    assert f"/o/{world.organisation.slug}/settings/alerts/" in mail.text
    assert "settings/webhooks" not in mail.text


def test_an_answer_that_is_bad_again_is_told(world, rule):
    with world.inside():
        asked = an_invitation(world.organisation, world.programme, world.ada)
    response = answer(world, origin="invitation", origin_key=str(asked.pk), invitation=asked)
    for score in (5, 2):
        with world.inside():
            Response.objects.update(score=score)
        happened(world, response)
    assert states(world) == ["waiting"]
    assert tell_due(now=LATER) == 1
    assert letters(world)[0].subject == "CSAT 2 of 5 at Billing"


def test_many_answers_and_rules_take_as_many_questions_as_one(world, owner):
    with world.inside():
        for _ in range(4):
            an_alert_rule(world.organisation, owner)
        told = [
            Happening(number, Kind.RESPONSE_RECEIVED, NOW, {"response": response.pk})
            for number in range(6)
            for response in [a_response(world.organisation, world.programme, 1 + number % 5)]
        ]
        for some in (told[:1], told, told):
            with CaptureQueriesContext(connection) as asked:
                raise_alerts(world.organisation.pk, some, NOW)
            assert len(asked) <= 6
        assert Alert.objects.count() == 4 * 3, "four rules, three bad answers"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("a & b", "a &amp; b"),
        ("<@U1>", "&lt;@\u200bU1&gt;"),
        ("![x](y)", "![x]\u200b(y)"),
        ("see https://evil.example/a.png", "see https:\u200b//evil.example/a.png"),
        ("see WWW.evil.example", "see WWW\u200b.evil.example"),
    ],
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
