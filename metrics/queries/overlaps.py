"""Counts over customers that do not add up from days: taken once a week, read with a page."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from django.db import connection

from kit.periods import Period
from metrics.models import Overlap as Stored
from metrics.queries.filters import Filter
from metrics.queries.sources import rows
from metrics.rules.dimensions import GOOD, NONE, POOR
from metrics.rules.windows import Comparison
from metrics.statistics.clusters import ClusterSums
from metrics.statistics.comparing import Pairs
from metrics.statistics.definitions import Kind
from metrics.statistics.overlaps import Overlap
from metrics.statistics.quadrants import Felt, Served

_SIDE = "CASE WHEN {}.score >= 9 THEN 1 WHEN {}.score >= 7 THEN 0 ELSE -1 END"
# What a statement here asks of a row besides what the filter itself does.
_NEEDED = ("customer_id", "response_id", "service_state_180")
_FELT = {1: Felt.HIGH.value, 0: Felt.MIDDLE.value, -1: Felt.LOW.value}
_SERVED = {GOOD: Served.WELL.value, POOR: Served.POORLY.value}


@dataclass(frozen=True)
class Overlaps:
    """What is stored for an organisation, by filter and by the two periods compared."""

    found: Mapping[tuple[str, Period, Period], Overlap] = field(default_factory=dict)

    def of(self, chosen: Filter, compared: Comparison) -> Overlap | None:
        """None: nothing is stored, so answers are treated as independent."""
        name = about(chosen)
        return None if name is None else self.found.get((name, compared.now, compared.before))


NOTHING_STORED = Overlaps()


def about(chosen: Filter) -> str | None:
    """The name of a filter for which overlaps can be stored; None for any other.

    Those of the two cards are plain; what narrows them is added as a digest.
    """
    if chosen.with_suspects or chosen.states:
        return None
    asked = f"{chosen.definition.question} from {chosen.definition.cut}"
    if chosen.is_relational and chosen.definition.kind is Kind.NPS:
        return f"relationship: {asked}{_narrowing(chosen)}"
    if not chosen.is_relational and chosen.touchpoint_kind is not None:
        return f"{chosen.touchpoint_kind}: {asked}{_narrowing(chosen)}"
    return None


def _narrowing(chosen: Filter) -> str:
    named = sorted({*chosen.named, *chosen.segments})
    parts = [chosen.programme_id, chosen.touchpoint_id, named, sorted(chosen.words)]
    if not any(parts):
        return ""
    return f", {blake2b(json.dumps(parts).encode(), digest_size=8).hexdigest()}"


def stored_overlaps(organisation_id: int) -> Overlaps:
    """Everything that is stored, a few rows; one statement."""
    stored = Stored.objects.filter(organisation_id=organisation_id)
    return Overlaps(
        {
            (
                row.about,
                Period(row.now_first, row.now_last),
                Period(row.before_first, row.before_last),
            ): Overlap(
                shared=Pairs({(was, now): n for was, now, n in row.pairs}),
                now=ClusterSums(*row.clusters_now),
                before=ClusterSums(*row.clusters_before),
                moves={
                    ((_SERVED[a], _FELT[b]), (_SERVED[c], _FELT[d])): n
                    for a, b, c, d, n in row.moves
                },
            )
            for row in stored
        }
    )


def measured(chosen: Filter, compared: Comparison) -> dict[str, Any]:
    """Count from the answers what two periods of a filter share, as columns of a stored row."""
    cut = chosen.definition.cut
    value = "CASE WHEN score >= 9 THEN 1 WHEN score >= 7 THEN 0 ELSE -1 END"
    if cut is not None:
        value = f"(score >= {int(cut)})::int"
    return {
        "pairs": _pairs(chosen, compared) if chosen.is_relational else [],
        "moves": _moves(chosen, compared) if chosen.is_relational else [],
        "clusters_now": _clusters(chosen, compared.now, value),
        "clusters_before": _clusters(chosen, compared.before, value),
    }


def _latest(chosen: Filter, name: str) -> str:
    """The counted answers of known customers in one of the periods, each one's latest."""
    found = rows(chosen, [NONE], also=_NEEDED)
    return f"""
        {name} AS MATERIALIZED (
            SELECT programme_id, customer_id, score, service_state_180 AS state
            FROM {found.table}
            WHERE {found.condition} AND standing = 'counted' AND customer_id IS NOT NULL
                AND local_on BETWEEN %({name}_first)s AND %({name}_last)s
                AND (next_on IS NULL OR next_on > %({name}_last)s)
        )
    """


def _pairs(chosen: Filter, compared: Comparison) -> list[list[int]]:
    sides = f"{_SIDE.format('b', 'b')}, {_SIDE.format('n', 'n')}"
    return _shared(chosen, compared, sides, "TRUE")


def _moves(chosen: Filter, compared: Comparison) -> list[list[int]]:
    stands = f"b.state, {_SIDE.format('b', 'b')}, n.state, {_SIDE.format('n', 'n')}"
    return _shared(
        chosen, compared, stands, f"b.state IN ({GOOD}, {POOR}) AND n.state IN ({GOOD}, {POOR})"
    )


def _shared(chosen: Filter, compared: Comparison, by: str, where: str) -> list[list[int]]:
    places = ", ".join(str(number + 1) for number in range(by.count(",") + 1))
    return _run(
        chosen,
        f"""
        WITH {_latest(chosen, "before")}, {_latest(chosen, "now")}
        SELECT {by}, count(*) FROM before b JOIN now n USING (programme_id, customer_id)
        WHERE {where} GROUP BY {places} ORDER BY {places}
        """,
        now=compared.now,
        before=compared.before,
    )


def _clusters(chosen: Filter, period: Period, value: str) -> list[int]:
    """Sums over customers; an answer without one is a customer of its own."""
    found = rows(chosen, [NONE], also=_NEEDED)
    sums = _run(
        chosen,
        f"""
        WITH people AS (
            SELECT count(*) AS size, sum({value}) AS total FROM {found.table}
            WHERE {found.condition} AND standing = 'counted'
                AND local_on BETWEEN %(now_first)s AND %(now_last)s
                AND (next_on IS NULL OR next_on > %(now_last)s)
            GROUP BY customer_id, CASE WHEN customer_id IS NULL THEN response_id END
        )
        SELECT count(*), coalesce(sum(size), 0), coalesce(sum(total), 0),
            coalesce(sum(size * size), 0), coalesce(sum(total * total), 0),
            coalesce(sum(size * total), 0)
        FROM people
        """,
        now=period,
    )
    return sums[0]


def _run(chosen: Filter, statement: str, **periods: Period) -> list[list[int]]:
    given: dict[str, Any] = dict(rows(chosen, [NONE], also=_NEEDED).given)
    for name, period in periods.items():
        given |= {f"{name}_first": period.first, f"{name}_last": period.last}
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [[int(value) for value in row] for row in cursor.fetchall()]
