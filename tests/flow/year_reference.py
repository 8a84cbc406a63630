"""The sending rules once more, in plain Python and written from the documentation alone.

Nothing of the product is imported. Wall clocks are walked in quarters of an hour, slots are counted
out day by day, limits are counted over a plain list of mails.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
HOUSE = "Europe/London"
# England, 2026 and the first months of 2027, from the government's list.
HOLIDAYS = {
    date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 25),
    date(2026, 8, 31), date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 28), date(2027, 1, 1),
    date(2027, 3, 26), date(2027, 3, 29),
}  # fmt: skip


@dataclass
class Rules:
    """What the settings say at a moment."""

    apart_days: int = 7
    per_year: int = 4
    rest_days: dict[str, int] = field(default_factory=lambda: {"repair": 20, "visit": 30})
    opens: int = 8
    closes: int = 20
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5)


def may_leave(at: datetime, zone: str, rules: Rules) -> bool:
    wall = at.astimezone(ZoneInfo(zone))
    if wall.date() in HOLIDAYS or wall.weekday() not in rules.weekdays:
        return False
    return rules.opens <= wall.hour < rules.closes


def first_hour(wish: datetime, zone: str, rules: Rules) -> datetime:
    """The wish, else the first quarter of an hour that may be."""
    if may_leave(wish, zone, rules):
        return wish
    at = wish.replace(minute=wish.minute // 15 * 15, second=0, microsecond=0)
    while not may_leave(at, zone, rules) or at < wish:
        at += QUARTER
    return at


def mixed(number: int) -> int:
    """The mix of docs/decisions/0100, on a list of 32 bits' worth of integer."""
    value = number & 0xFFFFFFFF
    value = (((value >> 16) ^ value) * 73244475) & 0xFFFFFFFF
    value = (((value >> 16) ^ value) * 73244475) & 0xFFFFFFFF
    return (value >> 16) ^ value


def slots(programme: int, customer: int, months: int, first: date, last: date) -> list[date]:
    """Every day between first and last that is the customer's own of its period."""
    share = ((mixed(programme) + mixed(customer)) & 0xFFFFFFFF) / 2**32
    found = []
    for year in range(first.year - 1, last.year + 1):
        for month in range(1, 13, months):
            begins = date(year, month, 1)
            after = date(year + (month + months > 12), (month + months - 1) % 12 + 1, 1)
            found.append(begins + int(share * (after - begins).days) * DAY)
    return [day for day in found if first <= day <= last]


@dataclass(eq=False)
class Asked:
    """One question: when it came, or will, which programme asked it, and about which contact."""

    at: datetime
    kind: str
    number: int


@dataclass
class Person:
    """What one customer lived through."""

    pk: int
    zone: str
    since: date
    asks: list[Asked] = field(default_factory=list)
    stopped_at: datetime | None = None

    def last(self, kind: str) -> datetime | None:
        return max((each.at for each in self.asks if each.kind == kind), default=None)


@dataclass
class Calendar:
    """The relationship survey's programme, and what the settings say."""

    programme: int
    months: int
    rules: Rules


def who_makes_way(
    person: Person, kind: str, now: datetime, arrives: datetime, calendar: Calendar
) -> list[Asked] | None:
    """What is not asked so that this is: nothing as a rule; None if this is not asked."""
    if is_asked(person, kind, now, arrives, calendar):
        return []
    plans = [each for each in person.asks if each.kind == "visit" and each.at > now]
    if kind != "repair" or not plans:
        return None
    # A visit's rest is longer than any mail waits, so that there is never more than one.
    (plan,) = plans
    others = [each for each in person.asks if each is not plan]
    without = replace(person, asks=others)
    return plans if is_asked(without, kind, now, arrives, calendar) else None


def is_asked(
    person: Person, kind: str, now: datetime, arrives: datetime, calendar: Calendar
) -> bool:
    """Whether a contact is asked about, by the sentences of docs/asking.md."""
    rules = calendar.rules
    if person.stopped_at is not None:
        return False
    last = person.last(kind)
    if last is not None and abs(arrives - last) < rules.rest_days[kind] * DAY:
        return False
    if any(abs(arrives - each.at) < rules.apart_days * DAY for each in person.asks):
        return False
    today, then = (at.astimezone(ZoneInfo(HOUSE)).date() for at in (now, arrives))
    ahead = max(7, rules.apart_days)
    for since in (today, then):
        for slot in due(person, calendar.programme, calendar.months, since):
            if -rules.apart_days <= (slot - then).days <= ahead:
                return False
    year = [each.kind for each in person.asks if arrives - each.at < 365 * DAY]
    service = len(year) - year.count("relation")
    kept = 12 // calendar.months
    return len(year) < rules.per_year and service < rules.per_year - kept


def due(person: Person, programme: int, months: int, today: date) -> list[date]:
    """The next slot that the calendar will use."""
    begins = max(today, person.since + 30 * DAY)
    last = person.last("relation")
    if last is not None:
        rest = int(months * 365.25 / 12 * 7 / 8)
        begins = max(begins, last.astimezone(ZoneInfo(HOUSE)).date() + rest * DAY)
    return slots(programme, person.pk, months, begins, begins + 400 * DAY)[:1]
