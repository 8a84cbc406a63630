"""Customers who rated both: how they were served, how they feel, and what may be claimed of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from metrics.statistics.families import ENOUGH, Compared, Tested, judge_all
from metrics.statistics.nps import NpsCounts
from metrics.statistics.planning import needed_for_share
from metrics.statistics.proportions import Share, newcombe
from metrics.statistics.verdicts import Call

SMALLEST_CHANGE = 0.02
CHANGE_TO_SEE = 0.10


class Served(StrEnum):
    """How a customer was served in the days before she answered."""

    WELL = "good"
    POORLY = "poor"


class Felt(StrEnum):
    """What she answered: 9-10, 7-8 or 0-6."""

    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"


Cell = tuple[Served, Felt]
# Of these may be claimed; those in between stand in a column of their own and claim nothing.
CORNERS: tuple[Cell, ...] = tuple(
    (served, felt) for served in Served for felt in (Felt.HIGH, Felt.LOW)
)


@dataclass(frozen=True)
class Quadrants:
    """How many customers stand where; `unrated` rated no service and are in no cell."""

    well: NpsCounts
    poorly: NpsCounts
    unrated: int = 0

    @property
    def n(self) -> int:
        """Customers who have both."""
        return self.well.n + self.poorly.n

    @property
    def coverage(self) -> Share:
        return Share(self.n, self.n + self.unrated)

    def row(self, served: Served) -> NpsCounts:
        return self.well if served is Served.WELL else self.poorly

    def count(self, cell: Cell) -> int:
        row = self.row(cell[0])
        return {
            Felt.HIGH: row.promoters,
            Felt.MIDDLE: row.passives,
            Felt.LOW: row.detractors,
        }[cell[1]]

    def share(self, cell: Cell) -> Share:
        """Of all who have both."""
        return Share(self.count(cell), self.n)

    def within(self, cell: Cell) -> Share:
        """Of all who were served like that."""
        return Share(self.count(cell), self.row(cell[0]).n)

    def lenient(self) -> "Quadrants":
        """The same with 7-8 counted as good."""
        return Quadrants(_lenient(self.well), _lenient(self.poorly), self.unrated)

    def without(self, part: "Quadrants") -> "Quadrants":
        """Everybody but a segment."""
        return Quadrants(
            _minus(self.well, part.well),
            _minus(self.poorly, part.poorly),
            self.unrated - part.unrated,
        )


def _lenient(row: NpsCounts) -> NpsCounts:
    return NpsCounts(row.promoters + row.passives, 0, row.detractors)


def _minus(row: NpsCounts, part: NpsCounts) -> NpsCounts:
    return NpsCounts(
        row.promoters - part.promoters,
        row.passives - part.passives,
        row.detractors - part.detractors,
    )


@dataclass(frozen=True)
class Change:
    """A cell's share of all who have both, in this period and in the last."""

    cell: Cell


@dataclass(frozen=True)
class Apart:
    """A cell's share in a segment and among everybody else; `segment` is any name of it."""

    cell: Cell
    segment: object


@dataclass(frozen=True)
class Link:
    """The share of detractors among those poorly served and among those well served."""


Question = Change | Apart | Link


@dataclass(frozen=True)
class Line:
    """The counts by one way of drawing the line: so many days, 7-8 good or not."""

    now: Quadrants
    before: Quadrants
    segments: Mapping[object, Quadrants]


@dataclass(frozen=True)
class Claim:
    """A verdict, and what it would be had the line been drawn elsewhere."""

    here: Share
    there: Share
    test: Tested
    elsewhere: Mapping[str, Call | None]

    @property
    def depends(self) -> bool:
        """Whether a call hangs on where the line is drawn; then nothing is claimed.

        Where another line leaves too few who have both (None), it cannot flip anything.
        """
        call = self.test.verdict.call
        others = [other for other in self.elsewhere.values() if other is not None]
        return self.test.verdict.is_called and any(other is not call for other in others)

    @property
    def call(self) -> Call:
        """What may be claimed: up, down, or no call."""
        return Call.NO_CALL if self.depends else self.test.verdict.call


def claims(rule: Line, others: Mapping[str, Line]) -> dict[Question, Claim]:
    """Judge the link, each corner's change and each segment's corners as one family.

    Newcombe 1998b for each difference; Benjamini and Hochberg 1995 for all of them together.
    `others` are the same counts with the line drawn elsewhere, by name. Counting 7-8 as
    good is tried as well. A comparison needs 25 who have both on either side.
    """
    lines = {**others, "7-8 counted as good": _lenient_line(rule)}
    verdicts = {name: _judged(line) for name, line in lines.items()}
    shares = _shares(rule)
    return {
        question: Claim(
            *shares[question],
            test,
            {
                name: found[question].verdict.call if question in found else None
                for name, found in verdicts.items()
            },
        )
        for question, test in _judged(rule).items()
    }


def _lenient_line(line: Line) -> Line:
    return Line(
        line.now.lenient(),
        line.before.lenient(),
        {name: part.lenient() for name, part in line.segments.items()},
    )


def _judged(line: Line) -> dict[Question, Tested]:
    return judge_all(
        {
            question: compared
            for question, (here, there) in _shares(line).items()
            if min(here.n, there.n) >= ENOUGH and (compared := _compared(here, there))
        }
    )


def _shares(line: Line) -> dict[Question, tuple[Share, Share]]:
    """What each question compares."""
    low = [line.now.within((served, Felt.LOW)) for served in (Served.POORLY, Served.WELL)]
    found: dict[Question, tuple[Share, Share]] = {Link(): (low[0], low[1])}
    for cell in CORNERS:
        found[Change(cell)] = line.now.share(cell), line.before.share(cell)
        for name, part in line.segments.items():
            found[Apart(cell, name)] = part.share(cell), line.now.without(part).share(cell)
    return found


def _compared(here: Share, there: Share) -> Compared | None:
    change = newcombe(here, there)
    if change is None:
        return None
    return Compared(change, SMALLEST_CHANGE, needed_for_share(here, CHANGE_TO_SEE))
