"""Steps from asked to answered, each a bar of those who came so far, beside what it was before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from console.door import Door
from console.selection import Selection
from console.shown.counted import Counted, SaidFace, counted, said_if
from kit.periods import Period, bounds
from metrics.statistics.proportions import Share, wilson
from metrics.statistics.rates import change_of_rate
from reports.rules.words import count_text, said_of_rate, share_interval_text
from surveys.queries.programmes import Funnel
from surveys.queries.touchpoints import AskedOrNot

Counts = Sequence[tuple[str, int]]
Lists = tuple[str, str]
NOWHERE: Mapping[str, str] = {}
LISTED = {
    "Asked": "came=asked",
    "Waiting to be sent": "came=waiting",
    "Handed over": "came=mailed",
    "Uncertain": "came=uncertain",
    "Not sent": "came=lost",
    "Bounced": "came=bounced",
    "Reminded once": "came=reminded",
    "Opted out": "came=opted_out",
    "Answered": "came=answered",
    "Said why as well": "came=finished",
}
# The steps at a touchpoint, as the list of its interactions is narrowed to each.
MET = {
    "Interactions": "step=",
    "Asked": "step=asked",
    "Mail handed over": "step=left",
    "Delivered": "step=delivered",
    "Answered": "step=answered",
}


class Asking(Protocol):
    """What every funnel knows of the questions that nobody can answer any more."""

    @property
    def over(self) -> int: ...
    @property
    def over_answered(self) -> int: ...


@dataclass(frozen=True, kw_only=True)
class Step:
    """One bar: its name, how many, of how many, and what it was in the compared days."""

    name: str
    count: int
    of: int
    was: str
    listed: str = ""  # what narrows the list of decisions to these
    was_count: str = ""  # of the first step, which is a part of nothing

    @property
    def text(self) -> str:
        return count_text(self.count)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """Who answered of those whose time is over, beside the same of the compared days."""

    share: Counted
    interval: str
    before: Counted
    said: SaidFace | None


def renewed(today: date, zone_name: str) -> datetime:
    """The Monday on which verdicts were renewed: what was over by then is compared."""
    day = today - timedelta(days=today.weekday())
    return bounds(Period(day, day), zone_name)[0]


def programme_steps(counts: Funnel, before: Funnel, *, is_anonymous: bool = False) -> list[Step]:
    """Follow a programme's invitations; steps that nobody is at are left out."""
    always = ("Asked", "Handed over", *(() if is_anonymous else ("Answered",)))
    return steps_of(_programme(counts), _programme(before), always, LISTED)


def touchpoint_steps(counts: AskedOrNot, before: AskedOrNot, *, is_part: bool) -> list[Step]:
    """Follow the interactions at a touchpoint; of a part of them only those asked are known."""
    now, was = _touchpoint(counts), _touchpoint(before)
    names = {name for name, _ in now}
    return steps_of(now[is_part:], was[is_part:], names, MET)


def steps_of(
    now: Counts, before: Counts, always: Collection[str], listed: Mapping[str, str] = NOWHERE
) -> list[Step]:
    """Make bars that are parts of the first one."""
    whole, was_whole = now[0][1], before[0][1]
    return [
        Step(
            name=name,
            count=count,
            of=whole,
            was=_part(count, whole, was, was_whole) if place else "",
            was_count="" if place else count_text(was),
            listed=listed.get(name, ""),
        )
        for place, ((name, count), (_, was)) in enumerate(zip(now, before, strict=True))
        if count or name in always
    ]


def over_lists(selection: Selection, door: Door, page: str, *, narrowed: str) -> Lists:
    """Where the questions are listed whose time was over, of both periods: `narrowed` says so.

    Nowhere for those who may not see customers.
    """
    if not door.may_see_customers:
        return "", ""
    return f"{page}?{narrowed}&{selection.query()}", f"{page}?{narrowed}&{selection.query_before}"


def answered_of(counts: Asking, before: Asking, lists: Lists) -> Answered | None:
    """Compare the share who answered; None while every question can still be answered."""
    now, was = (Share(one.over_answered, one.over) for one in (counts, before))
    interval = wilson(now)
    if interval is None:
        return None
    verdict = change_of_rate(now, was)
    both = [(now.n, lists[0]), (was.n, lists[1])]
    return Answered(
        share=_of(now, both[0]),
        interval=share_interval_text(interval),
        before=_of(was, both[1]),
        said=said_if(said_of_rate(verdict) if verdict else None, both),
    )


def _of(share: Share, side: tuple[int, str]) -> Counted:
    if not share.n:
        return counted("nobody was asked", [side])
    return counted(f"{share.shown} % of {count_text(share.n)}", [side], first=" of ")


def _part(count: int, whole: int, was: int, was_whole: int) -> str:
    if not whole:
        return ""
    share = _share(count, whole)
    return f"{share}, was {_share(was, was_whole)}" if was_whole else share


def _share(count: int, whole: int) -> str:
    """Few are not none."""
    shown = Share(count, whole).shown
    return "under 1 %" if count and shown == 0 else f"{shown} %"


def _programme(counts: Funnel) -> Counts:
    return (
        ("Asked", counts.asked),
        ("Waiting to be sent", counts.waiting),
        ("Handed over", counts.sent),
        ("Uncertain", counts.uncertain),
        ("Not sent", counts.lost),
        ("Bounced", counts.bounced),
        ("Reminded once", counts.reminded),
        ("Opted out", counts.opted_out),
        ("Answered", counts.answered),
        ("Said why as well", counts.finished),
    )


def _touchpoint(counts: AskedOrNot) -> Counts:
    return (
        ("Interactions", counts.interactions),
        ("Asked", counts.asked),
        ("Mail handed over", counts.left),
        ("Delivered", counts.delivered),
        ("Answered", counts.answered),
    )
