"""What counts as a score, and what is refused."""

import pytest

from metrics.statistics import nps
from metrics.statistics.definitions import CES, CSAT, DEFAULTS, NPS, Definition, Kind
from metrics.statistics.figures import figure
from metrics.statistics.scores import (
    CSAT_SCALE,
    NPS_SCALE,
    BadScore,
    Scale,
    check_histogram,
    histogram,
)
from surveys.rules.metrics import SCALES, Metric


@pytest.mark.parametrize("value", [6.5, 7.0, -1, 11, True, False, "\uff19", "9", None, b"9", [9]])
def test_anything_but_a_whole_number_of_the_scale_is_refused(value):
    with pytest.raises(BadScore, match="A score is a whole number from 0 to 10"):
        NPS_SCALE.check(value)


def test_every_whole_number_of_the_scale_is_taken():
    assert [NPS_SCALE.check(score) for score in range(11)] == list(range(11))
    assert [CSAT_SCALE.check(score) for score in range(1, 6)] == [1, 2, 3, 4, 5]


def test_the_refusal_names_the_value():
    with pytest.raises(BadScore) as refused:
        NPS_SCALE.check("\uff19")
    assert str(refused.value) == "A score is a whole number from 0 to 10, not '\uff19'."


def test_a_bad_score_among_good_ones_stops_the_count():
    with pytest.raises(BadScore):
        nps.count([10, 9, 11])


def test_histogram_counts_each_score():
    assert histogram([5, 5, 1], CSAT_SCALE) == {5: 2, 1: 1}


@pytest.mark.parametrize("counts", [{11: 1}, {5: -1}, {5: 1.5}, {5: True}, {"5": 1}])
def test_impossible_histograms_are_refused(counts):
    with pytest.raises(BadScore):
        check_histogram(counts, NPS_SCALE)
    with pytest.raises(BadScore):
        figure(NPS, counts)


def test_a_scale_needs_two_ends():
    with pytest.raises(ValueError, match="two ends"):
        Scale(5, 5)


@pytest.mark.parametrize(
    ("kind", "scale", "cut"),
    [
        (Kind.NPS, NPS_SCALE, 9),
        (Kind.NPS, CSAT_SCALE, None),
        (Kind.CSAT, CSAT_SCALE, None),
        (Kind.CSAT, CSAT_SCALE, 1),
        (Kind.CSAT, CSAT_SCALE, 6),
    ],
)
def test_definitions_that_mean_nothing_are_refused(kind, scale, cut):
    with pytest.raises(ValueError, match=r"NPS|cut"):
        Definition(kind=kind, scale=scale, cut=cut, words="")


def test_the_default_cuts():
    assert (NPS.cut, CSAT.cut, CES.cut) == (None, 4, 5)
    assert (NPS.bounds, CSAT.bounds) == ((-100, 100), (0, 100))
    assert (NPS.smallest_change, CSAT.smallest_change) == (0.03, 0.02)


def test_what_is_measured_is_what_is_asked():
    asked = {metric: (scale.lowest, scale.highest) for metric, scale in SCALES.items()}
    measured = {
        kind: (definition.scale.low, definition.scale.high) for kind, definition in DEFAULTS.items()
    }
    assert measured == asked
    assert [DEFAULTS[Kind(metric)].question for metric in Metric] == [
        "nps 0-10",
        "csat 1-5",
        "ces 1-7",
        "faces 1-5",
    ]
