"""Alerts by a program: who is told of which answers; the chat's address is never told again."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from api.problems import Kind
from followup.models import AlertRule, WebhookEndpoint
from kit import tenancy
from tests.api.conftest import a_program, a_world
from tests.api.problem_documents import check_problem
from tests.builders import a_member, an_alert_rule

pytestmark = pytest.mark.django_db
CHAT = "https://hooks.chat.example/T1/secret-part"


@pytest.fixture
def maya(world):
    return a_member(world.organisation, email="maya@staff.example")


def trail(world):
    with tenancy.organisation(world.organisation.pk):
        rows = AuditEntry.objects.filter(action__startswith="alert_rule.").order_by("id")
        return list(rows.values_list("action", "actor"))


def test_one_is_made_changed_switched_and_removed(world, program, maya):
    body = {"name": "Bad bills", "members": ["Maya@staff.example"], "chat_url": CHAT}
    made = program.post("/alerts", {**body, "programme_ids": [str(world.programme.pk)]})
    assert made.status_code == 201, made.content
    told = made.json()
    assert [told[name] for name in ("groups", "members", "chat", "per_hour", "is_on")] == [
        ["low"], ["maya@staff.example"], "https://hooks.chat.example", 10, True,
    ]  # fmt: skip
    assert "secret-part" not in made.content.decode()
    path = f"/alerts/{told['id']}"
    changed = program.patch(path, {"groups": ["low", "middle"], "is_on": False})
    assert (changed.json()["groups"], changed.json()["is_on"]) == (["low", "middle"], False)
    assert changed.json()["chat"] == "https://hooks.chat.example"
    assert program.patch(path, {"chat_url": None}).json()["chat"] == ""
    with tenancy.organisation(world.organisation.pk):
        assert not WebhookEndpoint.objects.filter(name="Bad bills").exists()
    assert program.send("delete", path, "").status_code == 204
    check_problem(program.get(path), Kind.NOT_FOUND)
    assert trail(world) == [
        (f"alert_rule.{act}", "key Helpdesk")
        for act in ("created", "edited", "switched_off", "edited", "removed")
    ]


def test_a_stale_change_is_refused(program, world):
    path = f"/alerts/{world.alert.pk}"
    seen = program.get(path)["ETag"]
    program.patch(path, {"per_hour": 3})
    answer = program.patch(path, {"per_hour": 4}, If_Match=seen)
    check_problem(answer, Kind.PRECONDITION_FAILED)


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({}, "#/members"),
        ({"members": ["stranger@staff.example"]}, "#/members/0"),
        ({"chat_url": "http://127.0.0.1/hook"}, "#/chat_url"),
        ({"chat_url": CHAT, "programme_ids": ["999999"]}, "#/programme_ids"),
        ({"chat_url": CHAT, "groups": []}, "#/groups"),
        ({"chat_url": CHAT, "per_hour": 0}, "#/per_hour"),
        ({"chat_url": CHAT, "created_by": "x"}, "#/created_by"),
    ],
)
def test_what_is_wrong_is_named(world, program, said, pointer):
    a_member(a_world("Globex", "globex").organisation, email="stranger@staff.example")
    answer = program.post("/alerts", {"name": "Bad bills", **said})
    assert answer.status_code in (400, 422), answer.content
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert trail(world) == []


def test_a_key_of_one_programme_settles_none(world):
    mine = a_program(world.organisation, name="One", programme_id=world.programme.pk)
    check_problem(mine.get("/alerts"), Kind.SCOPE_MISSING)
    check_problem(mine.patch(f"/alerts/{world.alert.pk}", {"per_hour": 1}), Kind.SCOPE_MISSING)


def test_three_take_as_many_statements_as_one(world, program, maya):
    counts = []
    program.get("/alerts")
    with tenancy.organisation(world.organisation.pk):
        AlertRule.objects.all().delete()
    for more in (1, 2):
        with tenancy.organisation(world.organisation.pk):
            for number in range(more):
                an_alert_rule(world.organisation, maya, name=f"{more} {number}")
        with CaptureQueriesContext(connections["default"]) as queries:
            assert program.get("/alerts").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
