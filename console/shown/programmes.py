"""Programmes as lines of a list with who answered them, and the bar above the pages of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.selection import Selection
from console.shown.selection import Bar, bar_of
from metrics.queries.rates import ResponseRate
from metrics.statistics.tiers import tier
from reports.rules.words import count_text, share_interval_text
from surveys.models import Programme


@dataclass(frozen=True, kw_only=True)
class Line:
    """One programme: how many were asked in the days, and the share who answered."""

    programme: Programme
    asked: str
    rate: str
    interval: str
    is_open: bool


def programme_lines(known: Sequence[Programme], rates: Mapping[int, ResponseRate]) -> list[Line]:
    return [_line(programme, rates.get(programme.pk)) for programme in known]


def programme_bar(selection: Selection, programme: Programme) -> Bar:
    """The bar of a page about one programme: it offers the places where it asks."""
    places = set(programme.touchpoints.values_list("id", flat=True))
    return bar_of(selection, fixed=[("programme", programme.name)], places=places)


def _line(programme: Programme, rate: ResponseRate | None) -> Line:
    if rate is None:
        return Line(programme=programme, asked="0", rate="", interval="", is_open=False)
    interval = rate.rr2_interval
    shows = interval is not None and tier(rate.sent).shows_headline
    return Line(
        programme=programme,
        asked=count_text(rate.sent),
        rate=f"{rate.rr2.shown} %" if shows else "",
        interval=share_interval_text(interval) if interval else "",
        is_open=rate.is_open,
    )
