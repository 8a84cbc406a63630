"""The page of an anonymous programme: groups that may be shown, in words, bars and a trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from console.selection import Selection
from console.shown.cards import pictures
from metrics.queries.anonymous import released_of
from metrics.queries.scores import Point
from metrics.rules.gate import Block, K
from metrics.statistics.figures import Figure
from metrics.statistics.proportions import Share
from reports.queries.anonymous import KNOWN_AS, REST, Measured
from reports.queries.columns import columns_spec
from reports.queries.trends import Table, trend_spec, trend_table
from reports.rules.words import (
    NAMES,
    Explained,
    count_text,
    few_text,
    interval_text,
    score_text,
    size_text,
)
from surveys.rules.feelings import Feeling

EXPLAINED = Explained(
    name="What is shown of anonymous answers",
    sentence=f"Groups of at least {K} answers, of months that are over, and nothing else.",
    facts=[
        ("Months", "each from the second day after it; one with too few waits for the next ones"),
        ("Groups", f"one property, each value with at least {K}; the others together, {K} as well"),
        ("Not there", "single answers, days, search, two properties at once, who answered"),
        ("Elsewhere", "these answers are in no other page, figure, list or export"),
    ],
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One group of answers in words."""

    name: str
    n: str
    score: str
    interval: str
    size: str
    note: str = ""
    query: str = ""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One feeling."""

    name: str
    count: int
    of: int
    share: str


@dataclass(frozen=True, kw_only=True)
class Results:
    """All that the template prints."""

    metric: str
    whole: Line
    months: str
    columns: SafeString | None
    trend: SafeString | None
    table: Table | None
    blocks: Sequence[Line]
    parts: Sequence[Line]
    feelings: Sequence[Bar]
    felt: str


@dataclass(frozen=True, kw_only=True)
class Apart:
    """Answers of one anonymous programme, which a page of figures does not count."""

    programme_id: int
    name: str
    n: str


def apart_of(selection: Selection) -> list[Apart]:
    """Return the anonymous programmes that have answers to show; no statement without any."""
    names = dict(selection.anonymous)
    found = released_of(names, selection.today)
    return [Apart(programme_id=pk, name=names[pk], n=count_text(n)) for pk, n in found.items()]


def results_of(found: Measured, now: datetime) -> Results:
    points = [Point(block.first, block.last, shown) for block, shown in found.by_block]
    title = NAMES[found.whole.definition.kind]
    drawn = pictures(
        {
            "columns": columns_spec(found.whole) if found.whole.n else None,
            "trend": trend_spec(title, points, width=760) if len(points) > 1 else None,
        },
        now,
    )
    return Results(
        metric=title,
        whole=_line("All", found.whole),
        months=_span(found.blocks),
        columns=drawn.get("columns"),
        trend=drawn.get("trend"),
        table=trend_table(title, points) if len(points) > 1 else None,
        blocks=[_block_line(*one) for one in reversed(found.by_block)],
        parts=[
            _line(part_name(part.value), part.figure, _note(part.blocks, len(found.blocks)))
            for part in found.parts
        ],
        feelings=_bars(found),
        felt=count_text(found.feelings.n),
    )


def part_name(value: str | None) -> str:
    return REST if value is None else value or KNOWN_AS


def block_name(block: Block) -> str:
    """Write the months of a block: May 2026, or Mar to May 2026."""
    first, last = block.first, block.last
    if first == last:
        return f"{first:%B %Y}"
    begins = f"{first:%b}" if first.year == last.year else f"{first:%b %Y}"
    return f"{begins} to {last:%b %Y}"


def month_key(month: date) -> str:
    return f"{month:%Y-%m}"


def _span(blocks: Sequence[Block]) -> str:
    if not blocks:
        return ""
    return block_name(Block(first=blocks[0].first, last=blocks[-1].last, groups=[]))


def _block_line(block: Block, shown: Figure) -> Line:
    query = urlencode({"said": month_key(block.first)})
    return _line(block_name(block), shown, query=query)


def _line(name: str, shown: Figure, note: str = "", query: str = "") -> Line:
    return Line(
        name=name,
        n=count_text(shown.n),
        score=score_text(shown),
        interval=interval_text(shown) if shown.tier.shows_headline else "",
        size=size_text(shown) if shown.tier.shows_headline else few_text(shown),
        note=note,
        query=query,
    )


def _note(here: int, blocks: int) -> str:
    return "" if here == blocks else f"in {here} of {blocks} spans of months"


def _bars(found: Measured) -> list[Bar]:
    of = found.feelings.n
    if of < K:  # of fewer who chose any, the words of one would stand alone
        return []
    counts = [(one, found.feelings.chosen.get(one, 0)) for one in Feeling]
    return [
        Bar(name=one.capitalize(), count=count, of=of, share=f"{Share(count, of).shown} %")
        for one, count in counts
    ]
