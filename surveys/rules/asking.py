"""Whom to ask: the rules in their order, and each verdict in words."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

OLDEST = timedelta(days=7)
YEAR = timedelta(days=365)


class Rule(StrEnum):
    ASKED = "asked"
    PROGRAMME_OFF = "programme_off"
    IMPORTED = "imported"
    TOO_OLD = "too_old"
    ARCHIVED = "archived"
    NO_ADDRESS = "no_address"
    OPTED_OUT = "opted_out"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    STOPPED_BY_STAFF = "stopped_by_staff"
    RESTING = "resting"
    ASKED_RECENTLY = "asked_recently"
    ASKED_ENOUGH = "asked_enough"
    TEST_KEY = "test_key"
    NOTHING_TO_ASK = "nothing_to_ask"
    NO_MOMENT = "no_moment"


@dataclass(frozen=True)
class Limits:
    """What the programme and the organisation allow; days and counts."""

    rest_days: int
    ask_again_after_days: int
    asks_per_year: int


@dataclass(frozen=True)
class Situation:
    """Everything the rules look at, for one programme and one customer on one occasion."""

    limits: Limits
    is_programme_on: bool
    is_archived: bool
    has_address: bool
    is_imported: bool = False
    is_test: bool = False
    occurred_at: datetime | None = None
    recorded_at: datetime | None = None
    suppressed_for: str | None = None
    programme_asked_at: datetime | None = None
    asked_at: tuple[datetime, ...] = ()  # this address, all programmes, the last year, oldest first


@dataclass(frozen=True)
class Verdict:
    is_asked: bool
    rule: Rule
    again_on: date | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def judge(situation: Situation, now: datetime) -> Verdict:
    """Return the first rule that says no, or that the customer is asked."""
    verdict = _never(situation) or _not_yet(situation, now)
    if verdict is not None:
        return verdict
    if situation.is_test:
        return Verdict(is_asked=False, rule=Rule.TEST_KEY)
    return Verdict(is_asked=True, rule=Rule.ASKED)


def _never(situation: Situation) -> Verdict | None:
    checks = (
        (situation.is_imported, Rule.IMPORTED),
        (_age(situation) > OLDEST, Rule.TOO_OLD),
        (not situation.is_programme_on, Rule.PROGRAMME_OFF),
        (situation.is_archived, Rule.ARCHIVED),
        (not situation.has_address, Rule.NO_ADDRESS),
        (situation.suppressed_for == "opted_out", Rule.OPTED_OUT),
        (situation.suppressed_for == "bounced", Rule.BOUNCED),
        (situation.suppressed_for == "complained", Rule.COMPLAINED),
        (situation.suppressed_for is not None, Rule.STOPPED_BY_STAFF),
    )
    for holds, rule in checks:
        if holds:
            facts = {"days": _age(situation).days} if rule is Rule.TOO_OLD else {}
            return Verdict(is_asked=False, rule=rule, facts=facts)
    return None


def _age(situation: Situation) -> timedelta:
    if situation.occurred_at is None or situation.recorded_at is None:
        return timedelta(0)
    return situation.recorded_at - situation.occurred_at


def _not_yet(situation: Situation, now: datetime) -> Verdict | None:
    limits, asked = situation.limits, situation.asked_at
    last = situation.programme_asked_at
    if last is not None and now - last < timedelta(days=limits.rest_days):
        return _wait(Rule.RESTING, last, limits.rest_days)
    if asked and now - asked[-1] < timedelta(days=limits.ask_again_after_days):
        return _wait(Rule.ASKED_RECENTLY, asked[-1], limits.ask_again_after_days)
    within = [at for at in asked if now - at < YEAR]
    if len(within) >= limits.asks_per_year:
        # The place that frees the next ask is that of the oldest of the last `asks_per_year`.
        frees = within[len(within) - limits.asks_per_year]
        waits = _wait(Rule.ASKED_ENOUGH, frees, YEAR.days)
        return replace(waits, facts={"asked": len(within)})
    return None


def _wait(rule: Rule, since: datetime, days: int) -> Verdict:
    # The day after the last moment of waiting: on `again_on` every hour of the day is free.
    again = since + timedelta(days=days + 1)
    facts = {"last_asked_on": since.date().isoformat(), "days": days}
    return Verdict(is_asked=False, rule=rule, again_on=again.date(), facts=facts)


_WORDS: dict[Rule, str] = {
    Rule.ASKED: "Asked.",
    Rule.PROGRAMME_OFF: "Not asked: the programme was switched off.",
    Rule.IMPORTED: "Not asked: it was imported, and history never sends.",
    Rule.TOO_OLD: "Not asked: it was {days} days old when it was recorded; after 7 days nobody is"
    " asked any more.",
    Rule.ARCHIVED: "Not asked: the customer is archived.",
    Rule.NO_ADDRESS: "Not asked: no e-mail address is known.",
    Rule.OPTED_OUT: "Not asked: the customer asked us to stop.",
    Rule.BOUNCED: "Not asked: the address does not exist.",
    Rule.COMPLAINED: "Not asked: the customer reported our mail as spam.",
    Rule.STOPPED_BY_STAFF: "Not asked: a colleague stopped mail to this address.",
    Rule.RESTING: "Not asked: this programme asked on {last_asked_on} and rests for {days} days.",
    Rule.ASKED_RECENTLY: "Not asked: this address was asked on {last_asked_on}; {days} days must"
    " lie between two surveys.",
    Rule.ASKED_ENOUGH: "Not asked: {asked} surveys in the last twelve months are enough.",
    Rule.TEST_KEY: "Not asked: a test key reported it; with a live key the customer would be.",
    Rule.NOTHING_TO_ASK: "Not asked: the programme's survey has no published questions yet.",
    Rule.NO_MOMENT: "Not asked: no sending hour comes before the question would expire.",
}


def words(rule: str, facts: dict[str, Any], again_on: date | None) -> str:
    """Say a decision in one or two sentences, with the day from which the customer may be asked."""
    sentence = _WORDS[Rule(rule)].format_map({key: _word(value) for key, value in facts.items()})
    if again_on is None:
        return sentence
    return f"{sentence} Eligible from {_day(again_on)}."


def _word(value: Any) -> str:
    if isinstance(value, str):
        return _day(date.fromisoformat(value))
    return str(value)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
