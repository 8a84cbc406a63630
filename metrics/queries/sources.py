"""Where the answers of a filter are counted: in cells, in counted rows, or not at all yet."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from metrics.queries.filters import Filter, Slice
from metrics.rules.dimensions import (
    NONE,
    PROGRAMME,
    STATES,
    TOGETHER,
    TOUCHPOINT,
    columns,
    may_meet,
    property_dimension,
    state_columns,
)
from metrics.statistics.definitions import DEFAULTS
from surveys.queries.searching import tells

_OF_KIND = """(
    SELECT id FROM surveys_touchpoint
    WHERE organisation_id = %(organisation)s AND kind = %(touchpoint_kind)s
)"""
# Columns that an answer itself has; all others are known of its counted row only.
_OWN = {"programme_id", "touchpoint_id"}
_METRICS = {definition.question: kind.value for kind, definition in DEFAULTS.items()}


class Way(StrEnum):
    """How a figure is counted, the fastest way first."""

    CELLS = "cells"
    COUNTED = "counted rows"
    ANSWERS = "answers"


@dataclass(frozen=True)
class Source:
    """The rows of a filter: a condition on cells or counted rows, or a selection of answers.

    `split` is the column of the dimension that was to be split by, "0" without one.
    """

    way: Way
    table: str
    condition: str
    given: dict[str, Any]
    split: str

    @property
    def in_cells(self) -> bool:
        return self.way is Way.CELLS


def source(chosen: Slice, split: int = NONE, state: int = NONE) -> Source:
    """Find the answers of a filter, split by one more dimension or by none.

    Cells name two dimensions; what needs more is counted from the counted rows, and what is
    not tracked, and words, from the answers themselves. `state`: where cells hold both, the
    value of a split is told apart by this dimension too, as value * STATES + state.
    """
    chosen = chosen.resolved()
    wanted, given = _wanted(chosen)
    for one in filter(None, (split, state)):
        wanted.setdefault(one, [])
    if chosen.is_of_answers or not _fits(wanted):
        return rows(chosen, [split])
    conditions, places = _on_cells(wanted)
    base, values = _question(chosen)
    return Source(
        way=Way.CELLS,
        table="metrics_cell",
        condition=" AND ".join([*base, *conditions]),
        given=given | values,
        split=f"{places[split]} * {STATES} + {places[state]}" if state else places.get(split, "0"),
    )


def rows(chosen: Slice, splits: Sequence[int], *, also: Sequence[str] = ()) -> Source:
    """The same without cells: rows with the columns of the dimensions to split by.

    `also`: columns of counted rows that the statement itself asks for.
    """
    chosen = chosen.resolved()
    wanted, given = _wanted(chosen)
    names = {NONE: "0", **columns(), **state_columns()}
    split = names[splits[0]] if len(splits) == 1 else "0"
    conditions = _on_rows(wanted, names)
    if not chosen.is_of_answers:
        base, values = _question(chosen)
        return Source(
            Way.COUNTED, "metrics_countedanswer", " AND ".join([*base, *conditions]),
            given | values, split,
        )  # fmt: skip
    needed = {names[dimension] for dimension in (*wanted, *splits) if dimension} - _OWN
    needed |= set(also)
    return Source(
        way=Way.ANSWERS,
        table=_answers(chosen, sorted(needed)),
        condition=" AND ".join(conditions) or "TRUE",
        given=given | _values(chosen) | _metric(chosen),
        split=split,
    )


def asks(chosen: Slice, first_up_to: int, split: int = NONE) -> Source:
    """Find the invitations of a filter; pairs of cells begin at most at `first_up_to`.

    Words narrow nothing here: whoever is silent wrote none.
    """
    chosen = chosen.resolved()
    wanted, given = _wanted(chosen)
    if split:
        wanted.setdefault(split, [])
    in_cells = not chosen.context and _fits(wanted, first_up_to)
    conditions, places = _on_cells(wanted) if in_cells else (_on_rows(wanted, columns()), columns())
    base, values = _question(chosen)
    table = "metrics_askcell" if in_cells else "metrics_countedask"
    if chosen.context:
        table = f"""(
            SELECT c.* FROM surveys_invitation r JOIN metrics_countedask c
                ON c.organisation_id = %(organisation)s AND c.invitation_id = r.id
            WHERE r.organisation_id = %(organisation)s AND {_context_tests(chosen)}
        ) AS fitting"""
    return Source(
        way=Way.ANSWERS if chosen.context else Way.CELLS if in_cells else Way.COUNTED,
        table=table,
        condition=" AND ".join([*base, *conditions]),
        given=given | values | _context_values(chosen),
        split=places.get(split, "0"),
    )


def _fits(wanted: Mapping[int, list[str]], first_up_to: int = max(columns())) -> bool:
    """Whether cells hold these dimensions, none, one or two together."""
    return len(wanted) < TOGETHER or (
        len(wanted) == TOGETHER and may_meet(*sorted(wanted)) and min(wanted) <= first_up_to
    )


def _question(chosen: Slice) -> tuple[list[str], dict[str, Any]]:
    base = ["organisation_id = %(organisation)s"]
    if not isinstance(chosen, Filter):
        return base, {}
    asked = {
        "question": chosen.definition.question,
        "is_relational": chosen.is_relational,
    }
    return [*base, *(f"{name} = %({name})s" for name in asked)], asked


def _answers(chosen: Slice, needed: Sequence[str]) -> str:
    """The scored answers whose frozen context and words fit, with what else is counted of them.

    Their counted rows are joined only where something is asked that they alone know: without
    it a count costs no more than reading the answers.
    """
    whose = ""
    if isinstance(chosen, Filter):
        whose = """AND r.metric = %(metric)s AND r.programme_id = ANY(ARRAY(
            SELECT p.id FROM surveys_programme p
            WHERE p.organisation_id = %(organisation)s AND p.kind = %(programme_kind)s
        ))"""
    counted = """JOIN metrics_countedanswer c
        ON c.organisation_id = %(organisation)s AND c.response_id = r.id"""
    if needed:
        join, next_on = counted, "c.next_on"
    elif isinstance(chosen, Filter) and chosen.is_relational:
        join = f"""LEFT {counted} AND c.next_on IS NOT NULL AND c.question = %(question)s
            AND c.local_on BETWEEN %(first)s AND %(last)s"""
        next_on = "c.next_on"
    else:
        join, next_on = "", "NULL::date"
    more = "".join(f", c.{name}" for name in needed)
    return f"""(
        SELECT r.programme_id, r.touchpoint_id, r.standing, r.score, r.local_on, r.answered_at,
            {next_on} AS next_on{more}
        FROM surveys_response r {join}
        WHERE r.organisation_id = %(organisation)s AND r.score IS NOT NULL {whose}
            AND {_tests(chosen)}
    ) AS fitting"""


def _metric(chosen: Slice) -> dict[str, Any]:
    if not isinstance(chosen, Filter):
        return {}
    return {
        "question": chosen.definition.question,
        "is_relational": chosen.is_relational,
        "metric": _METRICS.get(chosen.definition.question, ""),
        "programme_kind": "relational" if chosen.is_relational else "transactional",
    }


def _tests(chosen: Slice) -> str:
    words = [
        f"r.id = ANY(%(found_{number})s)"
        if search in chosen.found
        else tells("r", f"%(words_{number})s")
        for number, search in enumerate(chosen.words)
    ]
    context = [_context_tests(chosen)] if chosen.context else []
    return " AND ".join([*context, *words])


def _values(chosen: Slice) -> dict[str, Any]:
    values: dict[str, Any] = dict(_context_values(chosen))
    for number, search in enumerate(chosen.words):
        values[f"words_{number}"] = search
        values[f"found_{number}"] = list(chosen.found.get(search, ()))
    return values


def _context_tests(chosen: Slice) -> str:
    return " AND ".join(
        f"coalesce(r.context ->> %(key_{number})s::text = %(value_{number})s, FALSE)"
        for number in range(len(chosen.context))
    )


def _context_values(chosen: Slice) -> dict[str, str]:
    keys = {f"key_{number}": key for number, (key, _) in enumerate(chosen.context)}
    return keys | {f"value_{number}": value for number, (_, value) in enumerate(chosen.context)}


def _wanted(chosen: Slice) -> tuple[dict[int, list[str]], dict[str, Any]]:
    """For each dimension that is narrowed the tests its value must pass, and their values."""
    wanted: dict[int, list[str]] = {}
    given: dict[str, Any] = {"organisation": chosen.organisation_id}
    for dimension, value in [
        (PROGRAMME, chosen.programme_id),
        (TOUCHPOINT, chosen.touchpoint_id),
        *((property_dimension(slot), one) for slot, one in sorted(chosen.properties.items())),
        *(sorted(chosen.states.items()) if isinstance(chosen, Filter) else ()),
    ]:
        if value is not None:
            wanted.setdefault(dimension, []).append(f"= %(wanted_{dimension})s")
            given[f"wanted_{dimension}"] = value
    if chosen.touchpoint_kind is not None:
        wanted.setdefault(TOUCHPOINT, []).append(f"IN {_OF_KIND}")
        given["touchpoint_kind"] = chosen.touchpoint_kind
    return wanted, given


def _on_cells(wanted: Mapping[int, list[str]]) -> tuple[list[str], dict[int, str]]:
    dimensions = sorted(wanted)
    # An unused pair is (0, 0) and stands first.
    pairs = [*[NONE] * (TOGETHER - len(dimensions)), *dimensions]
    conditions: list[str] = []
    places: dict[int, str] = {}
    for place, dimension in enumerate(pairs, start=1):
        conditions.append(f"dim_{place} = {dimension}")
        tests = wanted[dimension] if dimension else ["= 0"]
        conditions.extend(f"value_{place} {test}" for test in tests)
        places[dimension] = f"value_{place}"
    places.pop(NONE, None)
    return conditions, places


def _on_rows(wanted: Mapping[int, list[str]], names: Mapping[int, str]) -> list[str]:
    return [f"{names[dimension]} {test}" for dimension, tests in wanted.items() for test in tests]
