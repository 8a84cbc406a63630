"""Mail servers that take so many mails a second: slots one after the other, booked in one place.

Booked slots replace a bucket of tokens: the pace is even, whoever books. A worker that dies loses
the second it had booked, and one whose clock is ahead only makes the others wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from accounts.actions.handover.worker import Worker
from accounts.models import RoutePace
from accounts.transport import Transport

# So far ahead a worker books: what a dead one takes along, and how long another one waits.
AHEAD = timedelta(seconds=1)
BOOK = """
    INSERT INTO accounts_routepace AS p (route, booked_until)
    VALUES (%(route)s, %(now)s::timestamptz + %(takes)s * interval '1 second')
    ON CONFLICT (route) DO UPDATE
        SET booked_until = GREATEST(p.booked_until, %(now)s) + %(takes)s * interval '1 second'
        WHERE p.booked_until < %(now)s::timestamptz + %(ahead)s * interval '1 second'
    RETURNING booked_until
"""


@dataclass(frozen=True, slots=True)
class Booking:
    """So many mails from `begins` on, `apart` from each other."""

    mails: int
    begins: datetime
    apart: timedelta = timedelta()

    def at(self, place: int) -> datetime:
        """When the mail at this place of the batch may leave."""
        return self.begins + place * self.apart


def book(*, route: Transport, most: int, now: datetime) -> Booking:
    """Take the next free second of the route, or nothing if others have it."""
    if not route.per_second:
        return Booking(most, now)
    apart = timedelta(seconds=1 / route.per_second)
    mails = max(1, min(most, int(AHEAD / apart)))
    values: dict[str, str | float | datetime] = {
        "route": route.name,
        "now": now,
        "takes": (mails * apart).total_seconds(),
        "ahead": AHEAD.total_seconds(),
    }
    with connection.cursor() as cursor:
        cursor.execute(BOOK, values)
        booked = cursor.fetchone()
    if booked is None:
        return Booking(0, now)
    return Booking(mails, booked[0] - mails * apart, apart)


def keep_pace(booking: Booking, place: int, worker: Worker) -> bool:
    """Wait for the slot of this place; False when it has passed and others may have begun theirs.

    A worker that fell behind must not make up for it: its server would see a herd.
    """
    if not booking.apart:
        return True
    early = booking.at(place) - worker.clock()
    if early < -max(AHEAD, booking.apart):
        return False
    # A mail that took longer than its slot: the next one keeps its distance all the same.
    worker.wait(max(early, booking.apart / 2 if place else early).total_seconds())
    return True


def give_back(*, route: Transport, booking: Booking, used: int) -> None:
    """Free the slots for which there was no mail, unless somebody has booked behind them."""
    if booking.apart and used < booking.mails:
        RoutePace.objects.filter(route=route.name, booked_until=booking.at(booking.mails)).update(
            booked_until=booking.at(used)
        )
