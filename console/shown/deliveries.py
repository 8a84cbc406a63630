"""How mails fare in words: steps from chosen to finished, cohorts, doubts and what stops them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from console.shown.funnels import Counts, Step, steps_of
from console.shown.moments import coming_text, moment_text
from kit.periods import Period
from metrics.statistics.proportions import Share
from reports.rules.words import Explained, count_text
from surveys.models import Brake, Message
from surveys.queries.deliveries import Cohort, DeliveryFunnel, Outgoing
from surveys.rules.brakes import why_stopped
from surveys.rules.reasons import counted

WEEKS_FROM = 31
LATE = timedelta(minutes=5)
EXPLAINED = Explained(
    name="How far it came",
    sentence="Every customer the rules looked at in the period, by how far it came with each.",
    facts=[
        ("Chosen", "the rules allowed it, so a question was made"),
        ("Handed over", "your mail server, or your provider, took the mail"),
        ("Known to be delivered", "the provider reported it; mail servers alone never do"),
        ("Bounced", "nobody lives at the address, or the mail could not be delivered"),
        ("Began", "a score was sent; finished: the second step as well"),
        ("Leaves out", "test mails"),
    ],
)


@dataclass(frozen=True, kw_only=True)
class CohortLine:
    """One row of the table: counts, and the shares that tell whether it went well."""

    begins: date
    days: str  # as an address says them
    cells: Sequence[tuple[str, str, str]]  # the column, how many, which step lists them
    answered_share: str


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """What leaves at the moment, in words."""

    waiting: str
    next: str
    oldest: str
    is_late: bool
    last_hour: str
    allowed: str
    uncertain: str


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One open brake: whose mails wait, since when, why, and the number it is resumed by."""

    id: int
    whose: str
    why: str
    pulled_at: datetime
    programme_id: int  # on whose page it is resumed


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """One mail of which nobody knows."""

    message: Message
    when: str
    was_resent: bool
    may_resend: bool


ALWAYS = ("Considered", "Chosen", "Handed over", "Began to answer", "Finished")
LISTED = {
    "Considered": "verdict=",
    "Decided against": "verdict=not_asked",
    "Chosen": "came=asked",
    "Handed over": "came=left",
    "Known to be delivered": "came=delivered",
    "Bounced": "came=bounced",
    "Reported as spam": "came=complained",
    "Began to answer": "came=answered",
    "Finished": "came=finished",
}


def delivery_steps(
    counts: DeliveryFunnel, before: DeliveryFunnel, *, is_part: bool = False
) -> list[Step]:
    """From everybody looked at to those who finished; of a segment from those chosen."""
    known = slice(2 if is_part else 0, None)
    return steps_of(_steps(counts)[known], _steps(before)[known], ALWAYS, LISTED)


def _steps(counts: DeliveryFunnel) -> Counts:
    return (
        ("Considered", counts.considered),
        ("Decided against", counts.declined),
        ("Chosen", counts.chosen),
        ("Handed over", counts.sent),
        ("Known to be delivered", counts.delivered),
        ("Bounced", counts.bounced),
        ("Reported as spam", counts.complained),
        ("Began to answer", counts.began),
        ("Finished", counts.finished),
    )


def cohorts_of(found: Sequence[Cohort], period: Period, *, by_week: bool) -> list[CohortLine]:
    """Each day or week as a row; a week that the period cuts is listed by the days of it."""
    return [
        CohortLine(
            begins=each.begins,
            days=_days(each.begins, period, by_week=by_week),
            cells=[
                (name, text, step if count else "")
                for name, text, count, step in (
                    ("Handed over", count_text(each.sent), each.sent, "left"),
                    ("Delivered", count_text(each.delivered), each.delivered, "delivered"),
                    ("Bounced", _of(each.bounced, each.sent), each.bounced, "bounced"),
                    ("Spam", count_text(each.complained), each.complained, "complained"),
                    ("Began", count_text(each.began), each.began, "answered"),
                    ("Finished", count_text(each.finished), each.finished, "finished"),
                )
            ],
            answered_share=f"{Share(each.began, each.sent).shown} %",
        )
        for each in found
    ]


def _days(begins: date, period: Period, *, by_week: bool) -> str:
    ends = begins + timedelta(days=6) if by_week else begins
    return f"from={max(begins, period.first)}&to={min(ends, period.last)}"


def leaving_of(counts: Outgoing, *, rate: float | None, now: datetime, is_held: bool) -> Leaving:
    """What is held is looked at again and again: the moment of that is none in which it leaves."""
    late = counts.oldest_due_at is not None and now - counts.oldest_due_at > LATE
    return Leaving(
        waiting=count_text(counts.waiting),
        next="" if is_held or counts.next_due_at is None else coming_text(counts.next_due_at, now),
        oldest=_waited(counts.oldest_due_at, now),
        is_late=late,
        last_hour=count_text(counts.last_hour),
        allowed=f"{rate:g} a second" if rate else "",
        uncertain=count_text(counts.uncertain),
    )


def brakes_of(found: Sequence[Brake], *, seen_from: int) -> list[Stop]:
    """What stops mails; one of all programmes is resumed on the page from which it is seen."""
    return [
        Stop(
            id=brake.pk,
            whose=brake.programme.name if brake.programme else "all programmes",
            why=why_stopped(brake.because, count=brake.count, of=brake.of),
            pulled_at=brake.pulled_at,
            programme_id=brake.programme_id or seen_from,
        )
        for brake in found
    ]


def doubts_of(found: Sequence[Message], *, now: datetime) -> list[Doubt]:
    return [
        Doubt(
            message=message,
            when=moment_text(message.handing_over_at or message.due_at, now),
            was_resent=message.resent_at is not None,
            may_resend=message.expires_at > now,
        )
        for message in found
    ]


def _of(count: int, whole: int) -> str:
    return f"{count_text(count)} ({100 * count / whole:.1f} %)" if count else "0"


def _waited(since: datetime | None, now: datetime) -> str:
    if since is None:
        return "nothing is due"
    seconds = int((now - since).total_seconds())
    if seconds < 120:
        return counted(seconds, "second")
    minutes = seconds // 60
    return counted(minutes, "minute") if minutes < 120 else counted(minutes // 60, "hour")
