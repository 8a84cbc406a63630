"""What stands beside a trend: marks of what happened, and fixed scores it is held against."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kit.periods import Period
from metrics.queries.filters import Filter
from metrics.queries.goals import Aim, aims
from metrics.queries.marks import Mark, Marks, marks_in
from metrics.queries.scores import Point
from metrics.statistics.benchmarks import against
from metrics.statistics.definitions import Definition, Definitions
from metrics.statistics.figures import Figure
from reports.charts.flags import Note, is_numbered
from reports.charts.levels import Level
from reports.rules.words import Said, held_against, value_text


@dataclass(frozen=True, kw_only=True)
class Beside:
    """The marks of the period that concern a figure, and what it is held against."""

    marks: Sequence[Mark] = ()
    aims: Sequence[Aim] = ()


NOTHING_BESIDE = Beside()


@dataclass(frozen=True)
class Around:
    """All marks of a period and all aims, from which each figure takes its own."""

    marks: Marks
    aims: Mapping[str, Sequence[Aim]]

    def of(self, chosen: Filter, card: str = "") -> Beside:
        """What stands beside one figure; a part of a card is not held against the whole's goal."""
        aims = () if is_part(chosen) else self.aims.get(card, ())
        return Beside(marks=self.marks.on(chosen), aims=aims)


def is_part(chosen: Filter) -> bool:
    """Whether somebody narrowed a card by place, segment, words or doubt."""
    parts = (chosen.programme_id, chosen.touchpoint_id, chosen.with_suspects)
    return any((*parts, chosen.segments, chosen.properties, chosen.is_of_answers))


def around(definitions: Definitions, period: Period) -> Around:
    """Read what stands beside the two cards; four statements."""
    return Around(marks_in(definitions, period), aims())


def of_touchpoint(chosen: Filter, marks: Marks, target: int | None) -> Beside:
    """What stands beside a figure of one touchpoint: its marks, and the target on its row."""
    aimed = [] if target is None else [Aim(value=target, name="target", is_goal=True)]
    return Beside(marks=marks.on(chosen), aims=aimed)


@dataclass(frozen=True, kw_only=True)
class MarkLine:
    """One mark as a list prints it; the number stands in the picture where words do not fit."""

    number: int
    on: date
    text: str


@dataclass(frozen=True, kw_only=True)
class Held:
    """Where a score stands beside a fixed one, and what is known of that."""

    said: Said
    by_on: date | None
    told: str


def notes_of(beside: Beside) -> list[Note]:
    return [Note(on=mark.on, name=mark.text) for mark in beside.marks]


def needs_list(beside: Beside, points: Sequence[Point], width: int) -> bool:
    """Whether the picture of these points writes numbers instead of words."""
    return is_numbered(notes_of(beside), [point.on for point in points], width)


def mark_lines(beside: Beside) -> list[MarkLine]:
    return [
        MarkLine(number=number, on=mark.on, text=mark.text)
        for number, mark in enumerate(beside.marks, start=1)
    ]


def marked(beside: Beside, points: Sequence[Point]) -> list[str]:
    """For each point what happened in its days."""
    told: list[list[str]] = [[] for _ in points]
    days = [point.on for point in points]
    for mark in beside.marks:
        # A week begins where it stands; a moving point ends there.
        ends = any(point.is_moving for point in points)
        place = bisect_left(days, mark.on) if ends else bisect_right(days, mark.on) - 1
        if 0 <= place < len(points):
            told[place].append(mark.text)
    return ["; ".join(texts) for texts in told]


def levels_of(beside: Beside, definition: Definition) -> list[Level]:
    """The lines of a trend that it is held against."""
    return [
        Level(value=float(aim.value), name=f"{aim.name} {value_text(definition, aim.value)}")
        for aim in _possible(beside, definition)
    ]


def held_of(beside: Beside, shown: Figure) -> list[Held]:
    """Test the figure of a verdict's whole days against each; a target is read once a week too."""
    definition = shown.definition
    found = []
    for aim in _possible(beside, definition):
        test = against(definition, shown.histogram, aim.value / 100)
        if test is not None:
            name = f"the {aim.name}" if aim.is_goal else aim.name
            words = f"{name} of {value_text(definition, aim.value)}"
            said = held_against(test, shown, words)
            found.append(Held(said=said, by_on=aim.by_on, told=aim.told))
    return found


def _possible(beside: Beside, definition: Definition) -> list[Aim]:
    low, high = definition.bounds
    return [aim for aim in beside.aims if low <= aim.value <= high]
