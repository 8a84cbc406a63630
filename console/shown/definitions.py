"""Metrics with all their versions, as the settings page lists them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from console.door import Door
from metrics.models import MetricDefinition
from metrics.statistics.definitions import IN_WORDS, Definition, Definitions, Kind
from reports.queries.effects import Effects
from reports.rules.words import METHODS, NAMES, points_text

LONG_NAMES = {
    Kind.NPS: "Net Promoter Score",
    Kind.CSAT: "Customer satisfaction",
    Kind.FACES: "Customer satisfaction, chosen among five faces",
    Kind.CES: "Customer effort",
}
FIXED = "The groups of the NPS are fixed: whoever cut them elsewhere could compare with nobody."


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version in a history."""

    definition: Definition
    is_newest: bool
    made_by: str
    made_at: datetime | None
    url: str


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric: how it is counted now, and every version, newest first."""

    kind: str
    name: str
    long_name: str
    newest: Definition
    facts: Sequence[tuple[str, str]]
    fixed: str
    versions: Sequence[Version]
    edit_url: str


def metrics_of(
    definitions: Definitions, stored: Mapping[tuple[str, int], MetricDefinition], door: Door
) -> list[Metric]:
    return [_metric(kind, definitions, stored, door) for kind in definitions.kinds]


def _metric(
    kind: Kind,
    definitions: Definitions,
    stored: Mapping[tuple[str, int], MetricDefinition],
    door: Door,
) -> Metric:
    newest = definitions.newest(kind)
    return Metric(
        kind=kind.value,
        name=NAMES[kind],
        long_name=LONG_NAMES[kind],
        newest=newest,
        facts=_facts(newest),
        fixed=FIXED if newest.cut is None else "",
        versions=[
            _version(one, newest, stored.get((kind.value, one.version)), door)
            for one in reversed(definitions.history(kind))
        ],
        edit_url=reverse(f"console:definition_{kind}", args=[door.slug]),
    )


def _facts(newest: Definition) -> list[tuple[str, str]]:
    return [
        ("Scale", f"whole numbers from {newest.scale}"),
        ("Counts", IN_WORDS[newest.dedupe]),
        ("Not answered", IN_WORDS[newest.null_policy]),
        ("Rounded", IN_WORDS[newest.rounding]),
        ("Interval", METHODS[newest.kind]),
        ("Steady", f"when a change is certainly under {points_text(newest.smallest_change)}"),
        ("Answers needed", f"told for a change of {points_text(newest.change_to_see)}"),
        (
            "Period",
            (
                f"the last {newest.window_days} days where none is named; a page takes the longest "
                "of them all"
            ),
        ),
    ]


def _version(
    one: Definition, newest: Definition, row: MetricDefinition | None, door: Door
) -> Version:
    overview = reverse("console:overview", args=[door.slug])
    is_newest = one == newest
    return Version(
        definition=one,
        is_newest=is_newest,
        made_by=row.made_by if row and one.version > 1 else "",
        made_at=row.made_at if row and one.version > 1 else None,
        url=overview if is_newest else f"{overview}?{urlencode({'definition': one.name})}",
    )


def effect_url(found: Effects | None, door: Door) -> str:
    """Lead to the answers of which another cut's effect is told."""
    if found is None:
        return ""
    page = reverse("console:responses", args=[door.slug])
    return f"{page}?{urlencode({**found.answers, 'days': found.days})}"
