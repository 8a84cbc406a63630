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


def counted(subject):
    """What is counted once the notes have arrived: they are told and not waited for."""
    until, seen = time.monotonic() + 5, []
    while time.monotonic() < until and (len(set(seen[-5:])) != 1 or len(seen) < 5 or not seen[-1]):
        time.sleep(0.01)
        seen.append(recent.count(subject))
    return seen[-1]


def test_different_values_are_counted(subject):
    assert recent.count(subject) == 0
    for value in ("4", "4", "9"):
        recent.note(subject, value, 60)
    assert counted(subject) == 2
    assert recent.count(f"{subject}x") == 0


def test_the_server_answers_no_note(subject):
    for value in range(200):
        recent.note(subject, str(value), 60)
    connection = recent._mute().connection_pool.get_connection()
    assert counted(subject) == 200
    assert not connection.can_read()


def test_a_server_that_closed_the_line_hears_the_next_notes(subject):
    recent.note(subject, "4", 60)
    assert counted(subject) == 1
    pool = recent._mute().connection_pool
    line = pool.get_connection()
    host, port = line._sock.getsockname()[:2]
    pool.release(line)
    assert (
        recent.valkey().execute_command("CLIENT", "KILL", "ADDR", f"{host}:{port}", "SKIPME", "yes")
        == 1
    )
    for value in ("5", "6", "7"):
        recent.note(subject, value, 60)
    assert recent._silent_until <= time.monotonic()
    assert counted(subject) >= 3


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
    assert counted(subject) == 1
    monkeypatch.setattr(recent, "_silent_until", time.monotonic() + 60)
    assert recent.count(subject) is None
    monkeypatch.setattr(recent, "_silent_until", time.monotonic() - 1)
    assert recent.count(subject) == 1
