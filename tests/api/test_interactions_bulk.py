"""A thousand interactions in one call: each as it would have become alone, or none of them."""

import json
from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from api.problems import Kind
from api.v1 import interactions_bulk
from api.v1.interactions_bulk import MOST
from events.models import Event
from kit import clock, tenancy
from surveys.actions.recording import Overtaken
from surveys.models import Company, Customer, Interaction, PropertyKey
from tests.api.conftest import a_program, a_world
from tests.api.problem_documents import check_problem
from tests.api.rows import stored

pytestmark = pytest.mark.django_db

AT = (clock.now() - timedelta(hours=1)).isoformat()


def an_item(number=1, **changes):
    return {
        "source_id": f"t{number}",
        "touchpoint": "acme-billing",
        "occurred_at": AT,
        "customer": {"email": f"person{number}@mail.example"},
        **changes,
    }


def send(program, *items, **more):
    return program.post("/interactions/bulk", {"items": list(items), **more})


def _stored(world):
    with tenancy.organisation(world.organisation.pk):
        return stored()


def test_each_item_is_recorded_and_names_its_decisions(world, program):
    answer = send(program, *(an_item(number) for number in range(3)))
    found = answer.json()
    assert (answer.status_code, found["recorded"], found["known"], found["refused"]) == (
        200, 3, 0, 0,
    )  # fmt: skip
    for index, result in enumerate(found["results"]):
        assert (result["index"], result["status"], result["problem"]) == (index, 201, None)
        one = program.get(result["url"].removeprefix("/api/v1")).json()
        assert (one["id"], one["source_id"]) == (result["id"], f"t{index}")
        assert one["decisions_url"] == result["decisions_url"]


def test_each_is_published_once(world, program):
    send(program, *(an_item(number) for number in range(3)))
    with tenancy.organisation(world.organisation.pk):
        ids = set(Interaction.objects.filter(source="Helpdesk").values_list("pk", flat=True))
        events = Event.objects.filter(kind="interaction.recorded")
        assert {event.payload["interaction"] for event in events} == ids
        owed = {name for event in events for name in event.deliveries.values_list("reaction")}
        assert {event.deliveries.count() for event in events} == {len(owed)}
        alone = program.post("/interactions", an_item(4)).json()["id"]
        event = Event.objects.get(payload={"interaction": int(alone)})
        assert set(event.deliveries.values_list("reaction")) == owed


def test_the_same_call_again_changes_nothing(world, program):
    items = [an_item(number) for number in range(3)]
    first = send(program, *items).json()
    before = _stored(world)
    second = send(program, *items).json()
    assert (second["recorded"], second["known"]) == (0, 3)
    assert [each["id"] for each in second["results"]] == [each["id"] for each in first["results"]]
    assert _stored(world) == before


def test_what_is_refused_keeps_nobody_else_out(world, program):
    send(program, an_item(9, customer={"external_id": "9", "properties": {"plan": "Basic"}}))
    future = (clock.now() + timedelta(hours=1)).isoformat()
    found = send(
        program,
        an_item(1),
        an_item(2, touchpoint="nowhere"),
        an_item(3, customer={"email": "no address"}),
        an_item(4, occurred_at=future),
        an_item(9, customer={"external_id": "9"}, subject="Another"),
        an_item(6, source_id=7),
        an_item(7, colour="red"),
        an_item(8, customer={"external_id": "p8", "properties": {"plan": 3}}),
        an_item(1),
        an_item(1, subject="Not the same"),
        an_item(5, dry_run=True),
    ).json()
    assert [each["status"] for each in found["results"]] == [
        201, 422, 422, 422, 409, 400, 400, 422, 200, 409, 400,
    ]  # fmt: skip
    assert (found["recorded"], found["known"], found["refused"]) == (1, 1, 9)
    pointers = [
        (each["problem"]["errors"][0]["pointer"] if each["problem"] else None)
        for each in found["results"]
    ]
    assert pointers == [
        None, "#/items/1/touchpoint", "#/items/2/customer/email", "#/items/3/occurred_at",
        "#/items/4/subject", "#/items/5/source_id", "#/items/6/colour",
        "#/items/7/customer/properties/plan", None, "#/items/9/subject", "#/items/10/dry_run",
    ]  # fmt: skip
    assert found["results"][8]["id"] == found["results"][0]["id"]
    with tenancy.organisation(world.organisation.pk):
        assert not Customer.objects.filter(external_id="p8").exists()


@pytest.mark.parametrize(
    ("bad", "pointer"),
    [
        ({"touchpoint": "nowhere"}, "#/items/1/touchpoint"),
        ({"source_id": 7}, "#/items/1/source_id"),
    ],
)
def test_all_or_none_records_nothing_if_one_is_refused(world, program, bad, pointer):
    before = _stored(world)
    answer = send(program, an_item(1), an_item(2, **bad), an_item(3), all_or_none=True)
    check_problem(answer, Kind.NOT_ALL)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert _stored(world) == before
    good = send(program, an_item(1), an_item(3), all_or_none=True).json()
    assert good["recorded"] == 2


PEOPLE = [
    {"external_id": "C-1", "email": "one@mail.example", "name": "One", "company": "Acme"},
    {"email": "ONE@mail.example", "phone": "+34 600"},
    {"external_id": "C-2", "email": "one@mail.example", "properties": {"plan": "Basic"}},
    {"email": "two@mail.example", "name": "Two"},
    {"external_id": "C-3", "email": "two@mail.example", "name": "Two and three"},
    {"external_id": "C-3", "email": "three@mail.example"},
    {"email": "two@mail.example", "language": "de"},
    {"external_id": "C-1", "company": "", "properties": {"plan": "Gold", "lines": 2}},
    {"external_id": "acme-1", "name": "", "properties": {"lines": 3}},
    {"email": "acme@mail.example", "time_zone": "Europe/Madrid", "company": "Acme"},
    {"external_id": "C-1", "legal_basis": {"basis": "consent", "on": "2026-02-01", "source": "a"}},
    {"external_id": "C-1", "legal_basis": {"basis": "refused", "on": "2026-01-01", "source": "b"}},
    {"external_id": "C-9", "email": "nine@mail.example"},
    {"external_id": "acme-1", "email": "nine@mail.example"},
    {"email": "nine@mail.example", "name": "Known longest"},
]


def test_together_they_become_what_they_become_one_by_one(world):
    other = a_world("Other", "acme")
    items = [
        an_item(number, customer=person, context={"agent": f"A{number}"}, subject="Über\\{}\"'")
        for number, person in enumerate(PEOPLE)
    ]
    together = send(a_program(world.organisation), *items).json()
    alone = a_program(other.organisation)
    assert [alone.post("/interactions", item).status_code for item in items] == [201] * len(items)
    assert together["recorded"] == len(items)
    assert _world_of(world) == _world_of(other)


def _world_of(world):
    """All that both ways wrote, without ids and moments."""
    with tenancy.organisation(world.organisation.pk):
        people = {each.pk: number for number, each in enumerate(Customer.objects.order_by("pk"))}
        return {
            "people": [
                {
                    **{name: getattr(each, name) for name in (
                        "external_id", "email", "address_key", "name", "phone", "language",
                        "time_zone", "properties", "legal_basis", "legal_basis_on",
                        "legal_basis_source",
                    )},
                    "company": each.company and each.company.name,
                }
                for each in Customer.objects.select_related("company").order_by("pk")
            ],
            "companies": sorted(Company.objects.values_list("name", flat=True)),
            "keys": sorted(PropertyKey.objects.values_list("owner", "key", "kind")),
            "interactions": [
                (each.source_id, people[each.customer_id], each.occurred_at, each.local_on,
                 each.subject, each.context, each.way, each.is_test)
                for each in Interaction.objects.filter(source="Helpdesk").order_by("source_id")
            ],
        }  # fmt: skip


def test_a_thousand_take_as_many_statements_as_three(world, program):
    with tenancy.organisation(world.organisation.pk):
        Organisation.objects.filter(pk=world.organisation.pk).update(time_zone="Asia/Tokyo")
    program.get("/touchpoints")  # the key notes its use
    counts = []
    for begin, end in ((0, 3), (10, 10 + MOST)):
        items = [an_item(number) for number in range(begin, end)]
        with CaptureQueriesContext(connections["default"]) as queries:
            found = send(program, *items).json()
        assert found["recorded"] == end - begin
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 26
    with tenancy.organisation(world.organisation.pk):
        assert Interaction.objects.filter(source="Helpdesk").count() == MOST + 3


def test_one_more_than_a_thousand_is_too_many(world, program):
    before = _stored(world)
    answer = send(program, *(an_item(number) for number in range(1001)))
    check_problem(answer, Kind.TOO_MANY_ITEMS)
    assert answer.status_code == 413
    wide = [an_item(number, subject="x" * 200, context={"a": "x" * 500}) for number in range(1000)]
    wide[0]["context"] = {f"k{number}": "x" * 500 for number in range(200)}
    for item in wide[:8]:
        item["context"] = {f"k{number}": "x" * 500 for number in range(200)}
    check_problem(send(program, *wide), Kind.BODY_TOO_LARGE)
    assert _stored(world) == before


RAW = {
    "no list": '{"items": {}}',
    "nothing": '{"items": []}',
    "no object": '{"items": [1]}',
    "a list of lists": '{"items": [[]]}',
    "no items": "{}",
    "another key": '{"items": [{}], "colour": 1}',
    "all_or_none text": '{"items": [{}], "all_or_none": "yes"}',
    "depth": '{"items": [' + "[" * 1000 + "]" * 1000 + "]}",
    "depth of objects": '{"items": [' + '{"a":' * 1000 + "1" + "}" * 1000 + "]}",
    "1e400": '{"items": [{"context": {"a": 1e400}}]}',
    "lone surrogate": '{"items": [{"source_id": "\\ud800"}]}',
    "NUL": '{"items": [{"source_id": "\\u0000"}]}',
    "a key twice": '{"items": [{"source_id": "1", "source_id": "2"}]}',
}


@pytest.mark.parametrize("name", RAW)
def test_a_body_that_is_no_list_of_objects_is_refused_whole(world, program, name):
    before = _stored(world)
    answer = program.send("post", "/interactions/bulk", RAW[name])
    check_problem(answer, Kind.NOT_JSON, Kind.INVALID_INPUT)
    assert _stored(world) == before


def test_a_repeated_call_is_answered_from_the_record(program):
    body = {"items": [an_item(1), an_item(2, touchpoint="nowhere")]}
    first = program.post("/interactions/bulk", body, Idempotency_Key="k")
    again = program.post("/interactions/bulk", body, Idempotency_Key="k")
    assert again["Idempotent-Replayed"] == "true"
    assert again.content == first.content


def test_whoever_was_erased_is_not_stored_again(world, program):
    with tenancy.organisation(world.organisation.pk):
        Customer.objects.filter(pk=world.customer.pk).update(
            erased_at=clock.now(), email="", name="", phone="", external_id=None, address_key=""
        )
    item = an_item(source="acme", source_id=world.interaction.source_id)
    [result] = send(program, item).json()["results"]
    assert (result["status"], result["id"]) == (200, str(world.interaction.pk))


def test_the_file_of_a_test_key_is_a_test(world):
    send(a_program(world.organisation, is_test=True), an_item())
    with tenancy.organisation(world.organisation.pk):
        assert Interaction.objects.get(source="Helpdesk").is_test


def test_json_is_as_short_as_the_single_call_answers(program):
    answer = send(program, an_item())
    assert json.dumps(answer.json(), separators=(",", ":")) == answer.content.decode()


def test_whoever_is_overtaken_again_and_again_is_told_when_to_come_back(program, monkeypatch):
    def overtaken(**_):
        raise Overtaken

    monkeypatch.setattr(interactions_bulk, "record_interactions", overtaken)
    answer = send(program, an_item())
    check_problem(answer, Kind.UNAVAILABLE)
    assert answer["Retry-After"] == "1"
