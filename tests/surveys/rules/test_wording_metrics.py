"""Tests of scales, groups and the scores that are taken."""

import pytest

from surveys.rules.metrics import SCALES, Metric, ScoreRefused


@pytest.mark.parametrize(
    ("metric", "points", "worded"),
    [(Metric.NPS, 11, False), (Metric.CSAT, 5, True), (Metric.CES, 7, True)],
)
def test_every_point_is_read_from_its_number_and_its_text(metric, points, worded):
    scale = SCALES[metric]
    assert len(scale.scores) == points
    assert scale.is_worded is worded
    for point in scale.scores:
        assert scale.read(point) == point
        assert scale.read(str(point)) == point


@pytest.mark.parametrize(
    "raw",
    [-1, 11, 4.5, 4.0, "4.5", "4.0", "", " 4", "4 ", "04", "+4", "-1", "11", "1e1", "\uff19",
     "\u0664", "\u2463", "4\n", "4\x00", "NaN", True, False, None, [4], b"4", 2**63, "9" * 5000],
)  # fmt: skip
def test_what_is_no_whole_number_on_the_scale_is_refused(raw):
    with pytest.raises(ScoreRefused, match=r"^The score must be a whole number from 0 to 10\.$"):
        SCALES[Metric.NPS].read(raw)


@pytest.mark.parametrize(
    ("metric", "raw", "bounds"), [(Metric.CSAT, 0, "1 to 5"), (Metric.CSAT, "6", "1 to 5"),
                                  (Metric.CES, "0", "1 to 7"), (Metric.CES, 8, "1 to 7")],
)  # fmt: skip
def test_each_scale_refuses_its_own_neighbours(metric, raw, bounds):
    with pytest.raises(ScoreRefused, match=bounds):
        SCALES[metric].read(raw)


@pytest.mark.parametrize(
    ("metric", "groups"),
    [
        (Metric.NPS, ["low"] * 7 + ["middle"] * 2 + ["high"] * 2),
        (Metric.CSAT, ["low"] * 2 + ["middle"] + ["high"] * 2),
        (Metric.CES, ["low"] * 4 + ["high"] * 3),
    ],
)
def test_groups(metric, groups):
    scale = SCALES[metric]
    assert [scale.group(point) for point in scale.scores] == groups


def test_labels_stand_at_both_ends():
    assert SCALES[Metric.NPS].label(0) == "Not at all likely"
    assert SCALES[Metric.NPS].label(5) == ""
    assert SCALES[Metric.NPS].label(10) == "Extremely likely"
    assert SCALES[Metric.CES].label(4) == "Neither"
