"""The period a page shows, read from its address: 30, 90 or 365 days, or two days of one's own."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, QueryDict

from console.problems import BadAddress
from kit.periods import Period, last_days, local_day

DAYS = (30, 90, 365)
DEFAULT_DAYS = 90
LONGEST_DAYS = 3660
EARLIEST = date(1990, 1, 1)
EVER_DAYS = 366 * 100
KEYS = ("days", "from", "to")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One ready-made period of the picker."""

    name: str
    query: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The chosen period with everything its picker needs."""

    period: Period
    is_custom: bool
    choices: list[Choice]
    kept: list[tuple[str, str]]
    query: str

    @property
    def first(self) -> date:
        return self.period.first

    @property
    def last(self) -> date:
        return self.period.last

    @property
    def text(self) -> str:
        return days_text(self.period)

    @property
    def before_text(self) -> str:
        return days_text(self.period.before())


class PeriodForm(forms.Form):
    """Either a number of days up to today, or a first and a last day."""

    days = forms.TypedChoiceField(
        choices=[(days, days) for days in DAYS], coerce=int, required=False, empty_value=None
    )
    to = forms.DateField(required=False)

    def __init__(self, data: QueryDict, *, today: date, usual: int, longest: int) -> None:
        super().__init__(data)
        self.today, self.usual, self.longest = today, usual, longest
        # "from" is a word of Python's and cannot be written as an attribute.
        self.fields["from"] = forms.DateField(required=False)

    def period(self) -> tuple[Period, bool]:
        """Return the period and whether it was chosen by two days."""
        if not self.is_valid():
            raise BadAddress(*[f"{name}: {errors[0]}" for name, errors in self.errors.items()])
        first, last = self.cleaned_data["from"], self.cleaned_data["to"]
        if first is None and last is None:
            return last_days(self.cleaned_data["days"] or self.usual, self.today), False
        return self._between(first, last), True

    def _between(self, first: date | None, last: date | None) -> Period:
        if first is None or last is None:
            raise BadAddress("A period needs both its first and its last day.")
        if first > last:
            raise BadAddress("The first day lies after the last one.")
        if first < EARLIEST or last > self.today + timedelta(days=366):
            raise BadAddress("These days lie outside what can be shown.")
        if (last - first).days >= self.longest:
            raise BadAddress("A period can be ten years long at most.")
        return Period(first, last)


def read_period(
    request: HttpRequest,
    *,
    time_zone: str,
    now: datetime,
    usual: int = DEFAULT_DAYS,
    longest: int = LONGEST_DAYS,
) -> Shown:
    """Read the period from the address; raises BadAddress where it makes no sense.

    `usual` are the days of an address that names none: pages with figures take them from the
    definitions. `longest`: lists draw no trend and may show all there ever was.
    """
    today = local_day(now, time_zone)
    form = PeriodForm(request.GET, today=today, usual=usual, longest=longest)
    period, is_custom = form.period()
    kept = [
        (name, value)
        for name, values in request.GET.lists()
        if name not in (*KEYS, "after")
        for value in values
    ]
    # An older definition goes with every link, else the answers would not be those counted.
    counted_by = [("definition", value) for value in request.GET.getlist("definition")]
    query = urlencode([*_query(period, is_custom=is_custom), *counted_by])
    return Shown(
        period=period,
        is_custom=is_custom,
        choices=[_choice(days, kept, None if is_custom else period.days) for days in DAYS],
        kept=kept,
        query=query,
    )


def _query(period: Period, *, is_custom: bool) -> list[tuple[str, str]]:
    if not is_custom:
        return [("days", str(period.days))]
    return [("from", period.first.isoformat()), ("to", period.last.isoformat())]


def _choice(days: int, kept: list[tuple[str, str]], current: int | None) -> Choice:
    query = urlencode([*kept, ("days", str(days))])
    return Choice(name=f"{days} days", query=query, is_current=days == current)


def days_text(period: Period) -> str:
    """Write a period as people do: 3 to 9 May 2026, 24 Aug to 21 Nov 2026."""
    first, last = period.first, period.last
    if first.year != last.year:
        return f"{first:%-d %b %Y} to {last:%-d %b %Y}"
    if first.month != last.month:
        return f"{first:%-d %b} to {last:%-d %b %Y}"
    return f"{first.day} to {last:%-d %b %Y}" if first != last else f"{first:%-d %b %Y}"
