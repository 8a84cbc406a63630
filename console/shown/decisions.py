"""Decisions in words: who was asked or not, and the rule that decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from surveys.models import Customer, Decision
from surveys.queries.programmes import RuleCount
from surveys.rules.reasons import words

RULES = {
    "asked": "Asked",
    "programme_off": "The programme was switched off",
    "imported": "Imported: history never sends",
    "too_old": "Too old when it was recorded",
    "archived": "The customer is archived",
    "no_address": "No e-mail address is known",
    "opted_out": "The customer asked us to stop",
    "bounced": "The address does not exist",
    "complained": "Reported our mail as spam",
    "stopped_by_staff": "A colleague stopped mail to the address",
    "wrong_person": "Our mail reached somebody else",
    "refused": "The customer refused",
    "no_basis": "No legal basis is recorded",
    "held_out": "Held out: never asked",
    "condition": "The programme asks only others",
    "not_drawn": "Not among those who are drawn",
    "all_paused": "All sending is paused",
    "paused": "Paused because of an incident",
    "resting": "The programme rests after asking",
    "outranked": "A programme that comes first asked about it",
    "gave_way": "Made way for a programme that comes first",
    "asked_recently": "Asked by another programme just before",
    "kept_free": "Kept free before the relationship survey",
    "kept_place": "The place is the relationship survey's",
    "asked_enough": "Asked often enough this year",
    "company_asked": "Enough people of the company were asked",
    "test_key": "Reported with a test key",
    "nothing_to_ask": "Nothing published to ask",
    "no_moment": "No sending hour in time",
    "trial": "Sent by a colleague to try the survey",
}


VERDICTS: Mapping[str, bool | None] = {"": None, "asked": True, "not_asked": False}
# What made it the moment to decide, by how the occasion begins.
OCCASIONS = {
    "due": "the calendar",
    "wave": "a wave",
    "by-hand": "by hand",
    "link-by-hand": "a link, by hand",
    "link": "a link, by the API",
}


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """One rule, how often it decided and its share of all decisions."""

    rule: str
    name: str
    is_asked: bool
    count: int
    total: int


@dataclass(frozen=True, kw_only=True)
class DecisionRow:
    """One decision with whom it is about."""

    customer: Customer
    place: str
    is_asked: bool
    words: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class VerdictChoice:
    """One side of the decisions, with how many there are and the address that shows them."""

    name: str
    count: int
    query: str
    is_current: bool


def verdicts_of(
    counts: Sequence[RuleCount], chosen: str, kept: Sequence[tuple[str, str]]
) -> list[VerdictChoice]:
    """All, asked and not asked, whatever else the list is narrowed by."""
    return [
        VerdictChoice(
            name=name,
            count=sum(one.count for one in counts if VERDICTS[key] in (None, one.is_asked)),
            query=urlencode([*kept, *([("verdict", key)] if key else [])]),
            is_current=key == chosen,
        )
        for key, name in (("", "All"), ("asked", "Asked"), ("not_asked", "Not asked"))
    ]


def rules_of(counts: Sequence[RuleCount]) -> list[RuleRow]:
    """Name the rules; one that is newer than this page keeps its own name."""
    total = sum(one.count for one in counts)
    return [
        RuleRow(
            rule=one.rule,
            name=RULES.get(one.rule, one.rule.replace("_", " ")),
            is_asked=one.is_asked,
            count=one.count,
            total=total,
        )
        for one in counts
    ]


def rows_of(decisions: Sequence[Decision]) -> list[DecisionRow]:
    """Say decisions in words; customers and touchpoints must have been read with them."""
    return [
        DecisionRow(
            customer=one.customer,
            place=_after(one),
            is_asked=one.is_asked,
            words=words(one.rule, one.facts, one.again_on),
            at=one.decided_at,
        )
        for one in decisions
    ]


def _after(decision: Decision) -> str:
    """Name the touchpoint that was met, else what made somebody decide."""
    if decision.interaction:
        return decision.interaction.touchpoint.name
    return OCCASIONS.get(decision.occasion.partition(":")[0], "")
