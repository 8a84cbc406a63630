"""The two groups of answers behind a verdict, and how a list of answers is told their days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.periods import Period
from metrics.queries.scores import Score
from metrics.rules.windows import Comparison
from metrics.statistics.figures import Figure
from metrics.statistics.overlaps import Overlap


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The two groups of answers behind a verdict: how many, and of which days."""

    n: int
    n_before: int
    now: Period
    before: Period


def sides_of(score: Score) -> Sides:
    return sides_between(score.compared, score.before, score.comparison)


def sides_between(now: Figure, before: Figure, compared: Comparison) -> Sides:
    return Sides(n=now.n, n_before=before.n, now=compared.now, before=compared.before)


@dataclass(frozen=True, kw_only=True)
class Lead:
    """A number inside a sentence, and which answers it counts: those of a segment, or but it."""

    n: int
    answers: Mapping[str, str]
    days: Period
    segment: str = ""  # as an address writes it
    but: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A sentence whose numbers lead to their answers."""

    text: str
    leads: Sequence[Lead]
    first: str = "n = "  # what stands before the first of them


def in_both(other: Period) -> dict[str, str]:
    """Narrow a list of answers to customers who are in these other days, too."""
    return {"paired_from": other.first.isoformat(), "paired_to": other.last.isoformat()}


def shared_lead(shared: Overlap, compared: Comparison, answers: Mapping[str, str]) -> Lead:
    """Who answered in both periods: the newer answer of each."""
    both = {**answers, **in_both(compared.before)}
    return Lead(n=shared.shared.n, answers=both, days=compared.now)


def days_of(period: Period) -> dict[str, str]:
    """Narrow a list of answers to some days, whatever days the page shows."""
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}
