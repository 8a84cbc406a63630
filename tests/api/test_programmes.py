"""Programmes and surveys by a program: made off, tried, switched on; drafted and published."""

import json
from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from api.problems import Kind
from kit import clock, tenancy
from surveys.models import Decision, Programme, SurveyVersion
from tests.api.conftest import a_program
from tests.api.problem_documents import check_problem
from tests.builders import a_customer, a_programme, an_interaction

pytestmark = pytest.mark.django_db
NEW = {"name": "After delivery", "kind": "transactional", "metric": "csat",
       "touchpoints": ["acme-billing"]}  # fmt: skip
RULES = {
    "sampling_percent": 50,
    "priority": 10,
    "oldest_days": 3,
    "reminder_days": None,
    "conditions": [{"key": "plan", "test": "is one of", "values": ["Basic", "Gold"]}],
    "hours": {"days": [1, 5], "opens": 540, "closes": 1080, "on_holidays": True},
}


def trail(world):
    with tenancy.organisation(world.organisation.pk):
        entries = AuditEntry.objects.exclude(action__startswith="key.").order_by("id")
        return list(entries.values_list("action", flat=True))


def test_a_programme_is_made_off_ruled_and_switched_on(world, program):
    made = program.post("/programmes", NEW)
    assert (made.status_code, made.json()["is_on"]) == (201, False)
    path = made["Location"].removeprefix("/api/v1")
    ruled = program.patch(path, {**RULES, "delay_minutes": 90, "is_on": True}).json()
    assert {name: ruled[name] for name in RULES} == RULES
    assert (ruled["delay_minutes"], ruled["is_on"]) == (90, True)
    assert ruled == program.get(path).json()
    assert trail(world) == [
        "programme.created", "programme.edited", "programme.ruled", "programme.hours_edited",
        "programme.switched_on",
    ]  # fmt: skip
    assert program.patch(path, {"hours": None}).json()["hours"] is None


def test_the_calendar_and_contacts_are_two_kinds(world, program):
    made = program.post(
        "/programmes",
        {"name": "Twice a year", "kind": "relational", "metric": "nps", "cadence_months": 6},
    ).json()
    assert (made["cadence_months"], made["touchpoints"]) == (6, [])
    for body in ({"touchpoints": []}, {"priority": 1}):
        check_problem(program.patch(f"/programmes/{made['id']}", body), Kind.INPUT_REFUSED)
    check_problem(
        program.patch(f"/programmes/{world.programme.pk}", {"cadence_months": 6}),
        Kind.INPUT_REFUSED,
    )


@pytest.mark.parametrize(
    ("change", "pointer"),
    [({"touchpoints": []}, "#/touchpoints"), ({"touchpoints": ["nowhere"]}, "#/touchpoints"),
     ({"name": "acme support"}, "#/name"), ({"kept_property": "plan"}, "#/kept_property"),
     ({"kind": "relational", "touchpoints": ["acme-billing"]}, "#/touchpoints")],
)  # fmt: skip
def test_what_no_programme_can_be_is_refused(world, program, change, pointer):
    answer = program.post("/programmes", {**NEW, **change})
    check_problem(answer, Kind.INPUT_REFUSED, Kind.NAME_TAKEN)
    assert answer.json()["errors"][0]["pointer"] == pointer
    with tenancy.organisation(world.organisation.pk):
        assert Programme.objects.count() == 2


@pytest.mark.parametrize(
    "change",
    [{"conditions": [{"key": "plan", "test": "is", "values": ["a", "b"]}]},
     {"conditions": [{"key": "plan", "test": "is at least", "values": ["much"]}]},
     {"hours": {"days": [1], "opens": 600, "closes": 600, "on_holidays": False}},
     {"hours": {"days": [], "opens": 0, "closes": 60, "on_holidays": False}},
     {"reminder_days": 0}, {"is_on": "yes"}, {"is_anonymous": True}, {"metric": "nps"}],
)  # fmt: skip
def test_rules_that_mean_nothing_are_refused(world, program, change):
    path = f"/programmes/{world.programme.pk}"
    before = program.get(path).json()
    check_problem(program.patch(path, change), Kind.INPUT_REFUSED, Kind.INVALID_INPUT)
    assert program.get(path).json() == before


def test_a_key_of_one_programme_changes_it_alone(world):
    with tenancy.organisation(world.organisation.pk):
        other = a_programme(world.organisation, world.touchpoint, name="Other")
    own = a_program(world.organisation, name="Own", programme_id=other.pk)
    assert own.patch(f"/programmes/{other.pk}", {"is_on": False}).status_code == 200
    for path in (f"/programmes/{world.programme.pk}", f"/surveys/{world.survey.pk}"):
        check_problem(own.get(path), Kind.NOT_FOUND)
    check_problem(own.patch(f"/programmes/{world.programme.pk}", {}), Kind.NOT_FOUND)
    check_problem(own.post("/programmes", NEW), Kind.INPUT_REFUSED)


def test_a_dry_run_says_who_would_be_asked_and_stores_nothing(world, program):
    with tenancy.organisation(world.organisation.pk):
        now = clock.now()
        fresh = a_customer(world.organisation, "grace@mail.example")
        an_interaction(
            world.organisation, fresh, world.touchpoint,
            occurred_at=now - timedelta(hours=2), recorded_at=now - timedelta(hours=1),
        )  # fmt: skip
        decided = Decision.objects.count()
    run = program.get(f"/programmes/{world.programme.pk}/dry-run").json()
    assert (run["asked"], run["not_asked"], run["rules"]) == (1, 0, [{"rule": "asked", "count": 1}])
    assert [one["customer_id"] for one in run["people"]] == [str(fresh.pk)]
    program.patch(
        f"/programmes/{world.programme.pk}",
        {"conditions": [{"key": "plan", "test": "is", "values": ["Gold"]}]},
    )
    run = program.get(f"/programmes/{world.programme.pk}/dry-run").json()
    assert (run["asked"], run["people"][0]["rule"]) == (0, "condition")
    with tenancy.organisation(world.organisation.pk):
        assert Decision.objects.count() == decided


def draft_path(world):
    return f"/surveys/{world.survey.pk}/draft"


def test_only_the_draft_that_was_read_is_published(world, program):
    path = f"/surveys/{world.survey.pk}"
    body = json.dumps({"asks_feeling": True})
    first = program.send("put", f"{path}/draft", body, If_Match="*")
    program.send("put", f"{path}/draft", json.dumps({"asks_feeling": False}), If_Match="*")
    stale = program.send("post", f"{path}/publish", "", If_Match=first["ETag"])
    check_problem(stale, Kind.PRECONDITION_FAILED)
    present = program.get(f"{path}/draft")
    assert stale["ETag"] == present["ETag"]
    published = program.send("post", f"{path}/publish", "", If_Match=present["ETag"])
    assert published.status_code == 200
    assert published["ETag"] == program.get(path)["ETag"]


def test_a_draft_is_written_whole_and_published_once(world, program):
    read = program.get(draft_path(world))
    content = read.json()["content"]
    content["asks_contact"] = True
    added = {"kind": "single", "text": "Was it solved?",
             "options": [{"text": "Yes"}, {"text": "No"}]}  # fmt: skip
    content["questions"] = [*content["questions"], added]
    put = program.send("put", draft_path(world), _json(content), If_Match=read["ETag"])
    assert put.status_code == 200
    told = put.json()
    assert (told["is_draft"], told["edited_by"]) == (True, "key Helpdesk")
    [first, second, third] = told["content"]["questions"]
    assert (first["number"], second["number"], third["number"]) == (1, 2, 3)
    assert [one["number"] for one in third["options"]] == [1, 2]
    published = program.send("post", f"/surveys/{world.survey.pk}/publish", "").json()
    assert published["versions"][0]["content"] == told["content"]
    assert (published["version"], published["has_draft"]) == (3, False)
    assert trail(world) == ["survey.drafted", "survey.published"]
    again = program.send("post", f"/surveys/{world.survey.pk}/publish", "")
    check_problem(again, Kind.NOT_POSSIBLE_NOW)
    with tenancy.organisation(world.organisation.pk):
        assert SurveyVersion.objects.filter(survey=world.survey).count() == 3


def _json(content):
    return json.dumps(content)


def test_nobody_overwrites_a_draft_that_moved(world, program):
    read = program.get(draft_path(world))
    body = _json({"asks_why": False})
    check_problem(program.send("put", draft_path(world), body), Kind.PRECONDITION_REQUIRED)
    first = program.send("put", draft_path(world), body, If_Match=read["ETag"])
    assert first.status_code == 200
    second = program.send(
        "put", draft_path(world), _json({"asks_feeling": True}), If_Match=read["ETag"]
    )
    check_problem(second, Kind.PRECONDITION_FAILED)
    thrown = program.send("delete", draft_path(world), "", If_Match=second["ETag"])
    assert thrown.json()["is_draft"] is False
    assert program.send("delete", draft_path(world), "").status_code == 200


@pytest.mark.parametrize(
    "content",
    [{"wording": {"question": "How was {nobody}?"}}, {"wording": {"no_text": "x"}},
     {"questions": [{"kind": "single", "text": "Which?", "options": [{"text": "One"}]}]},
     {"questions": [{"number": 9, "kind": "text", "text": "Mine?"}]},
     {"questions": [{"number": 1, "kind": "rating", "text": "Another kind?"}]},
     {"questions": [{"number": 1, "kind": "text", "text": "a?"}] * 2},
     {"questions": [{"number": 2, "kind": "single", "text": "Which?",
                     "options": [{"number": 9, "text": "One"}, {"text": "Two"}]}]}],
)  # fmt: skip
def test_what_no_customer_could_read_is_refused(world, program, content):
    before = program.get(draft_path(world)).json()
    answer = program.send("put", draft_path(world), _json(content), If_Match="*")
    check_problem(answer, Kind.INPUT_REFUSED)
    assert program.get(draft_path(world)).json() == before


def test_a_survey_lists_its_versions(world, program):
    told = program.get(f"/surveys/{world.survey.pk}").json()
    assert [one["number"] for one in told["versions"]] == [2, 1]
    assert told["versions"][0]["content"]["questions"][0]["text"] == "acme more?"
    assert (told["version"], told["has_draft"], told["metric"]) == (2, False, "csat")
