"""Pictures are drawn once, found again in one query, and never more than the bound are kept."""

from datetime import UTC, datetime

import pytest

from reports.actions import drawing
from reports.actions.drawing import draw_charts
from reports.charts.bars import Part, spread
from reports.models import RenderedChart

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


def bar(count):
    return spread([Part(name="x", count=count, tone="promoter")], description=f"{count} answers")


@pytest.fixture
def drawn(monkeypatch):
    """The specifications that were really drawn."""
    seen = []
    monkeypatch.setattr(drawing, "draw", lambda spec: seen.append(spec) or "<svg></svg>")
    return seen


def test_known_pictures_are_found_in_one_query(db, django_assert_num_queries):
    specs = {"a": bar(1), "b": bar(2), "again": bar(1)}
    first = draw_charts(specs=specs, now=NOW)

    with django_assert_num_queries(1):
        second = draw_charts(specs=specs, now=NOW)

    assert second == first
    assert first["a"] == first["again"] != first["b"]
    assert 'aria-label="1 answers"' in first["a"]


def test_the_same_figures_are_drawn_once(db, drawn):
    draw_charts(specs={"a": bar(1), "again": bar(1)}, now=NOW)
    draw_charts(specs={"other name": bar(1), "b": bar(2)}, now=NOW)

    assert drawn == [bar(1), bar(2)]


def test_nothing_to_draw_asks_nothing(db, drawn):
    assert draw_charts(specs={}, now=NOW) == {}
    assert drawn == []


def test_the_oldest_pictures_go_when_the_bound_is_reached(db, drawn, monkeypatch):
    monkeypatch.setattr(drawing, "KEPT", 3)

    for count in range(1, 8):
        draw_charts(specs={"x": bar(count)}, now=NOW)

    kept = set(RenderedChart.objects.values_list("key", flat=True))
    assert kept == {drawing.key_of(bar(count)) for count in (5, 6, 7)}
