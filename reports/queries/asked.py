"""What a file was asked for, as it is kept until a worker reads it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kit.periods import Period
from metrics.queries.definitions import definitions_of
from metrics.queries.filters import Slice
from metrics.queries.worded import looked_up
from metrics.rules.windows import Against
from metrics.statistics.definitions import Definitions, Kind
from reports.queries.figures import Shown, overview_figures, touchpoint_figures
from reports.queries.wanted import Wanted
from surveys.models import Touchpoint

# What narrows a list by one value, under its own name.
PLAIN = (
    "programme", "touchpoint", "metric", "group", "standing", "origin", "tag", "contact", "feeling",
    "score", "commented", "programme_kind", "touchpoint_kind", "stage", "latest", "scored",
    "company", "link", "state", "question", "choice", "elsewhere",
)  # fmt: skip
BUT = ("but_programme", "but_touchpoint", "but_q", "but_segment")


def wanted_of(organisation_id: int, asked: Mapping[str, Any]) -> Wanted:
    """Return which answers are wanted, as the list of the same filter reads them."""
    return Wanted(
        period=_period(asked, "from", "to"),
        words=_words(asked.get("q")),
        but=_but(organisation_id, asked),
        definitions=_definitions(organisation_id, asked),
        segments=_pairs(asked.get("segment")),
        with_suspects=bool(asked.get("suspects")),
        paired=_period(asked, "paired_from", "paired_to") if "paired_from" in asked else None,
        **{name: asked[name] for name in PLAIN if name in asked},
    )


def figures_of(organisation_id: int, asked: Mapping[str, Any]) -> list[list[Any]]:
    """Return the rows of the overview, or of the one touchpoint that was named."""
    place = asked.get("touchpoint")
    part = Slice(
        organisation_id=organisation_id,
        programme_id=asked.get("programme"),
        segments=_pairs(asked.get("segment")),
        words=_words(asked.get("q")),
        with_suspects=bool(asked.get("suspects")),
    )
    own = _period(asked, "against_from", "against_to") if "against_from" in asked else None
    shown = Shown(
        part=looked_up(part.resolved()),
        definitions=_definitions(organisation_id, asked),
        period=_period(asked, "from", "to"),
        today=date.fromisoformat(asked["today"]),
        against=own or Against(asked.get("against", Against.BEFORE)),
    )
    if place is None:
        return overview_figures(shown)
    return touchpoint_figures(shown, Touchpoint.objects.get(pk=place))


def _period(asked: Mapping[str, Any], first: str, last: str) -> Period:
    return Period(date.fromisoformat(asked[first]), date.fromisoformat(asked[last]))


def _words(search: str | None) -> tuple[str, ...]:
    return (search,) if search else ()


def _pairs(segments: list[list[str]] | None) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in segments or ())


def _definitions(organisation_id: int, asked: Mapping[str, Any]) -> Definitions:
    found = definitions_of(organisation_id)
    for kind, version in asked.get("definition", ()):
        found = found.looking_at(Kind(kind), version)
    return found


def _but(organisation_id: int, asked: Mapping[str, Any]) -> Slice | None:
    if not any(asked.get(name) for name in BUT):
        return None
    return Slice(
        organisation_id=organisation_id,
        programme_id=asked.get("but_programme"),
        touchpoint_id=asked.get("but_touchpoint"),
        segments=_pairs(asked.get("but_segment")),
        words=_words(asked.get("but_q")),
    )
