"""Pauses hold from one moment until another, for those they are about."""

from datetime import UTC, datetime, timedelta

import pytest

from surveys.rules.pauses import Pause, covering

NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("values", "context", "covers"),
    [
        (("North",), {"region": "North"}, True),
        (("north", "East"), {"region": "NORTH"}, True),
        (("North",), {"region": "South"}, False),
        (("North",), {}, False),
        (("5",), {"region": 5}, True),
        (("yes",), {"region": True}, True),
        (("true",), {"region": True}, True),
        (("True",), {"region": False}, False),
    ],
)
def test_whom_a_pause_is_about(values, context, covers):
    assert Pause("network", NOW, None, "region", values).covers(context) is covers


def test_a_pause_for_everybody_needs_no_property():
    assert Pause("strike", NOW).covers({})
    assert [Pause("strike", NOW).whom, Pause("x", NOW, None, "region", ("North", "East")).whom] == [
        "",
        "where region is North or East",
    ]


def test_it_begins_with_its_first_moment_and_is_over_with_its_last():
    pause = Pause("network", NOW, NOW + HOUR)
    held = [pause.holds(NOW + n * HOUR / 2) for n in (-1, 0, 1, 2)]
    assert held == [False, True, True, False]


def test_the_pause_that_lasts_longest_is_named():
    short, long = (Pause(name, NOW, NOW + n * HOUR) for name, n in (("a", 1), ("b", 2)))
    open_end = Pause("c", NOW)
    assert covering([short, long], {}, NOW) is long
    assert covering([short, open_end, long], {}, NOW) is open_end
    assert covering([short], {}, NOW + HOUR) is None
