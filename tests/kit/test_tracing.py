"""Ids of requests: whose are taken over, and what belongs to which."""

import pytest

from kit import tracing


@pytest.fixture(autouse=True)
def nothing_runs():
    yield
    tracing.end()


@pytest.mark.parametrize(
    "given", ["0af7651916cd43dd8448eb211c80319c", "req-2026.05_1", "a" * 64, "7f3e2d1c"]
)
def test_a_well_formed_id_is_taken_over(given):
    assert tracing.accepted(given) == given


@pytest.mark.parametrize(
    "given",
    ["", "short", "a" * 65, "two words", "ada@mail.example", "line\nbreak-1", "-leading-dash",
     "\x1b[31mred-red", "ünïcödé-id", "abcdefgh\n"],
)  # fmt: skip
def test_any_other_gets_one_of_ours(given):
    made = tracing.accepted(given)
    assert made != given
    assert len(made) == 32
    assert tracing.accepted(given) != made


def test_facts_belong_to_what_runs():
    tracing.note(organisation=7)
    assert tracing.facts() == {}
    tracing.begin("request-one")
    tracing.note(organisation=7, member=None)
    assert tracing.facts() == {"request_id": "request-one", "organisation": 7}
    tracing.begin("request-two")
    assert tracing.facts() == {"request_id": "request-two"}


def test_what_follows_from_a_request_carries_its_id():
    tracing.begin("task-0001", task="events.dispatch")
    with tracing.following("request-one"):
        assert tracing.facts() == {"request_id": "request-one", "task": "events.dispatch"}
    assert tracing.request_id() == "task-0001"
    with tracing.following(""):
        assert tracing.request_id() == "task-0001"
