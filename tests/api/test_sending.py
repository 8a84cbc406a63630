"""Sending by a program: the switch, the limits, pauses, many at once; and who changed what."""

from datetime import timedelta

import pytest

from accounts.models import Organisation
from api.problems import Kind
from kit import clock, tenancy
from surveys.actions.deciding_waves import decide_waiting
from surveys.models import Decision, Wave, WavePortion
from tests.api.conftest import a_program, a_world
from tests.api.problem_documents import check_problem
from tests.builders import a_customer, a_programme

pytestmark = pytest.mark.django_db


def test_all_sending_stops_and_goes_on(world, program):
    told = program.get("/sending").json()
    assert (told["is_paused"], told["paused_at"]) == (False, None)
    seen = program.get("/sending")["ETag"]
    stopped = program.patch("/sending", {"is_paused": True, "asks_per_year": 2}).json()
    assert (stopped["is_paused"], stopped["asks_per_year"]) == (True, 2)
    again = program.patch("/sending", {"is_paused": True}).json()
    assert again["paused_at"] == stopped["paused_at"]
    check_problem(
        program.patch("/sending", {"is_paused": False}, If_Match=seen), Kind.PRECONDITION_FAILED
    )
    assert program.patch("/sending", {"is_paused": False}).json() == {**told, "asks_per_year": 2}
    with tenancy.organisation(world.organisation.pk):
        assert Organisation.objects.get().sending_paused_at is None
    acts = [entry["action"] for entry in program.get("/audit").json()["items"]]
    assert acts[:3] == ["sending.resumed", "sending.paused", "organisation.edited"]


def test_a_monitor_pauses_for_an_outage_and_ends_it(world, program):
    program.post("/customers", {"email": "grace@mail.example", "properties": {"plan": "Basic"}})
    said = {"reason": "Outage", "property": "plan", "values": ["acme plan", "acme plan"]}
    begun = program.post("/pauses", said).json()
    assert (begun["state"], begun["values"], begun["ends_at"]) == ("on", ["acme plan"], None)
    assert program.get(f"/pauses/{begun['id']}").json() == begun
    ended = program.send("post", f"/pauses/{begun['id']}/end", "").json()
    assert ended["state"] == "over"
    assert program.send("post", f"/pauses/{begun['id']}/end", "").json() == ended
    later = (clock.now() + timedelta(days=1)).isoformat()
    ahead = program.post("/pauses", {"reason": "Move", "begins_at": later}).json()
    assert ahead["state"] == "ahead"
    reasons = [one["reason"] for one in program.get("/pauses").json()["items"]]
    assert reasons == ["Move", "Outage", "acme outage"]


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"property": "plan"}, "#/values"),
        ({"values": ["Basic"]}, "#/property"),
        ({"property": "planet", "values": ["Mars"]}, "#/property"),
        ({"ends_at": "2020-01-01T00:00:00Z"}, "#/ends_at"),
        ({"begins_at": "2099-02-01T00:00:00Z", "ends_at": "2099-01-01T00:00:00Z"}, "#/ends_at"),
        ({"reason": ""}, "#/reason"),
    ],
)
def test_a_pause_that_means_nothing_is_refused(program, said, pointer):
    answer = program.post("/pauses", {"reason": "Outage", **said})
    assert answer.status_code in (400, 422), answer.content
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert len(program.get("/pauses").json()["items"]) == 1


@pytest.fixture
def asking(world):
    with tenancy.organisation(world.organisation.pk):
        programme = a_programme(
            world.organisation, metric="nps", kind="relational", name="Pulse", is_on=True
        )
        grace = a_customer(world.organisation, "grace@mail.example", external_id="grace")
    return programme, f"/programmes/{programme.pk}/waves", grace


def test_many_are_tried_asked_and_followed(world, program, asking):
    programme, path, grace = asking
    ids = [str(grace.pk), str(world.customer.pk), str(grace.pk)]
    tried = program.post(path, {"customer_ids": ids, "dry_run": True})
    assert tried.status_code == 200, tried.content
    assert (tried.json()["customers"], tried.json()["is_cut"]) == (2, False)
    assert sum(rule["count"] for rule in tried.json()["rules"]) == 2
    with tenancy.organisation(world.organisation.pk):
        assert not Wave.objects.filter(programme=programme).exists()
        assert not Decision.objects.filter(programme=programme).exists()
    begun = program.post(path, {"customer_ids": ids})
    assert (begun.status_code, begun.json()["state"]) == (202, "running")
    assert (begun.json()["kind"], begun.json()["customers"]) == ("listed", 2)
    own = begun["Location"].removeprefix("/api/v1")
    decide_waiting(clock=clock.now)
    told = program.get(own).json()
    assert (told["state"], told["asked"]) == ("finished", tried.json()["asked"])
    assert told["asked"] + told["not_asked"] == 2
    assert program.send("post", f"{own}/stop", "").json() == told
    assert program.get(path).json()["items"] == [told]


def test_a_stopped_wave_asks_nobody_else(world, program, asking):
    _, path, _ = asking
    begun = program.post(path, {"everybody": True}).json()
    assert (begun["kind"], begun["customers"]) == ("everybody", 2)
    stopped = program.send("post", f"{path}/{begun['id']}/stop", "").json()
    assert (stopped["state"], stopped["asked"]) == ("stopped", 0)
    with tenancy.organisation(world.organisation.pk):
        assert not WavePortion.objects.filter(wave=begun["id"]).exists()


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"everybody": False}, "#/customer_ids"),
        ({"everybody": True, "customer_ids": ["1"]}, "#/customer_ids"),
        ({"customer_ids": []}, "#/customer_ids"),
        ({"customer_ids": ["THEIRS"]}, "#/customer_ids/0"),
        ({"customer_ids": ["1"] * 1001, "dry_run": True}, "#/customer_ids"),
    ],
)
def test_a_wave_of_nobody_is_refused(world, program, asking, said, pointer):
    _, path, _ = asking
    theirs = str(a_world("Globex", "globex").customer.pk)
    if "customer_ids" in said:
        said = {
            **said,
            "customer_ids": [theirs if i == "THEIRS" else i for i in said["customer_ids"]],
        }
    answer = program.post(path, said)
    assert answer.status_code in (400, 422), answer.content
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert program.get(path).json()["items"] == []


def test_a_key_of_one_programme_asks_by_no_other(world, asking):
    own = a_program(world.organisation, programme_id=world.programme.pk)
    assert own.get(f"/programmes/{world.programme.pk}/waves").status_code == 200
    check_problem(own.get(asking[1]), Kind.NOT_FOUND)
    check_problem(own.post(asking[1], {"everybody": True}), Kind.NOT_FOUND)


def test_the_trail_is_read_page_by_page_and_is_ones_own(world, program):
    a_program(a_world("Globex", "globex").organisation).patch("/sending", {"is_paused": True})
    for value in (1, 2, 3):
        program.send("put", "/goals/experience", f'{{"value": {value}}}')
    first = program.get("/audit?action=goal.set&limit=2").json()
    assert [entry["after"]["value"] for entry in first["items"]] == [3, 2]
    assert first["items"][0]["before"] == {"value": 2}
    assert first["items"][0]["actor"] == "key Helpdesk"
    rest = program.get(f"/audit?action=goal.set&limit=2&cursor={first['next_cursor']}").json()
    assert [entry["after"]["value"] for entry in rest["items"]] == [1]
    assert rest["next_cursor"] is None
    every = {entry["action"] for entry in program.get("/audit?limit=200").json()["items"]}
    assert "sending.paused" not in every
