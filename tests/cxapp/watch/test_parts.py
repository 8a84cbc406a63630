"""A part that hangs is answered for in time, and however many ask, it is asked once."""

import threading

import pytest

from cxapp.watch.parts import Part, answers_of

LONG = 30  # seconds nobody waits for unless the test has failed


@pytest.fixture
def hanging():
    """A part that answers when it is let go, and how often it was asked."""
    let_go, asked = threading.Event(), []

    def ask():
        asked.append(threading.current_thread())
        assert let_go.wait(LONG)
        return "late answer"

    yield Part(ask, "silent"), let_go, asked
    let_go.set()


def test_what_hangs_is_silent_and_its_neighbour_is_heard(hanging):
    part, _, _ = hanging
    quick = Part(lambda: "here", "silent")
    assert quick.answer().result(LONG) == "here"
    assert answers_of([part, quick], seconds=0.05) == ["silent", "here"]


def test_what_hangs_holds_one_thread_however_many_ask(hanging):
    part, let_go, asked = hanging
    assert [answers_of([part], seconds=0.01) for _ in range(20)] == [["silent"]] * 20
    assert len(asked) == 1
    let_go.set()
    assert part.answer().result(LONG) == "late answer"


def test_an_answer_is_good_for_a_moment_and_then_asked_anew(monkeypatch):
    answers = iter(["first", "second"])
    part = Part(lambda: next(answers), "silent")
    assert [part.answer().result(LONG) for _ in range(3)] == ["first"] * 3
    monkeypatch.setattr("cxapp.watch.parts.FRESH", 0.0)
    assert part.answer().result(LONG) == "second"


def test_a_question_that_fails_says_so():
    part = Part(lambda: 1 // 0, 7)
    with pytest.raises(ZeroDivisionError):
        part.answer().result(LONG)
