"""Figures in words: scores, intervals, sample sizes and verdicts as every page writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.statistics.benchmarks import BenchmarkTest, Standing
from metrics.statistics.definitions import IN_WORDS, Definition, Kind
from metrics.statistics.figures import Figure
from metrics.statistics.intervals import Interval
from metrics.statistics.rates import CHANGE_TO_SEE, SMALLEST_CHANGE
from metrics.statistics.rounding import half_away
from metrics.statistics.tiers import Tier
from metrics.statistics.verdicts import Call, Verdict
from surveys.rules.metrics import NAMES as METRIC_NAMES
from surveys.rules.metrics import Metric

MINUS = "\u2212"
NAMES = {kind: METRIC_NAMES[Metric(kind)] for kind in Kind}
METHODS = {
    Kind.NPS: "95 %, adjusted Wald (add three answers)",
    Kind.CSAT: "95 %, Wilson",
    Kind.FACES: "95 %, Wilson",
    Kind.CES: "95 %, Wilson",
}
_SATISFIED = (("Satisfied", "promoter"), ("Not satisfied", "detractor"))
GROUPS = {
    Kind.NPS: (("Promoters", "promoter"), ("Passives", "passive"), ("Detractors", "detractor")),
    Kind.CSAT: _SATISFIED,
    Kind.FACES: _SATISFIED,
    Kind.CES: (("Easy", "promoter"), ("Not easy", "detractor")),
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """A verdict: the word that stands out, the rest of the sentence, its direction."""

    lead: str
    rest: str
    tone: str  # up, down or none


@dataclass(frozen=True, kw_only=True)
class Explained:
    """What a number means, as the `?` beside it says."""

    name: str
    sentence: str
    facts: Sequence[tuple[str, str]]
    is_versioned: bool = False


def value_text(definition: Definition, points: int) -> str:
    """Write whole points: +46, 0 and \u221231 for NPS, 83 % for shares."""
    if definition.kind is not Kind.NPS:
        return f"{points} %"
    return signed_text(points)


def score_text(figure: Figure) -> str:
    """Write the score, or nothing where there are too few answers for a headline."""
    if figure.shown is None or not figure.tier.shows_headline:
        return ""
    return value_text(figure.definition, figure.shown)


def interval_text(figure: Figure) -> str:
    """Write the interval beside a score: +38 to +54, 77 to 84 %."""
    if figure.shown_interval is None:
        return ""
    low, high = figure.shown_interval
    first = value_text(figure.definition, low).removesuffix(" %")
    return f"{first} to {value_text(figure.definition, high)}"


def share_interval_text(interval: Interval) -> str:
    """Write the interval of a rate: 29 to 34 %."""
    return f"{half_away(interval.low * 100)} to {half_away(interval.high * 100)} %"


def mean_text(figure: Figure) -> str:
    """Write the mean that stands beside a share: 4.2 of 5 (4.1 to 4.3).

    Nothing for the NPS, whose scale is made into groups, or where there is no headline. No
    interval where answers are worth fewer than their number: Student's would be too narrow.
    """
    if figure.mean is None or figure.definition.kind is Kind.NPS or not figure.tier.shows_headline:
        return ""
    told = f"{_tenths(figure.mean.value)} of {figure.definition.scale.high}"
    interval = None if figure.worth is not None else figure.mean.interval
    if interval is None or not interval.width:  # all alike: no spread to tell an interval from
        return told
    return f"{told} ({_tenths(interval.low)} to {_tenths(interval.high)})"


def _tenths(value: Fraction | float) -> str:
    return f"{half_away(value * 10) / 10:.1f}"


def size_text(figure: Figure) -> str:
    """Say what the number of answers does not allow, or nothing."""
    return {
        Tier.NO_DATA: "no data",
        Tier.COUNT: "too few for a score",
        Tier.DISTRIBUTION: "too few for a score",
        Tier.SMALL_SAMPLE: "small sample",
        Tier.PLAIN: "",
    }[figure.tier]


def few_text(figure: Figure) -> str:
    """Say how a few answers spread, in counts: "6 satisfied, 4 not satisfied"."""
    return ", ".join(text for text, _ in few_parts(figure))


def few_parts(figure: Figure) -> list[tuple[str, str]]:
    """The same part by part, each with its tone."""
    named = zip(GROUPS[figure.definition.kind], figure.groups, strict=True)
    return [(f"{count} {name.lower()}", tone) for (name, tone), count in named if count]


def count_text(count: int) -> str:
    return f"{count:,}"


WHY_LEFT_OUT = {
    "suspect": ("suspected machine", "suspected machines"),
    "excluded": ("excluded", "excluded"),
    "test": ("test", "tests"),
    "withdrawn": ("withdrawn", "withdrawn"),
    "spoken": ("told to staff", "told to staff"),
    "superseded": ("answered anew since", "answered anew since"),
    "unrated": ("rated no service before", "rated no service before"),
}


def left_out_text(why: str, count: int) -> str:
    """Say how many answers are not counted and why: 2 suspected machines."""
    one, many = WHY_LEFT_OUT[why]
    return f"{count_text(count)} {one if count == 1 else many}"


def signed_text(points: int) -> str:
    """Write a change: +6, \u22124, 0."""
    return f"{'+' if points > 0 else MINUS if points < 0 else ''}{abs(points)}"


def said(verdict: Verdict, definition: Definition, *, is_sure: bool = True) -> Said:
    """Say a verdict in words, with both numbers of answers.

    `is_sure=False`: called alone, but not among all that were looked at together.
    """
    smallest, to_see = definition.smallest_change, definition.change_to_see
    return _said(verdict, smallest, to_see, unit="answers", is_sure=is_sure)


def said_of_rate(verdict: Verdict) -> Said:
    """Say how a response rate changed."""
    return _said(verdict, SMALLEST_CHANGE, CHANGE_TO_SEE, unit="questions", is_sure=True)


def _said(verdict: Verdict, smallest: float, to_see: float, *, unit: str, is_sure: bool) -> Said:
    both = f"(n = {count_text(verdict.n)} and {count_text(verdict.n_before)})"
    if verdict.is_called and not is_sure:
        return Said(lead="no call", rest=f": could be chance among so many {both}", tone="none")
    if verdict.is_called:
        lead = f"{verdict.call.value} {abs(verdict.shown)}"
        return Said(lead=lead, rest=f": more than chance explains {both}", tone=verdict.call.value)
    if verdict.call is Call.STEADY:
        rest = f": any change is under {points_text(smallest)} {both}"
        return Said(lead="steady", rest=rest, tone="none")
    needed = ""
    if verdict.needed_n is not None and verdict.needed_n > min(verdict.n, verdict.n_before):
        points, about = points_text(to_see), count_text(verdict.needed_n)
        needed = f". To see {points}, about {about} {unit} are needed in each period"
    return Said(lead="no call", rest=f": could be chance {both}{needed}", tone="none")


def held_against(test: BenchmarkTest, figure: Figure, name: str) -> Said:
    """Say where a score stands beside a fixed one, called by `name`: "the goal of 80 %"."""
    n = f"(n = {count_text(test.n)})"
    if not figure.tier.shows_headline:
        return Said(lead=f"too few answers to hold against {name}", rest=f" {n}", tone="none")
    if test.standing is Standing.OPEN:
        lead = f"at {score_text(figure)}, {interval_text(figure)}"
        return Said(lead=lead, rest=f": cannot yet be told from {name} {n}", tone="none")
    tone = "up" if test.standing is Standing.ABOVE else "down"
    lead = f"{test.standing} {name}"
    return Said(lead=lead, rest=f": more than chance explains {n}", tone=tone)


def explained(definition: Definition, *, name: str, unit: str) -> Explained:
    """Say how a score is made; `unit` says which answers count."""
    facts = [
        ("Counts", unit),
        ("Leaves out", "skipped, excluded, test and machine-suspected answers"),
        *_cut(definition),
        ("Rounded", IN_WORDS[definition.rounding]),
        ("Interval", METHODS[definition.kind]),
        ("Verdict", "whole days up to last Sunday against as many before; 1 in 20 calls is chance"),
        ("Steady", f"when the change is certainly under {points_text(definition.smallest_change)}"),
        ("Version", version_text(definition)),
    ]
    sentence = f"{definition.words}."
    return Explained(name=name, sentence=sentence, facts=facts, is_versioned=True)


def _cut(definition: Definition) -> list[tuple[str, str]]:
    if definition.cut is None:
        return [("Groups", "0-6, 7-8, 9-10; fixed for every NPS")]
    satisfied = GROUPS[definition.kind][0][0].lower()
    return [("Cut", f"{satisfied} from {definition.cut} on, on a scale from {definition.scale}")]


def version_text(definition: Definition) -> str:
    """Name a version, since when it holds and what changed with it."""
    if definition.since_on is None:
        return f"{definition.version}, from the beginning"
    return f"{definition.version}, since {definition.since_on:%-d %b %Y}: {definition.reason}"


def points_text(change: float) -> str:
    points = round(change * 100)
    return f"{points} point" if points == 1 else f"{points} points"
