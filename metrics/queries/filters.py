"""Which answers a figure is about, and where they are counted."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from metrics.queries.segments import Segment, resolve
from metrics.rules.dimensions import (
    NONE,
    PROGRAMME,
    TOGETHER,
    TOUCHPOINT,
    columns,
    may_meet,
    property_dimension,
    state_columns,
)
from metrics.statistics.definitions import Definition, Definitions

_OF_KIND = """(
    SELECT id FROM surveys_touchpoint
    WHERE organisation_id = %(organisation)s AND kind = %(touchpoint_kind)s
)"""


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A part of an organisation's asking: by programme, touchpoint and properties.

    `segments` names properties and one value of each. `resolved` looks them up: those that
    are tracked become `properties` (slot and id of the value), the others `context`.
    """

    organisation_id: int
    programme_id: int | None = None
    touchpoint_id: int | None = None
    touchpoint_kind: str | None = None
    segments: tuple[Segment, ...] = ()
    properties: Mapping[int, int] = field(default_factory=dict)
    context: tuple[Segment, ...] = ()
    named: tuple[Segment, ...] = ()  # what was looked up, by name
    with_suspects: bool = False

    def narrowed(self, **changes: Any) -> Self:
        """The same with some parts changed."""
        return replace(self, **changes)

    def resolved(self) -> Self:
        """The same with its segments looked up; one statement, or none without segments."""
        if not self.segments:
            return self
        found = resolve(self.organisation_id, self.segments)
        return self.narrowed(
            segments=(),
            named=(*self.named, *self.segments),
            properties={**self.properties, **found.properties},
            context=(*self.context, *found.context),
        )

    def within(self, part: "Slice") -> Self:
        """The same, narrowed by what a page was asked to show."""
        return self.narrowed(
            programme_id=part.programme_id or self.programme_id,
            touchpoint_id=part.touchpoint_id or self.touchpoint_id,
            segments=(*self.segments, *part.segments),
            properties={**self.properties, **part.properties},
            context=(*self.context, *part.context),
            named=(*self.named, *part.named),
            with_suspects=part.with_suspects,
        )


@dataclass(frozen=True, kw_only=True)
class Filter(Slice):
    """A slice of one metric, of relationship or of transactional programmes."""

    definition: Definition
    is_relational: bool
    # For a state dimension (metrics.rules.dimensions.STATE_180) the state that is wanted.
    states: Mapping[int, int] = field(default_factory=dict)


def experience(organisation_id: int, definitions: Definitions) -> Filter:
    """The Experience card: NPS of relationship programmes; a touchpoint's NPS never enters."""
    return Filter(organisation_id=organisation_id, definition=definitions.nps, is_relational=True)


def service(organisation_id: int, definitions: Definitions) -> Filter:
    """The Service card: CSAT at touchpoints of kind service, and at no others."""
    return Filter(
        organisation_id=organisation_id,
        definition=definitions.csat,
        is_relational=False,
        touchpoint_kind="service",
    )


class Way(StrEnum):
    """How a figure is counted, the fastest way first."""

    CELLS = "cells"
    COUNTED = "counted rows"
    ANSWERS = "answers"


@dataclass(frozen=True)
class Source:
    """Where the rows of a filter are: a condition on cells, on counted rows or on the answers."""

    way: Way
    condition: str
    given: dict[str, Any]
    split: str
    context: str = ""

    @property
    def in_cells(self) -> bool:
        return self.way is Way.CELLS

    def answers(self) -> str:
        """The counted answers to select from; only those whose frozen context fits."""
        return self._rows("metrics_countedanswer", "surveys_response", "response_id")

    def asks(self) -> str:
        """The counted invitations to select from; only those whose frozen context fits."""
        return self._rows("metrics_countedask", "surveys_invitation", "invitation_id")

    def _rows(self, counted: str, truth: str, key: str) -> str:
        if self.way is not Way.ANSWERS:
            return counted
        return f"""(
            SELECT c.* FROM {counted} c JOIN {truth} r ON r.id = c.{key}
            WHERE c.organisation_id = %(organisation)s
                AND r.organisation_id = %(organisation)s AND {self.context}
        ) AS fitting"""


def source(chosen: Slice, split: int = NONE, first_up_to: int = max(columns())) -> Source:
    """Find the rows of a filter, split by one more dimension or by none.

    Cells name two dimensions, the first of them at most `first_up_to`; what needs more is
    counted from the counted rows, and what is not tracked from the answers themselves.
    """
    chosen = chosen.resolved()
    wanted, given = _wanted(chosen)
    if split:
        wanted.setdefault(split, [])
    base = ["organisation_id = %(organisation)s"]
    if isinstance(chosen, Filter):
        base += ["question = %(question)s", "is_relational = %(is_relational)s"]
        given["question"] = chosen.definition.question
        given["is_relational"] = chosen.is_relational
    way = _way(chosen, wanted, first_up_to)
    conditions, places = (_on_cells if way is Way.CELLS else _on_answers)(wanted)
    return Source(
        way=way,
        condition=" AND ".join([*base, *conditions]),
        given=given | _context_values(chosen),
        split=places.get(split, "0"),
        context=_context_tests(chosen),
    )


def _way(chosen: Slice, wanted: Mapping[int, list[str]], first_up_to: int) -> Way:
    if chosen.context:
        return Way.ANSWERS
    fits = len(wanted) < TOGETHER or (
        len(wanted) == TOGETHER and may_meet(*sorted(wanted)) and min(wanted) <= first_up_to
    )
    return Way.CELLS if fits else Way.COUNTED


def _context_tests(chosen: Slice) -> str:
    return " AND ".join(
        f"r.context ->> %(key_{number})s::text = %(value_{number})s"
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


def _on_answers(wanted: Mapping[int, list[str]]) -> tuple[list[str], dict[int, str]]:
    names = {**columns(), **state_columns()}
    conditions: list[str] = []
    for dimension, tests in wanted.items():
        conditions.append(f"{names[dimension]} IS NOT NULL")
        conditions.extend(f"{names[dimension]} {test}" for test in tests)
    return conditions, names
