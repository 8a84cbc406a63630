"""What each kind of event says, and that the guide says the same."""

import json
import re
from pathlib import Path

import pytest

from events.dispatching import Happening, dispatch_due
from events.kinds import Kind
from events.publishing import publish
from followup.actions.queueing import TOLD
from followup.models import WebhookDelivery
from followup.queries.facts import facts_of
from followup.rules.bodies import LONGEST_COMMENT, MOST_BYTES
from followup.rules.happenings import BY_KIND, MEANINGS, Type
from metrics.models import MetricDefinition
from surveys.actions.hearing import Told, record_spoken, remove_spoken
from surveys.models import Message
from tests.builders import NOW, a_response, a_touchpoint, an_interaction, an_invitation
from tests.followup.conftest import MAYA

pytestmark = pytest.mark.django_db

GUIDE = Path("docs/webhooks.md").read_text(encoding="utf-8")


@pytest.fixture
def story(world):
    """The payload of one event of every kind, of which all things exist."""
    with world.inside():
        own = world.organisation
        context = {"agent": "Aisha", "plan": "Gold"}
        met = an_interaction(own, world.ada, world.touchpoint, subject="Bill", context=context)
        asked = an_invitation(own, world.programme, world.ada, interaction=met, context=context)
        response = a_response(
            own,
            world.programme,
            2,
            customer=world.ada,
            touchpoint=world.touchpoint,
            interaction=met,
            comment="Nobody called back.",
            context=context,
        )
        definition = MetricDefinition.objects.create(
            organisation=own,
            kind="csat",
            version=2,
            scale_low=1,
            scale_high=5,
            cut=4,
            null_policy="skip",
            dedupe="latest",
            rounding="half_even",
            window_days=180,
            smallest_change=1,
            change_to_see=5,
            since_on=NOW.date(),
            reason="Fours count",
            made_at=NOW,
            made_by="maya@acme.example",
        )
        message = Message.objects.get(invitation=asked)
    mail = {"message": message.pk, "invitation": asked.pk}
    answered, person = {"response": response.pk}, {"customer": world.ada.pk}
    payloads = {
        "interaction": {"interaction": met.pk},
        "decision": {"decisions": [asked.decision_id]},
        "link": {"invitation": [asked.pk]},
        "message": mail,
        "response": answered,
        "touchpoint": {"touchpoint": world.touchpoint.pk},
        "metric": {"definition": definition.pk},
        "customer": {**person, "mode": "anonymise", "programme": world.programme.pk},
    }
    return {kind: payloads[kind.value.partition(".")[0]] for kind in TOLD}


def told(world, receiver, story, **details):
    """What a webhook that hears everything is told, by type."""
    world.endpoint(receiver.url, **details)
    with world.inside():
        for kind, payload in story.items():
            publish(organisation_id=world.organisation.pk, kind=kind, now=NOW, **payload)
    dispatch_due(now=NOW)
    world.deliver()
    return {one.said["type"]: one for one in receiver.received}


def test_every_kind_of_the_journal_has_a_type_and_a_meaning():
    assert set(BY_KIND) == {kind.value for kind in Kind}
    assert set(BY_KIND.values()) == set(Type) == set(MEANINGS)


@pytest.mark.parametrize("detail", ["thin", "answers", "customers"])
def test_every_event_is_told_small_and_as_much_as_was_chosen(world, receiver, story, detail):
    found = told(world, receiver, story, detail=detail)

    assert set(found) == set(Type)
    assert max(len(one.body) for one in found.values()) < MOST_BYTES
    everything = "".join(one.body.decode() for one in found.values())
    assert ("Nobody called back." in everything) is (detail != "thin")
    assert ("Aisha" in everything) is (detail != "thin")
    assert ("ada@mail.example" in everything) is (detail == "customers")
    said = found["response.received"].said["data"]
    assert ("customer" in said) is (detail == "customers")


def test_no_invitation_says_whether_it_was_answered(world, receiver, story):
    """Of an anonymous programme nobody may learn when somebody answered."""
    found = told(world, receiver, story, detail="customers")
    for name, one in found.items():
        if name.startswith(("invitation.", "decision.")):
            assert not re.search("answered|used|finished", one.body.decode())


def test_the_guide_shows_each_event_with_the_keys_it_has(world, receiver, story):
    found = told(world, receiver, story, detail="customers")
    shown = {
        said["type"]: said
        for said in map(json.loads, re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL))
    }
    for name in Type:
        assert f"`{name}`" in GUIDE, "every type is listed"
    assert set(shown) >= {"interaction.recorded", "decision.made", "response.received"}
    for name, example in shown.items():
        if name in found:
            assert keys(example) == keys(found[name].said), name


def keys(value, inside=""):
    if not isinstance(value, dict) or inside.endswith("context"):
        return {inside}
    return {key for name, each in value.items() for key in keys(each, f"{inside}.{name}")}


def test_the_longest_answer_stays_small_and_says_that_it_was_cut(world, receiver, story):
    with world.inside():
        long = a_response(
            world.organisation,
            world.programme,
            1,
            comment="ß" * 20_000,
            context={f"key {n}": "x" * 200 for n in range(40)},
        )
    found = told(world, receiver, {Kind.RESPONSE_RECEIVED: {"response": long.pk}}, detail="answers")
    (one,) = found.values()
    said = one.said["data"]["response"]
    assert len(one.body) < MOST_BYTES
    assert (len(said["comment"]), said["comment_is_cut"]) == (LONGEST_COMMENT, True)
    assert (said["context"], said["context_is_cut"]) == ({}, True)


def test_what_is_gone_by_then_is_not_sent(world, receiver, story):
    world.endpoint(receiver.url)
    with world.inside():
        publish(
            organisation_id=world.organisation.pk,
            kind=Kind.TOUCHPOINT_RECLASSIFIED,
            now=NOW,
            touchpoint=8_000_000_000,
        )
    dispatch_due(now=NOW)
    assert world.deliver() == 0
    with world.inside():
        row = WebhookDelivery.objects.get()
    assert (row.state, row.last_error) == ("dropped", "What it was about is gone.")


@pytest.mark.parametrize("count", [1, 3])
def test_many_events_cost_as_many_queries_as_one(world, count, django_assert_num_queries):
    with world.inside():
        rows = [a_response(world.organisation, world.programme, 2) for _ in range(count)]
        events = [
            Happening(n, Kind.RESPONSE_RECEIVED, NOW, {"response": row.pk})
            for n, row in enumerate(rows)
        ]
        with django_assert_num_queries(1):
            assert len(list(facts_of(events))) == count


def test_an_answer_that_staff_removed_is_told_to_those_who_heard_of_it(world, receiver):
    low_only, _ = world.endpoint(receiver.url, name="Low", groups=("low",))
    with world.inside():
        elsewhere = a_touchpoint(world.organisation, "shop")
    world.endpoint(receiver.url, name="Elsewhere", touchpoints=(elsewhere.pk,))
    with world.inside():
        response = record_spoken(
            organisation_id=world.organisation.pk,
            told=Told(
                programme_id=world.programme.pk,
                touchpoint_id=world.touchpoint.pk,
                customer_id=world.ada.pk,
                score=1,
                comment="Never again.",
                on=NOW.date(),
                key="k",
            ),
            actor=MAYA,
            now=NOW,
        )
    dispatch_due(now=NOW)
    world.deliver()
    with world.inside():
        assert remove_spoken(response_id=response.pk, actor=MAYA, now=NOW)
    dispatch_due(now=NOW)
    world.deliver()

    assert [one.said["type"] for one in receiver.received] == [
        "response.received",
        "response.withdrawn",
    ]
    assert receiver.received[1].said["data"] == {
        "response": {
            "id": str(response.pk),
            "programme_id": str(world.programme.pk),
            "customer_id": str(world.ada.pk),
            "standing": "removed",
        }
    }
    with world.inside():
        rows = WebhookDelivery.objects.values_list("endpoint_id", "customer_id").distinct()
        assert list(rows) == [(low_only.pk, world.ada.pk)]
