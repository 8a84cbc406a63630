"""What the customers paid and why some left: drawn with the story, shown by no page yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cxapp.demo.story.calendar import DAYS, MONTHS, month_of
from cxapp.demo.story.draws import Draws
from cxapp.demo.story.people import Person

MONTH_DAYS = DAYS / MONTHS
FIRST_MONTH = -11  # a year before the story, so that what came before an answer is known
PRICES = {"Basic": 900, "Plus": 1_900, "Max": 3_400, "Business": 2_700}
RAISED, RAISED_FROM = {"Basic": 300}, 16
EXTRAS = (300, 500, 700, 1_200)
EXTRAS_SHARE, EXTRAS_OF_LOYALTY = 0.18, 0.06
REASONS = (("moved away", 0.2), ("coverage", 0.2), ("service", 0.25), ("not said", 0.2))
PRICE = ("price", 0.15)
PRICE_SINCE_RISE = ("price", 0.9)


@dataclass(frozen=True, slots=True)
class Payment:
    """What one customer paid for one month, in pence; months before the story are below one."""

    customer: str
    month: int
    pence: int


@dataclass(frozen=True, slots=True)
class Departure:
    customer: str
    day: int
    reason: str


def payments(draws: Draws, people: Sequence[Person]) -> Iterator[Payment]:
    """Every month of everybody who was a customer when it began."""
    for person in people:
        for month in range(FIRST_MONTH, MONTHS + 1):
            if person.is_active(round((month - 1) * MONTH_DAYS)):
                yield Payment(person.customer.key, month, _paid(draws, person, month))


def _paid(draws: Draws, person: Person, month: int) -> int:
    draw = draws.of("payment", f"{person.customer.key}:{month}", "extras")
    share = EXTRAS_SHARE + EXTRAS_OF_LOYALTY * person.loyalty
    return price_of(person.customer.plan, month) + draw.one(EXTRAS) * draw.chance(share)


def price_of(plan: str, month: int) -> int:
    raised = RAISED.get(plan, 0) if month >= RAISED_FROM else 0
    return PRICES[plan] + raised


def departures(draws: Draws, people: Sequence[Person]) -> Iterator[Departure]:
    """Everybody who left, with the reason that was noted."""
    for person in people:
        left = person.customer.left
        if left is not None:
            yield Departure(person.customer.key, left, _reason(draws, person, left))


def _reason(draws: Draws, person: Person, day: int) -> str:
    draw = draws.of("departure", person.customer.key, "reason")
    hit = person.customer.plan in RAISED and month_of(day) >= RAISED_FROM
    return draw.weighted((*REASONS, PRICE_SINCE_RISE if hit else PRICE))
