"""Decisions in words: who was asked or not, and the rule that decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
    "refused": "The customer refused",
    "no_basis": "No legal basis is recorded",
    "held_out": "Held out: never asked",
    "condition": "The programme asks only others",
    "not_drawn": "Not among those who are drawn",
    "all_paused": "All sending is paused",
    "paused": "Paused because of an incident",
    "resting": "The programme rests after asking",
    "outranked": "A programme that comes first asked about it",
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
            place=one.interaction.touchpoint.name if one.interaction else "",
            is_asked=one.is_asked,
            words=words(one.rule, one.facts, one.again_on),
            at=one.decided_at,
        )
        for one in decisions
    ]
