"""Whom to ask: the rules in their order; the first that says no decides."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from surveys.rules.conditions import Condition, first_failing
from surveys.rules.limits import (
    DAY,
    YEAR,
    Ask,
    Calendar,
    Wait,
    apart,
    day_from,
    day_of,
    kept_free,
    kept_free_days,
    kept_place,
    per_company,
    per_year,
    start_of,
)
from surveys.rules.pauses import Pause, covering

__all__ = ["YEAR", "Ask", "Limits", "Rule", "Situation", "Verdict", "judge"]

OLDEST_DAYS = 7
# Limits that follow each other; far more than can, so that a mistake ends and is seen.
MOST_WAITS = 100


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
    WRONG_PERSON = "wrong_person"
    REFUSED = "refused"
    NO_BASIS = "no_basis"
    HELD_OUT = "held_out"
    CONDITION = "condition"
    NOT_DRAWN = "not_drawn"
    ALL_PAUSED = "all_paused"
    PAUSED = "paused"
    RESTING = "resting"
    OUTRANKED = "outranked"
    GAVE_WAY = "gave_way"
    ASKED_RECENTLY = "asked_recently"
    KEPT_FREE = "kept_free"
    KEPT_PLACE = "kept_place"
    ASKED_ENOUGH = "asked_enough"
    COMPANY_ASKED = "company_asked"
    TEST_KEY = "test_key"
    NOTHING_TO_ASK = "nothing_to_ask"
    NO_MOMENT = "no_moment"
    TRIAL = "trial"  # nobody judged: a member sent it to try the survey


@dataclass(frozen=True)
class Limits:
    """What the programme and the organisation allow; days, counts and shares of a hundred."""

    rest_days: int
    ask_again_after_days: int
    asks_per_year: int
    people_per_company: int = 0  # 0: no limit
    company_days: int = 30
    oldest_days: int = OLDEST_DAYS
    sampling_percent: int = 100
    holdout_percent: int = 0


@dataclass(slots=True)
class Situation:
    """Everything the rules look at, for one programme and one customer on one occasion."""

    limits: Limits
    is_programme_on: bool
    is_archived: bool
    has_address: bool
    is_relational: bool = False
    is_imported: bool = False
    is_test: bool = False
    occurred_at: datetime | None = None
    recorded_at: datetime | None = None
    suppressed_for: str | None = None
    channel: str = "email"  # the way the question would take
    legal_basis: str = ""  # why this person may be asked
    refused_on: date | None = None
    needs_legal_basis: bool = False
    is_held_out: bool = False
    is_drawn: bool = True
    conditions: tuple[Condition, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    is_all_paused: bool = False
    pauses: tuple[Pause, ...] = ()
    asks: tuple[Ask, ...] = ()  # this person's and this address's, all programmes, by time
    colleagues_asked_at: tuple[datetime, ...] = ()  # each colleague's last
    slots: tuple[Calendar, ...] = ()  # of the relational programmes that ask this customer
    lead: timedelta = timedelta(0)  # from the decision until the mail is due
    zone: str = "UTC"  # the organisation's: its days are the ones that are named


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
    percent = situation.limits.sampling_percent
    return Verdict(
        is_asked=True, rule=Rule.ASKED, facts={"percent": percent} if percent < 100 else {}
    )


def _never(situation: Situation) -> Verdict | None:
    """What no waiting changes: it is said before any limit, so that no day is named in vain."""
    limits = situation.limits
    failing = first_failing(situation.conditions, situation.context)
    age = _age(situation)
    checks: tuple[tuple[bool, Rule, dict[str, Any]], ...] = (
        (situation.is_imported, Rule.IMPORTED, {}),
        (
            age > timedelta(days=limits.oldest_days),
            Rule.TOO_OLD,
            {"days": age.days, "oldest": limits.oldest_days},
        ),
        (not situation.is_programme_on, Rule.PROGRAMME_OFF, {}),
        (situation.is_archived, Rule.ARCHIVED, {}),
        (not situation.has_address, Rule.NO_ADDRESS, _by(situation)),
        (situation.suppressed_for == "opted_out", Rule.OPTED_OUT, {}),
        (situation.suppressed_for == "bounced", Rule.BOUNCED, _by(situation)),
        (situation.suppressed_for == "complained", Rule.COMPLAINED, {}),
        (situation.suppressed_for == "not_me", Rule.WRONG_PERSON, {}),
        (situation.suppressed_for is not None, Rule.STOPPED_BY_STAFF, {}),
        (situation.refused_on is not None, Rule.REFUSED, {"refused_on": _iso(situation)}),
        (situation.needs_legal_basis and not situation.legal_basis, Rule.NO_BASIS, {}),
        (situation.is_held_out, Rule.HELD_OUT, {"percent": limits.holdout_percent}),
        (failing is not None, Rule.CONDITION, {"condition": str(failing)}),
        (not situation.is_drawn, Rule.NOT_DRAWN, {"percent": limits.sampling_percent}),
    )
    for holds, rule, facts in checks:
        if holds:
            return Verdict(is_asked=False, rule=rule, facts=facts)
    return None


def _by(situation: Situation) -> dict[str, Any]:
    return {} if situation.channel == "email" else {"by": situation.channel}


def _iso(situation: Situation) -> str:
    return situation.refused_on.isoformat() if situation.refused_on else ""


def _age(situation: Situation) -> timedelta:
    if situation.occurred_at is None or situation.recorded_at is None:
        return timedelta(0)
    return situation.recorded_at - situation.occurred_at


def _not_yet(situation: Situation, now: datetime) -> Verdict | None:
    found = _waiting(situation, now)
    if found is None:
        return None
    rule, wait = found
    return Verdict(is_asked=False, rule=rule, again_on=_again(situation, wait), facts=wait.facts)


def _again(situation: Situation, wait: Wait | None) -> date | None:
    """The first day on which no limit is left, whatever the hour, should nothing else happen."""
    for _ in range(MOST_WAITS):
        if wait is None or wait.free_at is None:
            return None
        day = day_from(wait.free_at, situation.zone)
        found = next(filter(None, (_waiting(situation, at) for at in _turns(situation, day))), None)
        if found is None:
            return day
        wait = found[1]
    return None


def _turns(situation: Situation, day: date) -> list[datetime]:
    """The moments of a day at which a limit may begin to hold: if none does there, none does."""
    begins, ends = start_of(day, situation.zone), start_of(day + DAY, situation.zone)
    pauses = [each.begins_at for each in situation.pauses if begins < each.begins_at < ends]
    return [begins, *pauses, ends - timedelta(seconds=1)]


def _waiting(situation: Situation, now: datetime) -> tuple[Rule, Wait] | None:
    if _is_free(situation):
        return None
    return next(((rule, wait) for rule, wait in _waits(situation, now) if wait is not None), None)


def _is_free(situation: Situation) -> bool:
    """Nothing is there that a limit could count: most of a large wave, judged at once."""
    stops = situation.is_all_paused or situation.pauses or situation.slots
    counts = situation.asks or situation.colleagues_asked_at
    return not (stops or counts) and situation.limits.asks_per_year > 0


def _waits(situation: Situation, now: datetime) -> Iterator[tuple[Rule, Wait | None]]:
    """Each limit in its order. Those that count look at the moment at which the mail is due."""
    limits, asks, at = situation.limits, situation.asks, now + situation.lead
    yield Rule.ALL_PAUSED, Wait(None) if situation.is_all_paused else None
    yield Rule.PAUSED, _paused(situation, now)
    own = [each for each in asks if each.is_own]
    yield Rule.RESTING, _apart(own, limits.rest_days, situation, now)
    again = _apart(asks, limits.ask_again_after_days, situation, now)
    same = any(each.is_same_occasion for each in asks)
    yield Rule.OUTRANKED if same else Rule.ASKED_RECENTLY, again
    if not situation.is_relational:
        yield Rule.KEPT_FREE, _kept_free(situation, now, at)
        kept = sum(each.per_year for each in situation.slots)
        place = kept_place(asks, at, limits.asks_per_year, kept, now)
        yield Rule.KEPT_PLACE, _earlier(place, situation)
    yield Rule.ASKED_ENOUGH, _earlier(per_year(asks, at, limits.asks_per_year, now), situation)
    others, most = situation.colleagues_asked_at, limits.people_per_company
    yield (
        Rule.COMPANY_ASKED,
        _earlier(per_company(others, at, most, limits.company_days, now), situation),
    )


def _apart(asks: Sequence[Ask], days: int, situation: Situation, now: datetime) -> Wait | None:
    wait = apart(asks, now + situation.lead, days)
    if wait is None or wait.asked_at is None:
        return None
    told = "last_asked_on" if wait.asked_at <= now else "planned_on"
    facts = {told: day_of(wait.asked_at, situation.zone).isoformat(), **wait.facts}
    return _earlier(Wait(wait.free_at, facts), situation)


def _earlier(wait: Wait | None, situation: Situation) -> Wait | None:
    """The mail may be due when the limit ends; the decision may fall before that."""
    if wait is None or wait.free_at is None:
        return wait
    return Wait(wait.free_at - situation.lead, wait.facts)


def _paused(situation: Situation, now: datetime) -> Wait | None:
    pause = covering(situation.pauses, situation.context, now)
    if pause is None:
        return None
    facts: dict[str, Any] = {"reason": pause.reason, "whom": pause.whom}
    if pause.ends_at is not None:
        facts["until_on"] = day_of(pause.ends_at, situation.zone).isoformat()
    return Wait(pause.ends_at, facts)


def _kept_free(situation: Situation, now: datetime, at: datetime) -> Wait | None:
    again_days, zone = situation.limits.ask_again_after_days, situation.zone
    today, day = day_of(now, zone), day_of(at, zone)
    found = kept_free(situation.slots, today, day, again_days)
    if found is None:
        return None
    slot, after = found
    free_at = start_of(after, zone) - situation.lead
    facts: dict[str, Any] = {"slot_on": slot.isoformat()}
    if slot < day:
        return Wait(free_at, {**facts, "days": again_days, "arrives_on": day.isoformat()})
    return Wait(free_at, {**facts, "days": kept_free_days(again_days)})
