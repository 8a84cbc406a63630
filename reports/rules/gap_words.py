"""The gap in words: tests and verdicts as the page and the card write them."""

from dataclasses import dataclass

from metrics.statistics.families import Tested
from metrics.statistics.figures import Figure
from metrics.statistics.gap import Group, Opposed
from metrics.statistics.rounding import half_away
from metrics.statistics.verdicts import LEVEL, Call, Verdict
from reports.rules.words import Explained, Said, count_text, signed_text, value_text

OPPOSED = Said(lead="no call", rest=": two groups moved in opposite directions", tone="none")
EXPLAINED = Explained(
    name="The gap",
    sentence="What may be said of service and experience together. The scales differ, so one is "
    "never subtracted from the other.",
    facts=[
        ("Service", "share satisfied at service touchpoints, every contact"),
        ("Experience", "NPS of the relationship, the latest answer of each customer"),
        ("Verdict", "whole weeks up to last Sunday against as many before; from 25 answers a side"),
        ("Segments", "judged together, so that the luckiest is not news (Benjamini-Hochberg, 5 %)"),
        ("Cause", "no sentence says it"),
    ],
)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One test with everything a reader needs to check it."""

    name: str
    here: str
    there: str
    change: str
    interval: str
    p: str
    limit: str
    said: str
    is_called: bool


def evidence(
    name: str, here: Figure, there: Figure, verdict: Verdict, *, limit: float = LEVEL
) -> Evidence:
    """Write a test: both figures with n, the difference, its interval, p and what is called."""
    return Evidence(
        name=name,
        here=_figure_text(here),
        there=_figure_text(there),
        change=signed_text(verdict.shown),
        interval=_interval(verdict),
        p=p_text(verdict.p),
        limit=p_text(limit, about=False),
        said=verdict.call.value,
        is_called=verdict.is_called,
    )


def _figure_text(shown: Figure) -> str:
    value = "no data" if shown.shown is None else value_text(shown.definition, shown.shown)
    return f"{value} (n = {count_text(shown.n)})"


def _interval(verdict: Verdict) -> str:
    low, high = (half_away(end * 100) for end in (verdict.interval.low, verdict.interval.high))
    return f"{signed_text(low)} to {signed_text(high)}"


def p_text(p: float, *, about: bool = True) -> str:
    """Write a p as people read it: 0.25, 0.004, under 0.001."""
    if about and p < 0.001:
        return "under 0.001"
    return f"{p:.2f}" if p >= 0.095 else f"{p:.4f}".rstrip("0")


def change_said(test: Tested | None, here: Figure, there: Figure) -> Said:
    """Say a segment's change against the last period, in as few words as a table allows."""
    if test is None:
        return _too_few(here, there)
    verdict = test.verdict
    if verdict.is_called:
        lead = f"{verdict.call.value} {abs(verdict.shown)}"
        return Said(lead=lead, rest=_both(here, there), tone=verdict.call.value)
    return Said(lead=verdict.call.value, rest=_both(here, there), tone="none")


def apart_said(test: Tested | None, here: Figure, rest: Figure) -> Said:
    """Say how a segment differs from all others in the same weeks."""
    if test is None:
        return _too_few(here, rest)
    verdict = test.verdict
    if verdict.is_called:
        where = "above" if verdict.call is Call.UP else "below"
        lead = f"{abs(verdict.shown)} {where} {_short(rest)}"
        return Said(lead=lead, rest=_both(here, rest), tone=verdict.call.value)
    lead = "as the others" if verdict.call is Call.STEADY else verdict.call.value
    return Said(lead=lead, rest=_both(here, rest), tone="none")


def _short(rest: Figure) -> str:
    return value_text(rest.definition, rest.shown or 0)


def _both(here: Figure, there: Figure) -> str:
    return f"n = {count_text(here.n)} and {count_text(there.n)}"


def _too_few(here: Figure, there: Figure) -> Said:
    return Said(lead="too few", rest=_both(here, there), tone="none")


def span_text(before: Figure, now: Figure) -> str:
    """From what to what: +12 \u2192 \u221230."""
    if before.shown is None or now.shown is None:
        return ""
    first, last = (value_text(one.definition, one.shown or 0) for one in (before, now))
    return f"{first} \u2192 {last}"


def opposed_text(found: Opposed) -> str:
    """Name the two groups: plan Basic fell while plan Plus rose."""
    return f"{_who(found.fell)} fell while {_who(found.rose)} rose"


def _who(group: Group | None) -> str:
    return "all the others together" if group is None else str(group)
