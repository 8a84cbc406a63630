"""When the calendar asks somebody: one slot a period, spread evenly over all customers.

The year is cut into periods of so many months. In each of them every customer has one day, at the
same share of the period each time: where a stable mix of the customer's and the programme's id
puts it. Nothing is drawn and nothing is stored, so every process finds the same day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

WHOLE = 2**32
FACTOR = 0x45D9F3B
# Periods differ by a few days and a day's asking may be late: a slot is kept unless the last
# ask lies less than this share of a period back.
REST_EIGHTHS = 7
MONTH_DAYS = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a programme asks each customer, and how long it leaves a new one alone."""

    programme_id: int
    months: int
    wait_days: int = 0

    @property
    def rest_days(self) -> int:
        """So many days lie at least between two asks of the same customer."""
        return int(self.months * MONTH_DAYS * REST_EIGHTHS / 8)


def phase(number: int) -> int:
    """Mix an id to one of 2**32 places; `surveys_phase` in the database does the same."""
    mixed = number % WHOLE
    for _ in range(2):
        mixed = ((mixed >> 16) ^ mixed) * FACTOR % WHOLE
    return (mixed >> 16) ^ mixed


def slot_in(cadence: Cadence, customer_id: int, day: date) -> date:
    """Return the customer's day in the period in which `day` lies."""
    first, days = _period(cadence.months, day)
    return first + timedelta(days=_place(cadence, customer_id) * days // WHOLE)


def next_slot(
    cadence: Cadence,
    *,
    customer_id: int,
    known_since: date,
    last_asked_on: date | None,
    today: date,
) -> date:
    """Return the first day from today on which the calendar asks the customer.

    A new customer is left alone for the wait; after any ask by the programme, also one by hand
    or in a wave, the next slot is the first one that lies nearly a whole period later.
    """
    earliest = max(today, known_since + timedelta(days=cadence.wait_days))
    if last_asked_on is not None:
        earliest = max(earliest, last_asked_on + timedelta(days=cadence.rest_days))
    slot = slot_in(cadence, customer_id, earliest)
    if slot >= earliest:
        return slot
    first, days = _period(cadence.months, earliest)
    return slot_in(cadence, customer_id, first + timedelta(days=days))


def phases_on(cadence: Cadence, day: date) -> Iterator[tuple[int, int]]:
    """Yield the half-open ranges of `phase(customer)` whose slot is this day: one or two."""
    first, days = _period(cadence.months, day)
    nth = (day - first).days
    shift = phase(cadence.programme_id)
    # The smallest place that the division of `slot_in` puts on the nth day, and on the next.
    begin, end = (-(-n * WHOLE // days) - shift for n in (nth, nth + 1))
    begin, end = begin % WHOLE, end % WHOLE
    if begin < end:
        yield begin, end
        return
    yield begin, WHOLE
    if end:
        yield 0, end


def _place(cadence: Cadence, customer_id: int) -> int:
    return (phase(customer_id) + phase(cadence.programme_id)) % WHOLE


def _period(months: int, day: date) -> tuple[date, int]:
    """Return the first day of the period in which the day lies, and the number of its days."""
    month = day.year * 12 + day.month - 1
    begins = month - month % months
    first, after = _month(begins), _month(begins + months)
    return first, (after - first).days


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
