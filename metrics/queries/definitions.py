"""How the organisation defined each metric: the version that counts now, and every earlier."""

from collections.abc import Iterable

from metrics.models import MetricDefinition
from metrics.statistics.definitions import (
    DedupeRule,
    Definition,
    Definitions,
    Kind,
    NullPolicy,
    RoundingRule,
    words_of,
)
from metrics.statistics.scores import Scale

# One row at least, so that it is known whether faces are used where nothing is stored.
_EVERY = """
    SELECT d.*, used.uses_faces
    FROM (SELECT EXISTS (
        SELECT FROM surveys_surveyversion
        WHERE organisation_id = %(organisation)s AND has_faces AND number > 0
    ) AS uses_faces) AS used
    LEFT JOIN metrics_definition d ON d.organisation_id = %(organisation)s
    ORDER BY d.kind, d.version
"""


def definitions_of(organisation_id: int) -> Definitions:
    """Every version of each metric; one statement. None stored: the product's own."""
    found = list(MetricDefinition.objects.raw(_EVERY, {"organisation": organisation_id}))
    stored = _by_kind(row for row in found if row.version)  # the one row may be of none
    uses_faces: bool = found[0].uses_faces  # type: ignore[attr-defined]
    return Definitions(stored=stored, uses_faces=uses_faces)


def stored_versions(organisation_id: int) -> dict[tuple[str, int], MetricDefinition]:
    """The stored rows by kind and version: who made them, and when."""
    rows = MetricDefinition.objects.filter(organisation_id=organisation_id)
    return {(row.kind, row.version): row for row in rows}


def _by_kind(rows: Iterable[MetricDefinition]) -> dict[Kind, tuple[Definition, ...]]:
    found: dict[Kind, tuple[Definition, ...]] = {}
    for row in rows:
        kind = Kind(row.kind)
        found[kind] = (*found.get(kind, ()), _definition(row))
    return found


def _definition(row: MetricDefinition) -> Definition:
    kind, scale = Kind(row.kind), Scale(row.scale_low, row.scale_high)
    return Definition(
        kind=kind,
        scale=scale,
        cut=row.cut,
        words=words_of(kind, scale, row.cut),
        version=row.version,
        smallest_change=row.smallest_change / 100,
        change_to_see=row.change_to_see / 100,
        window_days=row.window_days,
        null_policy=NullPolicy(row.null_policy),
        dedupe=DedupeRule(row.dedupe),
        rounding=RoundingRule(row.rounding),
        since_on=row.since_on,
        reason=row.reason,
    )
