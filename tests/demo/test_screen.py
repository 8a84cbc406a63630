"""What the demo says while it works, on a terminal and into a pipe."""

import pytest

from cxapp.demo import screen


def work(told):
    told("Inventing: 1,000 of 3,000")
    told("Inventing: 2,000 of 3,000")
    told("Inventing: 3,000 of 3,000")
    told("Counting: 10")


def test_a_pipe_hears_how_each_step_began_and_ended(capsys):
    with screen.progress({"Inventing": 3, "Counting": 4}) as told:
        work(told)

    assert capsys.readouterr().out.splitlines() == [
        "3/5 Inventing: 1,000 of 3,000",
        "3/5 Inventing: 3,000 of 3,000",
        "4/5 Counting: 10",
    ]


def test_a_terminal_has_one_line_for_each_step(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with screen.progress({"Inventing": 3, "Counting": 4}) as told:
        work(told)
    screen.step(5, "Opening")

    lines = capsys.readouterr().out.split("\n")
    assert [line.rpartition("\x1b[K")[2] for line in lines] == [
        "3/5 Inventing: 3,000 of 3,000",
        "4/5 Counting: 10",
        "5/5 Opening",
        "",
    ]


@pytest.mark.parametrize(("typed", "agreed"), [("y\n", True), ("YES\n", True), ("\n", False)])
def test_only_a_yes_agrees(monkeypatch, typed, agreed):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdin.readline", lambda: typed)

    assert screen.agrees("Go on?") is agreed


def test_nobody_there_does_not_agree(monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)

    assert screen.agrees("Go on?") is False
