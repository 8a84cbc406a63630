"""Touchpoints as lines of a list, and one of them as a page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from console.shown.cards import (
    Empty,
    Face,
    LeftOut,
    face,
    left_out_total,
    left_outs,
    pictures,
    specs_of,
)
from console.shown.counted import linked
from console.shown.links import Links
from console.shown.quotes import quote_of
from console.shown.rates import RATE, rate_face
from reports.queries.cards import Card
from reports.queries.columns import columns_table
from reports.queries.mixes import Mix
from reports.queries.sides import Lead
from reports.queries.touchpoints import PlacePage, PlaceRow, PlaceScore
from reports.queries.trends import Table
from reports.rules.words import Explained, count_text
from surveys.models import Touchpoint

NOTHING = Empty(text="")


MIX = Explained(
    name="Where the change comes from",
    sentence="A change of the whole, split without a rest: each group scored differently, or "
    "other groups answered more.",
    facts=[
        ("Scores", "the change of each group's share, at its mean weight"),
        ("Mix", "the change of each group's weight, at its mean share (Kitagawa 1955)"),
        ("Shown", "only where chance does not explain the change itself"),
    ],
)


@dataclass(frozen=True, kw_only=True)
class ScoreLine:
    """One metric of a touchpoint with its picture and its answers."""

    score: PlaceScore
    n: str
    url: str
    svg: SafeString | None
    left_total: str
    left_out: Sequence[LeftOut]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One touchpoint with the metrics that were asked there."""

    touchpoint: Touchpoint
    scores: Sequence[ScoreLine]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric of a touchpoint in depth: its card and its spread over the scale."""

    face: Face
    columns: SafeString
    table: Table
    mixes: Sequence[Mix]


def lines_of(rows: Sequence[PlaceRow], links: Links, now: datetime) -> list[Line]:
    """Draw all sparklines at once and link every number."""
    specs = {
        f"{row.touchpoint.pk}:{score.kind}": score.spark for row in rows for score in row.scores
    }
    drawn = pictures(specs, now)
    return [
        Line(
            touchpoint=row.touchpoint,
            scores=[
                ScoreLine(
                    score=score,
                    n=count_text(score.n),
                    url=links.to(_answers(row.touchpoint, score)),
                    svg=drawn.get(f"{row.touchpoint.pk}:{score.kind}"),
                    left_total=left_out_total(score.left_out),
                    left_out=left_outs(links.to, _answers(row.touchpoint, score), score.left_out),
                )
                for score in row.scores
            ],
        )
        for row in rows
    ]


def page_of(
    found: PlacePage, touchpoint: Touchpoint, links: Links, now: datetime
) -> dict[str, Any]:
    """Return what the template of one touchpoint prints."""
    spreads = {
        f"{card.key}:columns": spec for card, spec in zip(found.cards, found.spreads, strict=True)
    }
    drawn = pictures(specs_of(found.cards) | spreads, now)
    return {
        "metrics": [
            Metric(
                face=face(card, drawn, links, NOTHING),
                columns=drawn[f"{card.key}:columns"],
                table=_by_score(card, links),
                mixes=[_mix_face(one, card, links) for one in mix],
            )
            for card, mix in zip(found.cards, found.mixes, strict=True)
        ],
        "rate": rate_face(found.rate, links, touchpoint=str(touchpoint.pk)),
        "rate_explained": RATE,
        "mix_explained": MIX,
        "quotes": [quote_of(response, links.door, now) for response in found.quotes],
        "comments_url": links.to(
            {"touchpoint": str(touchpoint.pk), "standing": "counted", "commented": "on"}
        ),
    }


def _by_score(card: Card, links: Links) -> Table:
    table = columns_table(card.figure)
    urls = (links.to({**card.answers, **score}) for score in table.keys)
    return linked(table, {"Answers": urls})


def _mix_face(mix: Mix, card: Card, links: Links) -> Mix:
    """Let each part of a change that was taken apart lead to its answers, before and now."""
    leads = {
        head: [
            links.to_lead(Lead(n=1, answers=card.answers, days=days, **key))[1] if key else ""
            for key in mix.table.keys
        ]
        for head, days in (
            ("Answers before", card.sides.before),
            ("Answers now", card.sides.now),
        )
    }
    return replace(mix, table=linked(mix.table, leads))


def _answers(touchpoint: Touchpoint, score: PlaceScore) -> dict[str, str]:
    return {
        "touchpoint": str(touchpoint.pk),
        "metric": score.kind,
        "standing": "counted",
        "programme_kind": "transactional",
    }
