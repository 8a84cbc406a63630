"""How loyal somebody feels on a day, and the score from 0 to 10 that this makes."""

from bisect import bisect_left
from collections.abc import Iterable

from cxapp.demo.story.calendar import progress_of, ramp
from cxapp.demo.story.contacts import Contact
from cxapp.demo.story.draws import Draw
from cxapp.demo.story.people import Person
from cxapp.demo.story.setting import BY_KEY

FADE_DAYS = 200
PULL = 3.2
NOISE = 0.6
CUSHIONS = ((6.0, 0.6), (10.0, 0.2), (12.0, 0.5))
RUMOUR = 0.3
RUMOUR_MONTHS = (12.0, 13.0, 14.3, 16.0)
PRICE_RISE = 15.0
PRICE_RISE_HURT = 1.1
GOODWILL, GOODWILL_DAYS = 0.4, 365
HOME = 0.35
# Up to which feeling each score from 0 to 9 is given; detractors heap on 0 and on 5.
BOUNDS = (-2.05, -1.93, -1.8, -1.66, -1.5, -0.98, -0.72, -0.42, 0.12, 0.62)


def cushion_of(progress: float) -> float:
    """How much of a bad contact reaches the heart: at first the brand forgives."""
    for until, share in CUSHIONS:
        if progress < until:
            return share
    return share + (1 - share) * ramp(progress, *RUMOUR_MONTHS[:2])


def rumour(progress: float) -> float:
    """What everybody hears from month 13 on, also those who never had to call."""
    begins, heard, healing, healed = RUMOUR_MONTHS
    return RUMOUR * min(ramp(progress, begins, heard), 1 - ramp(progress, healing, healed))


def bruise(contacts: Iterable[Contact], day: int) -> float:
    """What is left on that day of all bad contacts before it."""
    return sum(
        BY_KEY[each.interaction.touchpoint].weight * (1 - (day - each.day) / FADE_DAYS) ** 2
        for each in contacts
        if not each.satisfied and 0 <= day - each.day < FADE_DAYS
    )


def feeling(person: Person, contacts: Iterable[Contact], day: int) -> float:
    progress = progress_of(day)
    pulled = PULL * cushion_of(progress) * bruise(contacts, day)
    raised = PRICE_RISE_HURT if is_hit_by_price(person, day) else 0.0
    return HOME + person.loyalty + goodwill(person, day) - pulled - rumour(progress) - raised


def goodwill(person: Person, day: int) -> float:
    """What it is worth for a year that somebody answered."""
    on = person.followed_on
    return GOODWILL if on is not None and 0 <= day - on < GOODWILL_DAYS else 0.0


def is_hit_by_price(person: Person, day: int) -> bool:
    return person.customer.plan == "Basic" and progress_of(day) >= PRICE_RISE


def nps_score(felt: float, draw: Draw) -> int:
    return bisect_left(BOUNDS, felt + NOISE * draw.normal())


def csat_score(satisfied: bool, draw: Draw) -> int:  # noqa: FBT001 - the one thing it turns on
    if satisfied:
        return draw.weighted(((5, 0.62), (4, 0.38)))
    return draw.weighted(((1, 0.36), (2, 0.31), (3, 0.33)))


def ces_score(satisfied: bool, draw: Draw) -> int:  # noqa: FBT001 - the one thing it turns on
    if satisfied:
        return draw.weighted(((7, 0.42), (6, 0.36), (5, 0.22)))
    return draw.weighted(((1, 0.22), (2, 0.2), (3, 0.28), (4, 0.3)))
