"""A dry run as a page shows it: days, rules in words, some people, and what was before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from console.shown.decisions import RULES
from surveys.actions.foreseeing import DryRun
from surveys.rules.reasons import words

SAMPLE = 20


@dataclass(frozen=True, kw_only=True)
class Day:
    """How many would be asked on one day, and how many were before the change."""

    day: date
    asked: int
    refused: int
    asked_before: int | None
    most: int


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One outcome in words, with how often it comes."""

    words: str
    is_asked: bool
    count: int
    before: int | None


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """One person of the sample."""

    customer_id: int
    name: str
    on: date
    words: str
    is_asked: bool
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """All that the page needs."""

    asked: int
    asked_before: int | None
    people: int
    days: Sequence[Day]
    reasons: Sequence[Reason]
    is_cut: bool


def shown(run: DryRun, before: DryRun | None) -> Shown:
    return Shown(
        asked=_asked(run),
        asked_before=None if before is None else _asked(before),
        people=len({each.customer_id for each in run.decided}),
        days=_days(run, before),
        reasons=_reasons(run, before),
        is_cut=run.is_cut or (before is not None and before.is_cut),
    )


def sample_ids(run: DryRun) -> list[int]:
    """Some of those who would be asked and some who would not, the first days first."""
    asked = [each.customer_id for each in run.decided if each.verdict.is_asked]
    refused = [each.customer_id for each in run.decided if not each.verdict.is_asked]
    half = SAMPLE // 2
    return list(dict.fromkeys([*asked[: max(half, SAMPLE - len(refused))], *refused[:half]]))


def sample(run: DryRun, names: Mapping[int, str]) -> list[Somebody]:
    found = {}
    for each in run.decided:
        if each.customer_id in names and each.customer_id not in found:
            found[each.customer_id] = Somebody(
                customer_id=each.customer_id,
                name=names[each.customer_id],
                on=each.on,
                words=words(each.verdict.rule, each.verdict.facts, each.verdict.again_on),
                is_asked=each.verdict.is_asked,
                due_at=each.due_at,
            )
    return list(found.values())


def _asked(run: DryRun) -> int:
    return sum(each.verdict.is_asked for each in run.decided)


def _days(run: DryRun, before: DryRun | None) -> list[Day]:
    asked = Counter(each.on for each in run.decided if each.verdict.is_asked)
    refused = Counter(each.on for each in run.decided if not each.verdict.is_asked)
    earlier = Counter(each.on for each in before.decided if each.verdict.is_asked) if before else {}
    count = (run.last - run.first).days + 1
    most = max([*asked.values(), *earlier.values(), 1])
    return [
        Day(
            day=day,
            asked=asked[day],
            refused=refused[day],
            asked_before=None if before is None else earlier.get(day, 0),
            most=most,
        )
        for day in (run.first + timedelta(days=n) for n in range(count))
    ]


def _reasons(run: DryRun, before: DryRun | None) -> list[Reason]:
    now, earlier = _rules(run), _rules(before) if before else Counter()
    named = {**_names(before), **_names(run)} if before else _names(run)
    return [
        Reason(
            words=named[key],
            is_asked=key[0],
            count=now[key],
            before=None if before is None else earlier[key],
        )
        for key in sorted(named, key=lambda key: (not key[0], -now[key], key[1]))
    ]


def _rules(run: DryRun) -> Counter[tuple[bool, str]]:
    return Counter((each.verdict.is_asked, each.verdict.rule.value) for each in run.decided)


def _names(run: DryRun) -> dict[tuple[bool, str], str]:
    """The rules that decided, by their names."""
    named: dict[tuple[bool, str], str] = {}
    for each in run.decided:
        key = (each.verdict.is_asked, each.verdict.rule.value)
        named.setdefault(key, RULES.get(key[1], key[1].replace("_", " ")))
    return named
