"""What another cut would make of the answers of the last days, before anybody decides on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.periods import last_days
from metrics.queries.filters import Filter, service
from metrics.queries.histograms import read
from metrics.statistics.definitions import Definition, Definitions, Kind
from metrics.statistics.figures import Figure, figure
from reports.rules.words import NAMES, count_text, interval_text, value_text


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
    chosen, about = _chosen(organisation_id, definitions, kind)
    counts = read(chosen, [last_days(newest.window_days, today)])[0].histogram
    scored = [
        figure(newest.with_cut(cut), counts)
        for cut in range(newest.scale.high, newest.scale.low, -1)
    ]
    return Effects(
        about=about,
        days=newest.window_days,
        n=scored[0].n,
        options=[_effect(one, newest) for one in scored],
    )


def _chosen(organisation_id: int, definitions: Definitions, kind: Kind) -> tuple[Filter, str]:
    """The answers a manager knows the score of: the Service card's, else all after a contact."""
    if kind is Kind.CSAT:
        return service(organisation_id, definitions), "CSAT at service touchpoints"
    everything = Filter(
        organisation_id=organisation_id, definition=definitions.newest(kind), is_relational=False
    )
    return everything, f"{NAMES[kind]} after a contact"


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
    if chosen.is_now:
        return f"{chosen.score} as now (n = {count_text(found.n)})"
    return f"{found.now.score} becomes {chosen.score} (n = {count_text(found.n)})"
