"""Which answers a figure is about, and which cells hold them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

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
    """A part of an organisation's asking: by programme, touchpoint and tracked properties.

    `properties` gives for the slot of a tracked property the id of one of its values.
    """

    organisation_id: int
    programme_id: int | None = None
    touchpoint_id: int | None = None
    touchpoint_kind: str | None = None
    properties: Mapping[int, int] = field(default_factory=dict)

    def narrowed(self, **changes: Any) -> Self:
        """The same with some parts changed."""
        return replace(self, **changes)


@dataclass(frozen=True, kw_only=True)
class Filter(Slice):
    """A slice of one metric, of relationship or of transactional programmes."""

    definition: Definition
    is_relational: bool
    with_suspects: bool = False
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


@dataclass(frozen=True)
class Source:
    """Where the rows of a filter are: a condition on cells, or on the answers themselves."""

    in_cells: bool
    condition: str
    given: dict[str, Any]
    split: str


def source(chosen: Slice, split: int = NONE, first_up_to: int = max(columns())) -> Source:
    """Find the cells of a filter, split by one more dimension or by none.

    Cells name two dimensions, the first of them at most `first_up_to`; what needs more is
    counted from the answers.
    """
    wanted, given = _wanted(chosen)
    if split:
        wanted.setdefault(split, [])
    base = ["organisation_id = %(organisation)s"]
    if isinstance(chosen, Filter):
        base += ["question = %(question)s", "is_relational = %(is_relational)s"]
        given["question"] = chosen.definition.question
        given["is_relational"] = chosen.is_relational
    in_cells = len(wanted) < TOGETHER or (
        len(wanted) == TOGETHER and may_meet(*sorted(wanted)) and min(wanted) <= first_up_to
    )
    conditions, places = _on_cells(wanted) if in_cells else _on_answers(wanted)
    return Source(
        in_cells=in_cells,
        condition=" AND ".join([*base, *conditions]),
        given=given,
        split=places.get(split, "0"),
    )


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
