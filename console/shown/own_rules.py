"""What a programme says for itself about whom it asks, as one line of sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surveys.models import Programme
from surveys.rules.conditions import conditions_of
from surveys.rules.reasons import counted

DAY, HOUR = 1440, 60


@dataclass(frozen=True, kw_only=True)
class OwnRules:
    """One programme: when it asks, and its own clock, share and conditions."""

    programme: Programme
    when: str
    says: str


def own_rules(programmes: Sequence[Programme]) -> list[OwnRules]:
    return [
        OwnRules(programme=each, when=when_it_asks(each), says="; ".join(_says(each)))
        for each in programmes
    ]


def when_it_asks(programme: Programme) -> str:
    """Say on what occasion: every 6 months, 2 days after the contact."""
    if programme.kind == Programme.Kind.TRANSACTIONAL:
        minutes = programme.delay_minutes
        return f"{_span(minutes)} after the contact" if minutes else "Within seconds of the contact"
    if programme.cadence_months is None:
        return "When somebody starts a wave; by no calendar"
    months = programme.cadence_months
    return f"By the calendar, every {'month' if months == 1 else f'{months} months'}"


def _span(minutes: int) -> str:
    for size, name in ((DAY, "day"), (HOUR, "hour")):
        if minutes % size == 0:
            return counted(minutes // size, name)
    return counted(minutes, "minute")


def _says(programme: Programme) -> Iterator[str]:
    rest = counted(programme.rest_days, "day")
    yield f"rests {rest} after asking somebody" if programme.rest_days else "has no rest of its own"
    if programme.sampling_percent < 100:
        yield f"asks {programme.sampling_percent} % of them, drawn"
    if programme.kind == Programme.Kind.TRANSACTIONAL:
        yield f"its place among programmes is {programme.priority}"
    elif programme.newcomer_days:
        yield f"leaves a new customer alone for {counted(programme.newcomer_days, 'day')}"
    for condition in conditions_of(programme.conditions):
        yield f"only where {condition}"
