"""Rules of the house that no linter knows, read from the source."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from tests.chaos.points import EXPORTS, IMPORTS, POINTS

ROOT = Path(__file__).resolve().parent.parent.parent
STREAM = ["kit", "events", "accounts", "surveys", "metrics", "followup", "reports"]
DOORS = ["respond", "console", "api"]
PACKAGES = [*STREAM, *DOORS, "cxapp"]
VAGUE = {"utils", "helpers", "common", "services", "managers", "misc", "util", "helper"}
PUBLISHING = {"delay", "apply_async", "send_task", "s", "si", "signature", "retry"}
WAITING = {"eta", "countdown"}


def sources():
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def named(path):
    return str(path.relative_to(ROOT))


def calls(source):
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]


def publishes(call):
    return isinstance(call.func, ast.Attribute) and call.func.attr in PUBLISHING


def waits_in_the_broker(call):
    return any(keyword.arg in WAITING for keyword in call.keywords)


def offenders(is_wrong):
    return {named(path) for path in sources() for call in calls(path.read_text()) if is_wrong(call)}


def test_the_walk_sees_the_code():
    assert len(sources()) > 50


def test_no_module_is_called_by_a_word_that_says_nothing():
    assert [named(path) for path in sources() if path.stem in VAGUE] == []


def test_nobody_publishes_to_the_broker():
    """Beat alone does: in a request or a transaction it would tell of what may never commit."""
    assert offenders(publishes) == set(), "a row is the truth; the broker only wakes somebody up"


def test_no_task_waits_in_the_broker():
    assert offenders(waits_in_the_broker) == set(), "what is due later is a row with due_at"


@pytest.mark.parametrize(
    ("source", "is_wrong"),
    [
        ("with transaction.atomic():\n    deliver.delay(4711)", publishes),
        ("def view(request):\n    tasks.deliver.apply_async((1,))", publishes),
        ("app.send_task('surveys.deliver')", publishes),
        ("self.retry()", publishes),
        ("deliver.apply_async((1,), countdown=60)", waits_in_the_broker),
        ("deliver.apply_async((1,), eta=soon)", waits_in_the_broker),
    ],
)
def test_the_gate_sees_what_it_forbids(source, is_wrong):
    assert any(map(is_wrong, calls(source)))


def test_the_places_where_the_product_is_killed_are_those_we_know():
    """A point that got lost would leave its place untested, and nobody would notice."""
    found = [
        call.args[0].value
        for path in sources()
        for call in calls(path.read_text())
        if isinstance(call.func, ast.Name) and call.func.id == "failpoint"
    ]

    assert sorted(found) == sorted([*POINTS, *IMPORTS, *EXPORTS])
    assert len(POINTS) >= 25


def foreign_keys():
    return [
        field
        for model in apps.get_models()
        if model._meta.app_label in STREAM
        for field in model._meta.local_fields
        if field.is_relation and field.related_model._meta.app_label in STREAM
    ]


@pytest.mark.parametrize("field", foreign_keys(), ids=str)
def test_foreign_keys_between_apps_point_left_and_name_nothing_there(field):
    here = STREAM.index(field.model._meta.app_label)
    there = STREAM.index(field.related_model._meta.app_label)

    assert there <= here
    if there < here:
        assert field.remote_field.related_name == "+"
