"""Mail servers that take so many mails a second: slots one after the other, booked in one place.

Booked slots replace a bucket of tokens: the pace is even, whoever books. A worker that dies loses
the few slots it had booked, and one whose clock is ahead only makes the others wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from accounts.actions.handover.worker import Worker
from accounts.transport import Transport

# So much a worker books at once, and so late it may use a slot: what all workers together may
# hand over in one second is a second and this.
AT_ONCE = timedelta(seconds=0.2)
BOOK = """
    INSERT INTO accounts_routepace AS p (route, booked_until)
    VALUES (%(route)s, %(now)s::timestamptz + %(takes)s * interval '1 second')
    ON CONFLICT (route) DO UPDATE
        SET booked_until = GREATEST(p.booked_until, %(now)s) + %(takes)s * interval '1 second'
    RETURNING booked_until
"""


@dataclass(frozen=True, slots=True)
class Booking:
    """Mails from `begins` on, `apart` from each other."""

    begins: datetime
    apart: timedelta = timedelta()

    def at(self, place: int) -> datetime:
        """When the mail at this place of the batch may leave."""
        return self.begins + place * self.apart


def most_at_once(*, route: Transport, limit: int) -> int:
    """How many mails a worker may take up in one turn."""
    return max(1, min(limit, int(AT_ONCE / _apart(route)))) if route.per_second else limit


def book(*, route: Transport, mails: int, now: datetime) -> Booking:
    """Take the next free slots of the route for mails that are ready to leave."""
    if not route.per_second or not mails:
        return Booking(now)
    takes = mails * _apart(route)
    values: dict[str, str | float | datetime] = {
        "route": route.name,
        "now": now,
        "takes": takes.total_seconds(),
    }
    with connection.cursor() as cursor:
        cursor.execute(BOOK, values)
        (booked_until,) = cursor.fetchone()
    return Booking(booked_until - takes, _apart(route))


def keep_pace(booking: Booking, place: int, worker: Worker) -> bool:
    """Wait for the slot of this place; False when it has passed and others use theirs by now.

    A worker that fell behind must not make up for it: its server would see a herd. The first of
    a turn goes all the same, so that on a slow machine something goes at all.
    """
    if not booking.apart:
        return True
    early = booking.at(place) - worker.clock()
    if place and early < -AT_ONCE:
        return False
    # A mail that took longer than its slot: the next one keeps its distance all the same.
    worker.wait(max(early, booking.apart / 2 if place else early).total_seconds())
    return True


def _apart(route: Transport) -> timedelta:
    return timedelta(seconds=1 / (route.per_second or 1))
