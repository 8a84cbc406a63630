"""Service beside experience, of everybody and of each segment, with what may be said of both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kit.periods import Period
from metrics.models import PropertyValue, TrackedProperty
from metrics.queries.filters import Filter
from metrics.queries.gap_counts import (
    BEFORE,
    EARLIER,
    NOW,
    Part,
    Read,
    Side,
    read_parts,
    windows_of,
)
from metrics.queries.overlaps import NOTHING_STORED, Overlaps
from metrics.rules.windows import Against, Comparison, comparison
from metrics.statistics.definitions import Definition
from metrics.statistics.families import Tested, Versus, judge_together
from metrics.statistics.figures import Figure, figure, needed_n, still_holds, verdict
from metrics.statistics.gap import Group, Opposed, opposed, sentence
from metrics.statistics.overlaps import Overlap
from metrics.statistics.scores import Histogram
from metrics.statistics.verdicts import Call, Verdict

SERVICE, EXPERIENCE = "service", "experience"


@dataclass(frozen=True)
class Past:
    """What was called of an earlier period, against the equally long one before it."""

    period: Period
    before: Period
    verdict: Verdict | None

    @property
    def call(self) -> Call | None:
        return None if self.verdict is None else self.verdict.call


@dataclass(frozen=True)
class Whole:
    """One metric of everybody, with the verdicts of this period and of the four before it."""

    side: Side
    verdict: Verdict | None
    earlier: Sequence[Past]
    # What both periods share; None: answers are treated as independent.
    overlap: Overlap | None = None


@dataclass(frozen=True)
class Judged:
    """One metric of a segment: its change, and how it differs from all others together.

    `others` is what all others did meanwhile. None: fewer than 25 answers on one side.
    """

    side: Side
    rest: Figure
    change: Tested | None
    apart: Tested | None
    others: Tested | None


@dataclass(frozen=True)
class Segment:
    """The customers with one value of a tracked property, by both metrics."""

    group: Group
    dimension: int
    value_id: int
    service: Judged
    experience: Judged

    @property
    def surest(self) -> float:
        """The smallest p beside its family's threshold: below one something is called."""
        sides = (self.service, self.experience)
        tests = [test for side in sides for test in (side.change, side.apart) if test]
        return min((test.verdict.p / test.threshold for test in tests), default=float("inf"))


@dataclass(frozen=True)
class Gap:
    """The first level of the gap: sentence, both metrics, segments with the surest first.

    `sentence` is None where one side has fewer than 25 answers in one of the two periods.
    """

    period: Period
    comparison: Comparison
    service: Whole
    experience: Whole
    segments: Sequence[Segment]
    fallen: Sequence[Group]
    opposed: Opposed | None
    sentence: str | None


def gap_of(
    service: Filter,
    experience: Filter,
    period: Period,
    *,
    today: date,
    against: Period | Against | None = None,
    overlaps: Overlaps = NOTHING_STORED,
) -> Gap:
    """Read and judge both metrics; four statements, however many segments there are."""
    compared = comparison(period, today, against)
    tracked = {row.dimension: row for row in TrackedProperty.objects.order_by("slot")}
    reads = {
        name: read_parts(chosen, windows_of(period, compared), list(tracked))
        for name, chosen in ((SERVICE, service), (EXPERIENCE, experience))
    }
    groups = _groups(reads, tracked)
    segments = _segments(reads, groups)
    shared = {name: overlaps.of(read.chosen, compared) for name, read in reads.items()}
    wholes = {name: _whole(read, shared[name]) for name, read in reads.items()}
    fallen = _fallen(segments)
    return Gap(
        period=period,
        comparison=compared,
        service=wholes[SERVICE],
        experience=wholes[EXPERIENCE],
        segments=segments,
        fallen=fallen,
        opposed=_opposed(segments),
        sentence=_sentence(wholes[SERVICE], wholes[EXPERIENCE], fallen),
    )


def _groups(reads: Mapping[str, Read], tracked: Mapping[int, TrackedProperty]) -> dict[Part, Group]:
    """Name the segments of properties that both metrics know.

    What only contacts bear (a team, an agent) has no experience to be compared with.
    """
    known = [{dimension for dimension, _ in read.parts} for read in reads.values()]
    both = set.intersection(*known)
    parts = {part for read in reads.values() for part in read.parts if part[0] in both}
    named = PropertyValue.objects.filter(pk__in=[value for _, value in parts])
    names = {row.pk: str(row) for row in named}
    return {
        part: Group(tracked[part[0]].key, names[part[1]])
        for part in sorted(parts)
        if part[1] in names
    }


def _segments(reads: Mapping[str, Read], groups: Mapping[Part, Group]) -> list[Segment]:
    """Judge each segment; three families of tests, each over segments times two metrics."""
    wanted = [(name, part) for name in reads for part in groups]
    families = [
        judge_together({(name, part): versus(reads[name], part) for name, part in wanted})
        for versus in (Read.change, Read.apart, Read.change_of_others)
    ]

    def judged(name: str, part: Part) -> Judged:
        found = [family.get((name, part)) for family in families]
        rest = figure(reads[name].chosen.definition, reads[name].others(NOW, part))
        return Judged(reads[name].side(part), rest, *found)

    made = [
        Segment(group, *part, judged(SERVICE, part), judged(EXPERIENCE, part))
        for part, group in groups.items()
    ]
    return sorted(made, key=lambda one: (one.surest, -one.experience.side.figure.n, str(one.group)))


def _whole(read: Read, overlap: Overlap | None) -> Whole:
    definition, places = read.chosen.definition, range(EARLIER, len(read.whole) - 1)
    overlap = still_holds(definition, read.histogram(NOW), read.histogram(BEFORE), overlap)
    return Whole(
        side=read.side(overlap=overlap),
        verdict=_verdict(definition, read.histogram(NOW), read.histogram(BEFORE), overlap),
        overlap=overlap,
        earlier=[
            Past(
                read.windows[place],
                read.windows[place + 1],
                _verdict(definition, read.histogram(place), read.histogram(place + 1)),
            )
            for place in places
        ],
    )


def _verdict(
    definition: Definition, now: Histogram, before: Histogram, overlap: Overlap | None = None
) -> Verdict | None:
    is_enough = Versus(definition, now, before).is_enough
    return verdict(definition, now, before, overlap) if is_enough else None


def _fallen(segments: Iterable[Segment]) -> list[Group]:
    """The segments whose experience is called down, the surest first."""
    found = [
        (test.verdict.p, segment.group)
        for segment in segments
        if (test := segment.experience.change) and test.verdict.call is Call.DOWN
    ]
    return [group for _, group in sorted(found, key=lambda one: (one[0], str(one[1])))]


def _opposed(segments: Sequence[Segment]) -> Opposed | None:
    def calls(of: str) -> dict[Group, Call]:
        tests = {one.group: getattr(one.experience, of) for one in segments}
        return {group: test.verdict.call for group, test in tests.items() if test}

    return opposed(calls("change"), calls("others"))


def _sentence(service: Whole, experience: Whole, fallen: Sequence[Group]) -> str | None:
    if service.verdict is None or experience.verdict is None:
        return None
    needed = max(
        needed_n(whole.side.now.definition, whole.side.now.histogram)
        for whole in (service, experience)
    )
    return sentence(
        service.verdict.call,
        experience.verdict.call,
        earlier=[past.call for past in service.earlier],
        fallen=fallen,
        needed=needed,
    )
