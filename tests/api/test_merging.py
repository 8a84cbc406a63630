"""Merging customers over the API: who is left, and what the old names lead to."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from accounts.rules.actors import Actor
from api.problems import Kind
from api.v1 import merging
from kit import clock, tenancy
from surveys.actions.merging import merge_customers
from surveys.models import Customer, Decision, Interaction, Response
from tests.api.conftest import a_program, a_world
from tests.api.problem_documents import check_problem
from tests.builders import a_customer

pytestmark = pytest.mark.django_db
ACTOR = Actor(name="test")


@pytest.fixture
def double(world):
    with tenancy.organisation(world.organisation.pk):
        return a_customer(
            world.organisation, "ada@home.example", external_id="CRM-7", properties={"plan": "Max"}
        )


def merge(program, world, double, **headers):
    body = {"merged_id": str(double.pk)}
    return program.post(f"/customers/{world.customer.pk}/merge", body, **headers)


def reported(source_id, **customer):
    return {
        "source_id": source_id,
        "touchpoint": "acme-billing",
        "occurred_at": clock.now().isoformat(),
        "customer": customer,
    }


def test_the_answer_says_who_is_left(program, world, double):
    answer = merge(program, world, double)
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["customer"]["id"] == str(world.customer.pk)
    assert told["customer"]["properties"] == {"plan": "acme plan"}
    assert (told["merged_id"], told["mails_taken_back"]) == (str(double.pk), 0)
    assert set(told["moved"].values()) == {0}
    with tenancy.organisation(world.organisation.pk):
        assert AuditEntry.objects.filter(action="customer.merged").count() == 1


@pytest.mark.parametrize("act", ["", "/export", "/erase", "/suppressions", "/merge", "patch"])
def test_the_old_id_leads_to_her_wherever_it_is_used(program, world, double, act):
    merge(program, world, double)
    old = f"/customers/{double.pk}"
    bodies = {
        "/erase": {"mode": "remove"},
        "/suppressions": {"reason": "staff"},
        "/merge": {"merged_id": str(world.customer.pk)},
    }
    if act == "patch":
        answer = program.patch(old, {"name": "Ada"})
    else:
        answer = program.post(old + act, bodies[act]) if act in bodies else program.get(old + act)
    check_problem(answer, Kind.CUSTOMER_MERGED)
    assert answer["Location"] == f"/api/v1/customers/{world.customer.pk}"
    assert answer["Location"] in answer.json()["detail"]


@pytest.mark.parametrize("act", ["ask", "merge"])
def test_a_body_that_names_the_old_id_is_told_who_she_is_now(program, world, double, act):
    merge(program, world, double)
    with tenancy.organisation(world.organisation.pk):
        third = a_customer(world.organisation, "third@mail.example")
        before = Decision.objects.count()
    path, body, name = {
        "ask": (
            "/invitations",
            {"programme_id": str(world.programme.pk), "by": "message"},
            "customer_id",
        ),
        "merge": (f"/customers/{third.pk}/merge", {}, "merged_id"),
    }[act]
    answer = program.post(path, {**body, name: str(double.pk)})
    check_problem(answer, Kind.INPUT_REFUSED)
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == f"#/{name}"
    assert fault["detail"].endswith(f"she is customer {world.customer.pk} now.")
    with tenancy.organisation(world.organisation.pk):
        assert Decision.objects.count() == before
        assert Customer.objects.get(pk=double.pk).merged_into_id == world.customer.pk


def test_of_two_merges_at_once_the_later_one_hears_the_same(program, world, double, monkeypatch):
    named = merging.customer_named

    def just_before(wanted, pointer):
        found = named(wanted, pointer)
        monkeypatch.setattr(merging, "customer_named", named)
        with tenancy.organisation(world.organisation.pk):
            third = a_customer(world.organisation, "third@mail.example")
            merge_customers(customer_id=third.pk, other_id=double.pk, actor=ACTOR, now=clock.now())
        return found

    monkeypatch.setattr(merging, "customer_named", just_before)
    answer = merge(program, world, double)
    check_problem(answer, Kind.INPUT_REFUSED)
    assert answer.json()["errors"][0]["pointer"] == "#/merged_id"


def test_the_old_names_mean_her_and_do_not_come_back(program, world, double):
    merge(program, world, double)
    hers = str(world.customer.pk)
    for query in ("external_id=CRM-7", "email=Ada@Home.example"):
        found = program.get(f"/customers?{query}").json()["items"]
        assert [(one["id"], one["external_id"]) for one in found] == [(hers, "acme-1")]
    said = [
        {"external_id": "CRM-7", "email": "ada@home.example"},
        {"email": "ada@home.example"},
        {"external_id": "acme-1", "email": "ada@home.example"},
    ]
    for number, customer in enumerate(said):
        one = program.post("/interactions", reported(f"one-{number}", **customer))
        assert (one.status_code, one.json()["customer_id"]) == (201, hers)
    items = [reported(f"many-{number}", **customer) for number, customer in enumerate(said)]
    results = program.post("/interactions/bulk", {"items": items}).json()["results"]
    for one in results:
        assert program.get(f"/interactions/{one['id']}").json()["customer_id"] == hers
    check_problem(program.post("/customers", {"external_id": "CRM-7"}), Kind.CUSTOMER_EXISTS)
    taken = program.patch(f"/customers/{hers}", {"external_id": "CRM-7"})
    check_problem(taken, Kind.CUSTOMER_EXISTS)
    assert f"customers/{hers}" in taken.json()["detail"]
    left = program.get(f"/customers/{hers}").json()
    assert (left["external_id"], left["email"]) == ("acme-1", "acme@mail.example")
    moved = program.post("/interactions", reported("two", external_id="CRM-7", email="n@x.example"))
    assert moved.json()["customer_id"] == hers
    assert program.get(f"/customers/{hers}").json()["email"] == "n@x.example"


def test_an_interaction_that_moved_is_known_again_by_its_old_customer(program, world, double):
    body = reported("4711", external_id="CRM-7")
    first = program.post("/interactions", body).json()
    merge(program, world, double)
    again = program.post("/interactions", body)
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert again.json()["customer_id"] == str(world.customer.pk)
    bulk = program.post("/interactions/bulk", {"items": [body]}).json()["results"]
    assert (bulk[0]["status"], bulk[0]["id"]) == (200, first["id"])


def test_an_address_of_somebody_present_goes_on_meaning_her(program, world, double):
    with tenancy.organisation(world.organisation.pk):
        son = a_customer(world.organisation, "ada@home.example", name="Son")
    merge(program, world, double)
    made = program.post("/interactions", reported("of-son", email="ada@home.example")).json()
    assert made["customer_id"] == str(son.pk)


def test_who_cannot_be_merged(program, world, double):
    stranger = a_world("Globex", "globex")
    path = f"/customers/{world.customer.pk}/merge"
    for wanted in (world.customer.pk, stranger.customer.pk, 999_999_999):
        answer = program.post(path, {"merged_id": str(wanted)})
        check_problem(answer, Kind.INPUT_REFUSED)
        assert answer.json()["errors"][0]["pointer"] == "#/merged_id"
    mine = a_program(world.organisation, name="One", programme_id=world.programme.pk)
    check_problem(merge(mine, world, double), Kind.SCOPE_MISSING)
    with tenancy.organisation(world.organisation.pk):
        assert not Customer.objects.exclude(merged_into=None).exists()


def test_a_repetition_is_answered_from_the_record(program, world, double):
    first = merge(program, world, double, Idempotency_Key="once")
    again = merge(program, world, double, Idempotency_Key="once")
    assert (again.json(), again["Idempotent-Replayed"]) == (first.json(), "true")


def test_many_rows_take_as_many_statements_as_one(program, world):
    counts, once = [], {Interaction: "source_id", Response: "origin_key"}
    program.get("/customers")
    for rows in (1, 3):
        with tenancy.organisation(world.organisation.pk):
            double = a_customer(world.organisation, external_id=f"D-{rows}")
            for model in (Interaction, Response):
                row = model.objects.filter(customer=world.customer).first()
                for number in range(rows):
                    row.pk, row.customer = None, double
                    setattr(row, once[model], f"{rows}-{number}")
                    row.save()
        with CaptureQueriesContext(connections["default"]) as queries:
            assert merge(program, world, double).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
