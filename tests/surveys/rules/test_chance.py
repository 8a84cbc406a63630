"""Lots: the same for the same names, evenly spread, and independent of each other."""

from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.chance import is_drawn, lot, weight

MANY = 20_000


def test_the_lot_of_a_name_never_changes():
    """Written down: an update that moved it would draw other people on the same occasion."""
    lots = [lot("draw", 3, 812, "interaction:9"), lot("holdout", 1, 1)]
    assert [round(each, 6) for each in lots] == [0.633416, 0.96462]


def test_a_share_of_many_is_drawn():
    """Within four standard deviations of the share."""
    for percent in (1, 10, 50, 90):
        drawn = sum(is_drawn(percent, "draw", 3, number) for number in range(MANY))
        spread = (MANY * percent / 100 * (1 - percent / 100)) ** 0.5
        assert abs(drawn - MANY * percent / 100) < 4 * spread


def test_two_programmes_draw_independently():
    both = sum(
        is_drawn(50, "draw", 3, number) and is_drawn(50, "draw", 4, number)
        for number in range(MANY)
    )
    assert abs(both - MANY / 4) < 4 * (MANY * 3 / 16) ** 0.5


@given(st.integers(1, 99), st.integers(1, 99), st.integers())
def test_whoever_is_drawn_stays_so_at_a_higher_rate(low, high, number):
    low, high = sorted((low, high))
    assert is_drawn(low, number) <= is_drawn(high, number)
    assert is_drawn(100, number)


def test_whoever_is_drawn_stands_for_the_others():
    assert [weight(percent) for percent in (100, 50, 25)] == [1.0, 2.0, 4.0]
