"""Which answers a figure is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from metrics.queries.segments import Segment, resolve
from metrics.statistics.definitions import Definition, Definitions


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A part of an organisation's asking: by programme, touchpoint and properties.

    `segments` names properties and one value of each. `resolved` looks them up: those that
    are tracked become `properties` (slot and id of the value), the others `context`. `words`
    are searches of the comments, as lists of answers know them; all of them must fit. `found`:
    the ids of the answers that tell of a search, where they were looked up beforehand.
    """

    organisation_id: int
    programme_id: int | None = None
    touchpoint_id: int | None = None
    touchpoint_kind: str | None = None
    segments: tuple[Segment, ...] = ()
    properties: Mapping[int, int] = field(default_factory=dict)
    context: tuple[Segment, ...] = ()
    named: tuple[Segment, ...] = ()  # what was looked up, by name
    words: tuple[str, ...] = ()
    found: Mapping[str, Sequence[int]] = field(default_factory=dict)
    with_suspects: bool = False

    @property
    def is_of_answers(self) -> bool:
        """Whether only the answers themselves know it: no cell holds every property or words."""
        return bool(self.context or self.words)

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

    def is_apart(self, other: "Slice") -> bool:
        """Whether no answer can belong to both: one part has different values in them."""
        mine = dict(self.named)
        return any(
            one is not None and another is not None and one != another
            for one, another in (
                (self.programme_id, other.programme_id),
                (self.touchpoint_id, other.touchpoint_id),
                *((mine.get(key), value) for key, value in other.named),
            )
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
            words=(*self.words, *part.words),
            found={**self.found, **part.found},
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


def service_by_faces(organisation_id: int, definitions: Definitions) -> list[Filter]:
    """The same answered by faces, to stand beside it; none where nobody was ever asked so."""
    if not definitions.uses_faces:
        return []
    words = service(organisation_id, definitions)
    return [replace(words, definition=definitions.faces)]
