"""What was seen lately: counted while Valkey answers, nothing worse than unknown when not."""

import secrets
import time

import pytest

from kit import recent


@pytest.fixture
def subject():
    recent.forget_connection()
    yield secrets.token_hex(8)
    recent.forget_connection()


def test_different_values_are_counted(subject):
    assert recent.count(subject) == 0
    for value in ("4", "4", "9"):
        recent.note(subject, value, 60)
    assert recent.count(subject) == 2
    assert recent.count(f"{subject}x") == 0


def test_what_is_old_is_forgotten(subject):
    recent.note(subject, "4", 1)
    time.sleep(1.1)
    assert recent.count(subject) == 0


def test_without_valkey_nobody_can_say_and_nobody_waits(subject, monkeypatch):
    monkeypatch.setattr(recent, "_address", lambda: "redis://127.0.0.1:1/0")
    recent.forget_connection()
    started = time.monotonic()
    for _ in range(50):
        recent.note(subject, "4", 60)
        assert recent.count(subject) is None
    assert time.monotonic() - started < 2


def test_it_is_asked_again_after_a_pause(subject, monkeypatch):
    recent.note(subject, "4", 60)
    monkeypatch.setattr(recent, "_silent_until", time.monotonic() + 60)
    assert recent.count(subject) is None
    monkeypatch.setattr(recent, "_silent_until", time.monotonic() - 1)
    assert recent.count(subject) == 1
