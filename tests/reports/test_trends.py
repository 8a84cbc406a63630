"""The points of a trend: put together where single ones hold too few answers for a line."""

from datetime import date, timedelta

import pytest

from metrics.queries.scores import Point
from metrics.statistics.definitions import CSAT
from metrics.statistics.figures import figure
from reports.queries.trends import has_shape, joined

MONDAY, WEEK = date(2026, 1, 5), timedelta(weeks=1)


def weeks(*sizes):
    return [
        Point(
            MONDAY + WEEK * number,
            MONDAY + WEEK * (number + 1) - timedelta(days=1),
            figure(CSAT, {5: size} if size else {}),
            {"suspect": 1},
        )
        for number, size in enumerate(sizes)
    ]


@pytest.mark.parametrize(
    ("sizes", "by", "found"),
    [
        ([9, 9, 9, 9, 9], 1, [9, 9, 9, 9, 9]),
        ([9, 9, 2, 9, 9], 1, [9, 9, 2, 9, 9]),  # one break in a quarter is borne
        ([1, 9, 9, 9, 1], 1, [1, 9, 9, 9, 1]),  # cut weeks at both ends break nothing
        ([9, 1, 9, 1, 9, 9], 2, [10, 10, 18]),
        ([3, 3, 3, 3, 3], 2, [3, 6, 6]),  # the newest are whole
        ([5, 1, 0, 2, 5, 2, 1, 1, 6], 4, [5, 8, 10]),
        ([1, 0, 1, 0, 1, 0, 1, 0], 4, [2, 2]),
        ([0, 40, 0, 0, 40, 0], 1, [0, 40, 0, 0, 40, 0]),  # nobody answered: the line may break
        ([0, 2, 5, 2, 1, 3], 2, [2, 7, 4]),
        ([], 1, []),
    ],
)
def test_weeks_are_put_together_until_they_make_a_line(sizes, by, found):
    points, wide = joined(weeks(*sizes))

    assert ([point.figure.n for point in points], wide) == (found, by)
    assert sum(found) == sum(sizes)


def test_what_is_put_together_knows_its_days_and_what_it_leaves_out():
    (_, last), _ = joined(weeks(9, 1, 1, 9), tolerated=0)

    assert (last.first, last.last) == (MONDAY + 2 * WEEK, MONDAY + 4 * WEEK - timedelta(days=1))
    assert last.left_out == {"suspect": 2}


def test_a_small_shape_bears_no_break_at_all():
    assert joined(weeks(9, 9, 2, 9, 9, 9), tolerated=0)[1] == 2


def test_a_line_needs_two_points_of_five_answers():
    assert has_shape(weeks(5, 1, 5))
    assert not has_shape(weeks(4, 4, 5, 4))
