"""Ratios are medians pair by pair, a pair with a stray yardstick is taken again."""

import json

import pytest

from bench.pairing import Pair, ratio_of, take_pairs
from bench.results import Figure, table, write


def feed(*values):
    numbers = iter(values)
    return lambda: next(numbers)


def test_the_two_run_in_turn_and_the_warm_up_does_not_count():
    order = []
    pairs = take_pairs(
        lambda: order.append("A") or 10.0, lambda: order.append("B") or 5.0, pairs=3, repeats=0
    )
    assert "".join(order) == "AB" * 4
    assert pairs == [Pair(10.0, 5.0)] * 3


def test_a_stray_yardstick_is_taken_again():
    pairs = take_pairs(
        feed(0, 10, 10, 30, 10, 10, 11), feed(0, 5, 5, 5, 5, 5, 5), pairs=5, repeats=3
    )
    assert [pair.yardstick for pair in pairs] == [10, 10, 11, 10, 10]


def test_the_ratio_is_the_median_of_the_ratios():
    assert ratio_of([Pair(10, 2), Pair(20, 10), Pair(10, 9)]) == 0.5


@pytest.mark.parametrize(
    ("better", "value", "verdict"),
    [
        ("higher", 0.5, "goal"),
        ("higher", 0.3, "holds"),
        ("higher", 0.1, "MISSED"),
        ("lower", 0.1, "goal"),
        ("lower", 0.5, "MISSED"),
    ],
)
def test_the_table_says_what_holds(better, value, verdict, tmp_path):
    must, goal = (0.2, 0.4) if better == "higher" else (0.3, 0.2)
    figure = Figure("answer_post", value, "ratio", must, goal, better, [value], "two workers")
    assert table([figure]).splitlines()[1].split()[-1] == verdict
    file = tmp_path / "results.json"
    write([figure], file)
    (stored,) = json.loads(file.read_text())
    assert stored == {
        "name": "answer_post",
        "value": value,
        "unit": "ratio",
        "must": must,
        "goal": goal,
        "runs": [value],
        "setup": "two workers",
        "holds": verdict != "MISSED",
    }
