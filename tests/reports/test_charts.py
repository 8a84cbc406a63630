"""Charts: what a picture says, that a strict page may hold it, that its name is stable."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from reports.charts.bars import Part, columns, spread
from reports.charts.drawing import draw, key_of
from reports.charts.levels import Level
from reports.charts.scatter import Place, positions
from reports.charts.theme import PAPER
from reports.charts.trends import (
    NPS_RANGE,
    SHARE_RANGE,
    Frame,
    Note,
    Point,
    limits_of,
    score_text,
    sparkline,
    trend,
)

SVG = "{http://www.w3.org/2000/svg}"
SHARES = Frame(limits=SHARE_RANGE, unit=" %", signed=False)


def weeks(*scores: float | None, n: int = 120) -> list[Point]:
    start = date(2026, 8, 3)
    return [
        Point(
            on=start + timedelta(weeks=place),
            score=score,
            low=None if score is None else score - 6,
            high=None if score is None else score + 6,
            n=0 if score is None else n,
        )
        for place, score in enumerate(scores)
    ]


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def paths(svg: str, fill: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return [node.get("d", "") for node in root.iter(f"{SVG}path") if node.get("fill") == fill]


def test_a_trend_writes_its_last_score_and_the_days_of_its_axis():
    svg = draw(trend(weeks(40, 38, 41, 22.5), frame=Frame(), description="NPS by week"))

    assert "+23" in texts(svg)
    assert "10 Aug" in texts(svg) or "9 Aug" in texts(svg)


def test_a_share_is_written_with_a_percent_sign_and_no_plus():
    written = texts(draw(trend(weeks(80, 82, 81), frame=SHARES, description="CSAT")))

    assert "81 %" in written
    assert not any(text.startswith("+") for text in written)


def test_the_band_is_drawn_around_every_bucket_with_answers():
    [band] = paths(
        draw(trend(weeks(40, 30, 20), frame=Frame(), description="")), "var(--chart-band)"
    )

    assert len(re.findall(r"[ML]", band)) == 6  # three upper and three lower corners


def test_a_bucket_without_answers_breaks_line_and_band_instead_of_becoming_zero():
    [band] = paths(
        draw(trend(weeks(40, 30, None, 20, 25), frame=Frame(), description="")), "var(--chart-band)"
    )

    assert band.count("M") == 2


@pytest.mark.parametrize(("n", "fill"), [(24, "var(--chart-surface)"), (25, "var(--chart-line)")])
def test_buckets_under_25_answers_are_hollow(n, fill):
    svg = draw(trend(weeks(40, 30, 20, n=n), frame=Frame(), description=""))

    assert len(paths(svg, fill)) == 3


def test_a_week_with_few_answers_stands_apart_and_pulls_no_line_down():
    points = weeks(82, 84, 0, 83, 85)
    points[2] = replace(points[2], n=4)
    svg = draw(trend(points, frame=SHARES, description=""))

    [band] = paths(svg, "var(--chart-band)")
    assert band.count("M") == 2, "as where nobody answered"
    faint = [
        node
        for node in ElementTree.fromstring(svg).iter(f"{SVG}path")
        if node.get("opacity") == "0.55"
    ]
    assert len(faint) == 1
    assert limits_of(points, SHARE_RANGE)[0] == 0, "its dot is on the picture"
    assert len(paths(svg, "var(--chart-line)")) == 4
    points[2] = replace(points[2], n=5)
    [band] = paths(draw(trend(points, frame=SHARES, description="")), "var(--chart-band)")
    assert band.count("M") == 1


def test_the_last_week_is_named_only_where_it_has_a_score():
    points = weeks(82, 84, 0)
    points[2] = replace(points[2], n=1)
    assert "84 %" in texts(draw(trend(points, frame=SHARES, description="")))


def test_notes_inside_the_period_are_flagged_and_others_left_out():
    notes = [
        Note(on=date(2026, 8, 11), name="New billing system"),
        Note(on=date(2025, 1, 1), name="Long ago"),
    ]
    written = texts(draw(trend(weeks(40, 30, 20), frame=Frame(), description="", notes=notes)))

    assert "New billing system" in written
    assert "Long ago" not in written


def test_words_of_users_stay_words():
    name = '<script>alert(1)</script>" onload="x'
    svg = draw(
        trend(
            weeks(1, 2),
            frame=Frame(),
            description=name,
            notes=[Note(on=date(2026, 8, 4), name=name)],
        )
    )
    root = ElementTree.fromstring(svg)

    assert root.get("aria-label") == name
    assert root.get("onload") is None
    assert list(root.iter(f"{SVG}script")) == []


@pytest.mark.parametrize(
    "spec",
    [
        trend(weeks(40, 30, 20), frame=Frame(), description="a"),
        trend([], frame=Frame(), description="b"),
        sparkline(weeks(40, 30), frame=Frame(width=120, height=32), description="c"),
        spread([Part(name="x", count=3, tone="promoter")], description="d"),
        columns([Part(name="1", count=3, tone="detractor")], description="e"),
    ],
)
def test_no_chart_needs_what_the_content_policy_forbids(spec):
    svg = draw(spec)

    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|http(?!://www\.w3\.org)", svg)
    assert ElementTree.fromstring(svg).get("role") == "img"
    assert ElementTree.fromstring(svg).get("width") is None


def test_ids_of_two_pictures_on_one_page_differ():
    first = draw(spread([Part(name="x", count=3, tone="promoter")], description="one"))
    second = draw(spread([Part(name="x", count=4, tone="promoter")], description="two"))
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (first, second)]

    assert ids[0] & ids[1] == set()


def test_the_same_figures_have_the_same_name_and_others_another():
    one = trend(weeks(40, 30), frame=Frame(), description="")

    assert key_of(one) == key_of(trend(weeks(40, 30), frame=Frame(), description=""))
    assert key_of(one) != key_of(trend(weeks(40, 31), frame=Frame(), description=""))


def test_paper_gets_real_colours():
    svg = draw(trend(weeks(40, 30), frame=Frame(), description="", palette=PAPER))

    assert "var(" not in svg
    assert PAPER.band in svg


def test_a_spread_gives_each_part_its_share_of_the_width():
    parts = [
        Part(name="Promoters", count=60, tone="promoter"),
        Part(name="Passives", count=0, tone="passive"),
        Part(name="Detractors", count=40, tone="detractor"),
    ]
    svg = draw(spread(parts, description="", width=500))
    corners = {tone: paths(svg, f"var(--{tone})") for tone in ("promoter", "passive", "detractor")}

    assert corners == {
        "promoter": ["M0,0h300v16h-300Z"],
        "passive": [],
        "detractor": ["M300,0h200v16h-200Z"],
    }


def test_columns_stand_in_the_order_of_the_scale_with_their_counts():
    parts = [Part(name=str(score), count=score * 3, tone="passive") for score in (10, 2, 7)]
    written = texts(draw(columns(parts, description="")))

    assert written == ["10", "2", "7", "30", "6", "21"]


def test_limits_hold_every_band_and_never_leave_the_possible():
    assert limits_of(weeks(97, 60), NPS_RANGE) == (pytest.approx(49.1), 100.0)
    assert limits_of([], NPS_RANGE) == NPS_RANGE


@pytest.mark.parametrize(
    ("score", "frame", "text"),
    [
        (46.15, Frame(), "+46"),
        (12.5, Frame(), "+13"),
        (-12.5, Frame(), "\u221213"),
        (-0.4, Frame(), "0"),
        (82.5, SHARES, "83 %"),
    ],
)
def test_scores_are_written_as_the_pages_write_them(score, frame, text):
    assert score_text(score, frame) == text


def place(name, service, nps):
    tone = "promoter" if nps > 0 else "detractor"
    return Place(name=name, now=(service, nps), before=(60.0, 0.0), is_small=False, tone=tone)


@pytest.mark.parametrize(
    ("places", "sides"),
    [
        # Side by side: one name ends at its dot, the other begins at its own.
        (
            [("plan Plus", 79.5, 33), ("plan Max", 82, 31)],
            {"plan Plus": "end", "plan Max": "start"},
        ),
        (
            [("plan Max", 82, 31), ("plan Plus", 79.5, 33)],
            {"plan Plus": "end", "plan Max": "start"},
        ),
        # Far apart, above each other, or one above and one below their dots.
        (
            [("plan Plus", 70, 33), ("plan Max", 95, 31)],
            {"plan Plus": "middle", "plan Max": "middle"},
        ),
        (
            [("plan Plus", 79.5, 60), ("plan Max", 82, 10)],
            {"plan Plus": "middle", "plan Max": "middle"},
        ),
        (
            [("plan Plus", 79.5, 3), ("plan Max", 80, -3)],
            {"plan Plus": "middle", "plan Max": "middle"},
        ),
    ],
)
def test_names_of_two_dots_do_not_run_into_each_other(places, sides):
    spec = positions(
        [place(*one) for one in places], middle=(80, 10), description="", width=352, height=208
    )

    nodes = ElementTree.fromstring(draw(spec)).iter(f"{SVG}text")
    found = {node.text: node.get("text-anchor", "start") for node in nodes if node.text in sides}
    assert found == sides


def test_among_many_close_dots_the_first_keep_their_names():
    names = ["plan Basic", "region West", "region Wales", "tenure over 3 years", "plan Max"]
    close = [place(name, 71 + number, -20) for number, name in enumerate(names[:4])]
    spec = positions(
        [*close, place("plan Max", 90, 30)], middle=(80, 10), description="", width=352, height=208
    )

    shown = [text for text in texts(draw(spec)) if text in names]
    assert "plan Basic" in shown
    assert "plan Max" in shown
    assert len(shown) < len(names)


@pytest.mark.parametrize(
    "scores",
    [
        (88, 80, 84, 86, 90),  # from above through the goal at once
        (82, 88, 86, 84, 80),
        (84, 86, 84, 86, 84, 86, 60, 61, 60, 61),  # along the goal, then far below
        (95, 85.5, 84.5, 85.5, 84.5, 85.5, 84.5, 95, 96),  # along it nearly everywhere
        (60, 86, 84, 86, 84, 85, 84, 60),
        (85, None, 85, 86, None, 70, 99),
    ],
)
def test_a_trend_does_not_run_through_the_name_of_its_goal(scores):
    goal = Level(value=85, name="goal 85 %")
    svg = draw(trend(weeks(*scores), frame=SHARES, description="CSAT", levels=[goal]))
    left, foot = place_of(svg, goal.name)

    near = [
        (x, y) for x, y in line_of(svg) if left - 4 <= x <= left + 60 and foot - 11 <= y <= foot + 4
    ]

    assert near == []
    assert 10 <= foot <= 164
    assert left <= 461


def test_a_goal_at_the_end_of_the_scale_is_named_inside_the_picture():
    top = Level(value=100, name="goal 100 %")
    _, foot = place_of(
        draw(trend(weeks(90, 91, 90), frame=SHARES, description="", levels=[top])), top.name
    )

    assert foot > 10


def place_of(svg: str, words: str) -> tuple[float, float]:
    """Where words begin and stand, in pixels of the drawing."""
    node = next(
        each for each in ElementTree.fromstring(svg).iter(f"{SVG}text") if each.text == words
    )
    [x, y] = re.findall(r"-?[\d.]+", node.get("transform", ""))
    return float(x), float(y)


def line_of(svg: str) -> list[tuple[float, float]]:
    """Places of the trend's line, a pixel or two apart."""
    root, found = ElementTree.fromstring(svg), []
    for path in root.iter(f"{SVG}path"):
        if path.get("stroke") != "var(--chart-line)" or path.get("stroke-linejoin") is None:
            continue
        for run in path.get("d", "").split("M")[1:]:
            spots = [tuple(map(float, spot.split(","))) for spot in run.rstrip("Z").split("L")]
            for (x, y), (until, end) in pairwise(spots):
                found += [(x + (until - x) * i / 99, y + (end - y) * i / 99) for i in range(100)]
    assert found
    return found
