"""Rules of the house that no linter knows, read from the source."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent.parent
STREAM = ["kit", "events", "accounts", "surveys", "metrics", "reports"]
DOORS = ["respond", "console", "api"]
PACKAGES = [*STREAM, *DOORS, "cxapp"]
VAGUE = {"utils", "helpers", "common", "services", "managers", "misc", "util", "helper"}
PUBLISHING = {"delay", "apply_async", "send_task", "s", "si"}
# events.publishing tells the worker after the commit; the drains are woken by beat.
MAY_PUBLISH = {"events/publishing.py", "cxapp/schedule.py"}


def sources():
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def named(path):
    return str(path.relative_to(ROOT))


def calls(path):
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]


def test_the_walk_sees_the_code():
    assert len(sources()) > 50


def test_no_module_is_called_by_a_word_that_says_nothing():
    assert [named(path) for path in sources() if path.stem in VAGUE] == []


def test_nobody_publishes_to_the_broker_by_hand():
    offenders = {
        named(path)
        for path in sources()
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr in PUBLISHING
    }

    assert offenders <= MAY_PUBLISH, "a row is the truth; the broker only wakes somebody up"


def test_no_task_waits_in_the_broker():
    offenders = [
        named(path)
        for path in sources()
        for call in calls(path)
        for keyword in call.keywords
        if keyword.arg in {"eta", "countdown"}
    ]

    assert offenders == [], "what is due later is a row with due_at"


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
