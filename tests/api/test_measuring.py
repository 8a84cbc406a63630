"""What is written beside figures by a program: annotations, goals, benchmarks, versions, tags."""

import json

import pytest

from accounts.models import AuditEntry
from api.problems import Kind
from kit import tenancy
from metrics.models import TrackingWish
from surveys.models import ResponseTag
from tests.api.conftest import a_program, a_world
from tests.api.problem_documents import check_problem

pytestmark = pytest.mark.django_db
RELEASE = {"on_day": "2026-05-01", "text": "Release 4.2"}
OFCOM = {
    "card": "experience", "value": 21, "source": "Ofcom", "year": 2025, "method": "Panel", "n": 9,
}  # fmt: skip
ANEW = {"seen_version": 1, "reason": "New words", "since_on": "2026-05-01"}


def trail(world, kind):
    with tenancy.organisation(world.organisation.pk):
        rows = AuditEntry.objects.filter(object_type=kind).order_by("id")
        return list(rows.values_list("action", "actor"))


def test_a_release_is_written_onto_the_trends_moved_and_taken_off(world, program):
    made = program.post("/annotations", {**RELEASE, "touchpoint": world.touchpoint.slug})
    told = made.json()
    assert (made.status_code, made["Location"]) == (201, f"/api/v1/annotations/{told['id']}")
    assert (told["touchpoint"], told["programme_id"]) == (world.touchpoint.slug, None)
    path = f"/annotations/{told['id']}"
    programme_id = str(world.programme.pk)
    seen = program.get(path)["ETag"]
    moved = program.patch(path, {"touchpoint": None, "programme_id": programme_id})
    assert moved.json() == {**told, "touchpoint": None, "programme_id": programme_id}
    stale = program.patch(path, {"text": "Late"}, If_Match=seen)
    check_problem(stale, Kind.PRECONDITION_FAILED)
    assert program.send("delete", path, "").status_code == 204
    check_problem(program.get(path), Kind.NOT_FOUND)
    assert trail(world, "annotation") == [
        (f"annotation.{act}", "key Helpdesk") for act in ("created", "edited", "removed")
    ]


@pytest.mark.parametrize(
    ("path", "said", "pointer"),
    [
        ("/annotations", {**RELEASE, "on_day": "1980-01-01"}, "#/on_day"),
        ("/annotations", {**RELEASE, "on_day": "tomorrow"}, "#/on_day"),
        ("/annotations", {**RELEASE, "text": "x" * 81}, "#/text"),
        ("/annotations", {**RELEASE, "touchpoint": "globex-billing"}, "#/touchpoint"),
        ("/annotations", {**RELEASE, "programme_id": "THEIRS"}, "#/programme_id"),
        (
            "/annotations",
            {**RELEASE, "touchpoint": "acme-billing", "programme_id": "OURS"},
            "#/programme_id",
        ),
        ("/benchmarks", {**OFCOM, "card": "service", "value": -1}, "#/value"),
        ("/benchmarks", {**OFCOM, "n": 0}, "#/n"),
        ("/metrics/csat/versions", {**ANEW, "cut": 1}, "#"),
        ("/metrics/nps/versions", {**ANEW, "cut": 9}, "#"),
        ("/metrics/csat/versions", {**ANEW, "since_on": "2990-01-01"}, "#"),
        ("/metrics/csat/versions", {**ANEW, "window_days": 31}, "#/window_days"),
    ],
)
def test_what_is_wrong_is_named(world, program, path, said, pointer):
    theirs = a_world("Globex", "globex").programme.pk
    ids = {"THEIRS": str(theirs), "OURS": str(world.programme.pk)}
    answer = program.post(path, {name: ids.get(value, value) for name, value in said.items()})
    assert answer.status_code in (400, 422), answer.content
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_a_goal_is_set_moved_and_given_up(world, program):
    assert [goal["card"] for goal in program.get("/goals").json()["items"]] == ["service"]
    body = '{"value": 30, "by_on": "2027-03-31"}'
    told = program.send("put", "/goals/experience", body).json()
    assert (told["value"], told["by_on"]) == (30, "2027-03-31")
    again = program.send("put", "/goals/experience", '{"value": 35}').json()
    assert (again["value"], again["by_on"]) == (35, None)
    check_problem(program.send("put", "/goals/service", '{"value": -1}'), Kind.INPUT_REFUSED)
    check_problem(program.send("put", "/goals/price", '{"value": 1}'), Kind.NOT_FOUND)
    assert program.send("delete", "/goals/experience", "").status_code == 204
    check_problem(program.send("delete", "/goals/experience", ""), Kind.NOT_FOUND)
    assert [goal["value"] for goal in program.get("/goals").json()["items"]] == [80]


def test_one_source_has_one_benchmark_a_year(program):
    told = program.post("/benchmarks", OFCOM).json()
    check_problem(program.post("/benchmarks", OFCOM), Kind.NAME_TAKEN)
    path = f"/benchmarks/{told['id']}"
    assert program.get(path).json() == told
    assert program.send("delete", path, "").status_code == 204
    assert program.post("/benchmarks", OFCOM).status_code == 201


def test_a_version_counts_from_then_on_and_its_predecessor_stays(program):
    made = program.post("/metrics/csat/versions", {**ANEW, "cut": 5})
    assert (made.status_code, made.json()["name"]) == (201, "csat@2")
    assert program.get("/metrics/csat").json()["definition"]["cut"] == 5
    path = made["Location"].removeprefix("/api/v1")
    assert program.get(path).json()["definition"]["version"] == 2
    names = [one["name"] for one in program.get("/metrics/csat/versions").json()["items"]]
    assert names == ["csat@2", "csat@1"]
    late = program.post("/metrics/csat/versions", {**ANEW, "cut": 3})
    check_problem(late, Kind.NOT_POSSIBLE_NOW)
    check_problem(program.post("/metrics/price/versions", ANEW), Kind.NOT_FOUND)


def test_what_a_version_does_not_name_stays(program):
    program.post("/metrics/csat/versions", {**ANEW, "cut": 5, "window_days": 30})
    program.post("/metrics/csat/versions", {**ANEW, "seen_version": 2})
    definition = program.get("/metrics/csat").json()["definition"]
    assert [definition[name] for name in ("version", "cut", "window_days")] == [3, 5, 30]


def test_a_property_is_wished_for_once_and_taken_back(world, program):
    program.post("/customers", {"email": "grace@mail.example", "properties": {"plan": "Basic"}})
    told = program.get("/properties").json()
    known = {one["key"]: one for one in told["items"]}
    assert known["plan"] == {
        "key": "plan", "types": {"customer": "text"}, "tracking": "free", "values": 0,
    }  # fmt: skip
    wished = program.post("/properties/track", {"key": "plan"}).json()
    assert (wished["items"][0]["tracking"], wished["free"]) == ("coming", told["free"] - 1)
    check_problem(program.post("/properties/track", {"key": "plan"}), Kind.NOT_POSSIBLE_NOW)
    assert program.post("/properties/give-up", {"key": "plan"}).json() == told
    with tenancy.organisation(world.organisation.pk):
        assert not TrackingWish.objects.exists()
    for number in range(told["free"]):
        program.post("/properties/track", {"key": f"p{number}"})
    check_problem(program.post("/properties/track", {"key": "plan"}), Kind.INPUT_REFUSED)


def test_a_tag_is_counted_renamed_and_taken_away(world, program):
    path = f"/tags/{world.tag.pk}"
    assert program.get("/tags").json()["items"][0] == program.get(path).json()
    assert program.get(path).json()["responses"] == 1
    program.post(f"/responses/{world.response.pk}/tags", {"name": "late"})
    check_problem(program.patch(path, {"name": "Late"}), Kind.NAME_TAKEN)
    renamed = program.patch(path, {"name": "slow"}).json()
    assert (renamed["name"], renamed["responses"]) == ("slow", 1)
    assert program.send("delete", path, "").status_code == 204
    with tenancy.organisation(world.organisation.pk):
        assert list(ResponseTag.objects.values_list("tag__name", flat=True)) == ["late"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/annotations", ""),
        ("post", "/annotations", '{"on_day": "2026-05-01", "text": "x"}'),
        ("get", "/goals", ""),
        ("put", "/goals/service", '{"value": 1}'),
        ("delete", "/goals/service", ""),
        ("get", "/benchmarks", ""),
        ("get", "/properties", ""),
        ("post", "/properties/track", '{"key": "plan"}'),
        ("post", "/metrics/csat/versions", json.dumps(ANEW)),
        ("get", "/tags", ""),
        ("get", "/sending", ""),
        ("patch", "/sending", '{"is_paused": true}'),
        ("get", "/pauses", ""),
        ("post", "/pauses", '{"reason": "x"}'),
        ("get", "/audit", ""),
    ],
)  # fmt: skip
def test_a_key_of_one_programme_reaches_nothing_of_all(world, method, path, body):
    program = a_program(world.organisation, programme_id=world.programme.pk)
    check_problem(program.send(method, path, body), Kind.SCOPE_MISSING)
