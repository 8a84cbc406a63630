"""What another cut would make of the answers of the last days, before anybody decides on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kit.periods import last_days
from metrics.queries.filters import Slice
from metrics.queries.histograms import read
from metrics.statistics.definitions import Definition, Definitions, Kind
from metrics.statistics.figures import Figure, figure
from reports.queries.comparing import Compared, answers_of, filter_of
from reports.rules.words import NAMES, interval_text, value_text

AT_SERVICE, AFTER_CONTACT = "at service touchpoints", "after a contact"


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One possible cut, in words, with the score it would give."""

    cut: int
    words: str
    score: str
    interval: str
    is_now: bool


@dataclass(frozen=True, kw_only=True)
class Effects:
    """Every possible cut of a scale over the same answers."""

    about: str
    days: int
    n: int
    answers: Mapping[str, str]
    options: Sequence[Effect]

    @property
    def now(self) -> Effect | None:
        return next((option for option in self.options if option.is_now), None)


def effects(
    *, organisation_id: int, definitions: Definitions, kind: Kind, today: date
) -> Effects | None:
    """Score the last days by each cut the scale allows; one statement, None for the NPS."""
    newest = definitions.newest(kind)
    if newest.cut is None:
        return None
    nobody_apart = Slice(organisation_id=organisation_id)
    chosen = filter_of(_compared(kind), definitions, nobody_apart)
    counts = read(chosen, [last_days(newest.window_days, today)])[0].histogram
    scored = [
        figure(newest.with_cut(cut), counts)
        for cut in range(newest.scale.high, newest.scale.low, -1)
    ]
    return Effects(
        about=f"{NAMES[kind]} {AT_SERVICE if kind is Kind.CSAT else AFTER_CONTACT}",
        days=newest.window_days,
        n=scored[0].n,
        answers=answers_of(_compared(kind)),
        options=[_effect(one, newest) for one in scored],
    )


def _compared(kind: Kind) -> Compared:
    """The answers a manager knows the score of: the Service card's, else all after a contact."""
    return Compared.SERVICE if kind is Kind.CSAT else Compared(kind.value)


def _effect(scored: Figure, newest: Definition) -> Effect:
    known = scored.shown is not None
    return Effect(
        cut=scored.definition.cut or 0,
        words=scored.definition.words,
        score=value_text(newest, scored.shown or 0) if known else "no data",
        interval=interval_text(scored),
        is_now=scored.definition.cut == newest.cut,
    )


def becomes(found: Effects, cut: int) -> str:
    """Say what a cut makes of the score: "81 % becomes 64 %"."""
    chosen = next(option for option in found.options if option.cut == cut)
    if found.now is None or not found.n:
        return ""
    return (
        f"{chosen.score} as now" if chosen.is_now else f"{found.now.score} becomes {chosen.score}"
    )
