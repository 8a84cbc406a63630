"""People behind counts of questions and of interactions, as templates print them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from console.forms.asked import BECAME
from console.shown.ways import Way
from metrics.queries.asked import AskedOne
from metrics.queries.rates import ResponseRate
from reports.rules.words import count_text
from surveys.models import Customer, Interaction
from surveys.rules.reasons import words

OUTCOMES = {
    "finished": "Answered, to the end of the form",
    "began": "Answered",
    **{name: said for name, said in BECAME.items() if name != "answered"},
}


@dataclass(frozen=True, kw_only=True)
class AskedLine:
    """One question that left."""

    customer: Customer
    programme: str
    place: str
    left_on: date
    became: str
    has_answered: bool


@dataclass(frozen=True, kw_only=True)
class MetLine:
    """One interaction with what each programme decided of it."""

    customer: Customer
    at: datetime
    about: str
    decided: Sequence[tuple[str, str]]
    answered_at: datetime | None


def asked_lines(found: Sequence[AskedOne]) -> list[AskedLine]:
    return [_asked(one) for one in found]


def _asked(one: AskedOne) -> AskedLine:
    row = one.invitation
    assert row.sent_on is not None  # nothing else is counted
    return AskedLine(
        customer=row.customer,
        programme=row.programme.name,
        place=row.touchpoint.name if row.touchpoint else "",
        left_on=row.sent_on,
        became=OUTCOMES[one.outcome],
        has_answered=one.outcome in ("finished", "began"),
    )


def ways_of(rate: ResponseRate, chosen: str, kept: Sequence[tuple[str, str]]) -> list[Way]:
    """Everybody, and each outcome that somebody had, with how many."""
    counts = {"": rate.sent} | {name: getattr(rate, name) for name in BECAME}
    return [
        Way(
            name=BECAME.get(name, "All"),
            n=count_text(count),
            query=urlencode([*kept, *([("became", name)] if name else [])]),
            is_here=name == chosen,
        )
        for name, count in counts.items()
        if count or name in ("", chosen)
    ]


def met_lines(found: Sequence[Interaction]) -> list[MetLine]:
    return [_met(one) for one in found]


def _met(one: Interaction) -> MetLine:
    decisions = list(one.decisions.all())
    asked = [row.invitation for row in decisions if hasattr(row, "invitation")]
    return MetLine(
        customer=one.customer,
        at=one.occurred_at,
        about=one.subject,
        decided=[
            (row.programme.name, words(row.rule, row.facts, row.again_on)) for row in decisions
        ],
        answered_at=next((row.answered_at for row in asked if row.answered_at), None),
    )
