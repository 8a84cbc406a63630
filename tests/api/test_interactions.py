"""Reporting an interaction: once, with its customer, or refused with nothing changed."""

from datetime import UTC, datetime, timedelta

import pytest

from events.dispatching import Happening
from events.kinds import Kind
from events.models import Delivery
from kit import clock, tenancy
from surveys.actions.considering import consider_inviting
from surveys.models import Customer, Decision, Interaction, Invitation, Message, PropertyKey
from tests.api.conftest import a_program

pytestmark = pytest.mark.django_db


def a_body(**changes):
    occurred_at = clock.now() - timedelta(hours=1)
    return {
        "source_id": "4711",
        "touchpoint": "acme-billing",
        "occurred_at": occurred_at.isoformat(),
        "customer": {"email": "Grace@Mail.example", "name": "Grace", "properties": {"plan": "Pro"}},
        "context": {"agent": "Aisha", "wait": 4.5, "first": True},
        "subject": "Bill",
        **changes,
    }


def test_it_is_stored_with_its_customer(world, program):
    body = a_body()
    answer = program.post("/interactions", body)
    assert answer.status_code == 201
    with tenancy.organisation(world.organisation.pk):
        stored = Interaction.objects.select_related("customer").get(source="Helpdesk")
    assert answer.json() == {
        "id": str(stored.pk),
        "url": f"/api/v1/interactions/{stored.pk}",
        "source": "Helpdesk",
        "source_id": "4711",
        "touchpoint": "acme-billing",
        "customer_id": str(stored.customer_id),
        "occurred_at": stored.occurred_at.isoformat().replace("+00:00", "Z"),
        "recorded_at": stored.recorded_at.isoformat().replace("+00:00", "Z"),
        "subject": "Bill",
        "context": {"agent": "Aisha", "wait": 4.5, "first": True},
        "is_test": False,
        "decisions_url": f"/api/v1/decisions?interaction={stored.pk}",
    }
    assert stored.occurred_at == datetime.fromisoformat(body["occurred_at"])
    assert (stored.customer.email, stored.customer.properties) == (
        "Grace@Mail.example",
        {"plan": "Pro"},
    )
    assert answer["Location"] == answer.json()["url"]
    assert program.get(f"/interactions/{stored.pk}").json() == answer.json()


def test_the_same_again_is_the_stored_one(world, program):
    body = a_body()
    first, second = program.post("/interactions", body), program.post("/interactions", body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    with tenancy.organisation(world.organisation.pk):
        assert Interaction.objects.filter(source="Helpdesk").count() == 1


def test_another_body_is_refused_and_changes_nothing(world, program):
    program.post("/interactions", a_body(subject="Bill"))
    answer = program.post(
        "/interactions",
        a_body(subject="Late bill", context={}, customer={"email": "someone@mail.example"}),
    )
    problem = answer.json()
    assert answer.status_code == 409
    assert problem["type"] == "/api/v1/problems#interaction-differs"
    assert {fault["pointer"] for fault in problem["errors"]} == {
        "#/subject",
        "#/context",
        "#/occurred_at",
        "#/customer/email",
    }
    assert "4711/solved-2" in problem["detail"]
    with tenancy.organisation(world.organisation.pk):
        assert not Customer.objects.filter(address_key="someone@mail.example").exists()
        assert Interaction.objects.get(source="Helpdesk").subject == "Bill"


def test_a_dry_run_says_the_verdict_and_stores_nothing(world, program):
    def rows():
        models = (Interaction, Customer, Decision, Invitation, Message, PropertyKey, Delivery)
        with tenancy.organisation(world.organisation.pk):
            return [model.objects.count() for model in models]

    before = rows()
    answer = program.post(
        "/interactions", a_body(dry_run=True), Idempotency_Key="a dry run stores no key"
    )
    assert (answer.status_code, rows()) == (200, before)
    assert answer.json() == {
        "dry_run": True,
        "verdicts": [
            {
                "programme_id": str(world.programme.pk),
                "programme": "acme support",
                "is_asked": True,
                "rule": "asked",
                "sentence": "Asked.",
                "again_on": None,
            }
        ],
    }


def test_a_dry_run_foresees_what_then_happens(world, program):
    body = a_body(occurred_at=(clock.now() - timedelta(days=9)).isoformat())
    foreseen = program.post("/interactions", {**body, "dry_run": True}).json()["verdicts"][0]
    stored = program.post("/interactions", body).json()
    _decide(world, int(stored["id"]))
    made = program.get(f"/decisions?interaction={stored['id']}").json()["items"]
    assert [foreseen["rule"]] == [decision["rule"] for decision in made] == ["too_old"]
    assert foreseen["sentence"] == made[0]["sentence"]
    assert "9 days old" in foreseen["sentence"]


def _decide(world, interaction_id):
    now = clock.now()
    happening = Happening(1, Kind.INTERACTION_RECORDED, now, {"interaction": interaction_id})
    with tenancy.organisation(world.organisation.pk):
        consider_inviting(world.organisation.pk, [happening], now)


def test_a_test_key_never_mails(world):
    program = a_program(world.organisation, name="Trial", is_test=True)
    stored = program.post("/interactions", a_body()).json()
    assert stored["is_test"] is True
    _decide(world, int(stored["id"]))
    [decision] = program.get(f"/decisions?interaction={stored['id']}").json()["items"]
    assert (decision["is_asked"], decision["rule"], decision["invitation"]) == (
        False,
        "test_key",
        None,
    )
    with tenancy.organisation(world.organisation.pk):
        assert Message.objects.filter(invitation__interaction=int(stored["id"])).count() == 0


def test_decisions_are_narrowed_to_a_rule_or_to_a_no(world, program):
    for number, days in enumerate((0, 9)):
        body = a_body(
            source_id=f"narrow-{number}",
            occurred_at=(clock.now() - timedelta(days=days)).isoformat(),
            customer={"email": f"narrow{number}@mail.example"},
        )
        _decide(world, int(program.post("/interactions", body).json()["id"]))

    def found(query):
        items = program.get(f"/decisions{query}").json()["items"]
        return [(each["rule"], (each["invitation"] or {}).get("weight")) for each in items]

    asked, refused = ("asked", 1.0), ("too_old", None)
    assert set(found("")) >= {asked, refused}
    assert set(found("?is_asked=true")) == {asked}
    assert (found("?is_asked=false"), found("?rule=too_old")) == ([refused], [refused])
    assert program.get("/decisions?rule=whim").status_code == 400


def test_a_live_key_leads_to_an_invitation(world, program):
    stored = program.post("/interactions", a_body()).json()
    assert program.get(stored["decisions_url"].removeprefix("/api/v1")).json()["items"] == []
    _decide(world, int(stored["id"]))
    [decision] = program.get(stored["decisions_url"].removeprefix("/api/v1")).json()["items"]
    assert (decision["is_asked"], decision["sentence"]) == (True, "Asked.")
    assert decision["invitation"]["sent_at"] is None
    assert program.get(f"/decisions/{decision['id']}").json() == decision


@pytest.mark.parametrize(
    "moment",
    ["2026-11-21T14:05:00", "2026-11-21T14:05:00.5", "2026-02-28T23:59:59"],
)
def test_a_time_without_offset_is_refused_with_a_sentence(program, moment):
    answer = program.post("/interactions", a_body(occurred_at=moment))
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "pointer": "#/occurred_at",
            "detail": "Add the offset from UTC, as in 2026-11-21T14:05:00+01:00 or "
            "2026-11-21T13:05:00Z: without it nobody knows which hour is meant.",
        }
    ]


def test_an_offset_is_kept_as_the_same_moment(world, program):
    answer = program.post("/interactions", a_body(occurred_at="2026-11-01T23:30:00-05:30"))
    assert answer.json()["occurred_at"] == "2026-11-02T05:00:00Z"
    with tenancy.organisation(world.organisation.pk):
        stored = Interaction.objects.get(pk=answer.json()["id"])
    assert stored.occurred_at == datetime(2026, 11, 2, 5, 0, tzinfo=UTC)


def test_the_future_is_refused(program):
    later = (clock.now() + timedelta(minutes=10)).isoformat()
    answer = program.post("/interactions", a_body(occurred_at=later))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/occurred_at")


def test_an_unknown_touchpoint_is_refused_and_nobody_is_created(world, program):
    answer = program.post("/interactions", a_body(touchpoint="nowhere"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/touchpoint")
    with tenancy.organisation(world.organisation.pk):
        assert not Customer.objects.filter(name="Grace").exists()


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (
            {"customer": {"email": "g@mail.example", "properties": {"plan": 7}}},
            "#/customer/properties/plan",
        ),
        ({"context": {"agent": 7}}, "#/context/agent"),
    ],
)
def test_a_property_of_another_type_is_refused_where_it_stands(world, program, change, pointer):
    assert program.post("/interactions", a_body()).status_code == 201
    answer = program.post("/interactions", a_body(source_id="4712", **change))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert "send a text" in answer.json()["detail"]
    with tenancy.organisation(world.organisation.pk):
        assert Interaction.objects.filter(source="Helpdesk").count() == 1


def test_a_customer_needs_an_id_or_an_address(program):
    answer = program.post("/interactions", a_body(customer={"name": "Nobody"}))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/customer")


def test_they_are_found_by_source_and_id(world, program):
    first = program.post("/interactions", a_body(source="shop")).json()
    program.post("/interactions", a_body(source="shop", source_id="4712"))
    assert program.get("/interactions?source=shop&source_id=4711").json()["items"] == [first]
    assert program.get("/interactions?touchpoint=no-such-place").json()["items"] == []
    at = first["recorded_at"]
    for query in ("touchpoint=acme-billing", f"since={at}", f"since={at}&touchpoint=acme-billing"):
        found = program.get(f"/interactions?source=shop&{query}").json()["items"]
        assert {row["source_id"] for row in found} == {"4711", "4712"}
    assert program.get(f"/interactions?source=shop&until={at}").json()["items"] == []
    ids = [row["source_id"] for row in program.get("/interactions?source=shop").json()["items"]]
    assert ids == ["4712", "4711"]
