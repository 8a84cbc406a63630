"""What the customers lived through: every contact, frozen as it was, and whether it went well."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from cxapp.demo.story.calendar import DAY, DAYS, day_at, is_weekend, month_of
from cxapp.demo.story.draws import Draw, Draws
from cxapp.demo.story.people import BILLED, LONGSTANDING, TRANSFER_FROM, Person
from cxapp.demo.story.records import Customer, Interaction
from cxapp.demo.story.setting import BRANCHES, BY_KEY, PLACES, Place
from cxapp.demo.story.staff import agents_of, satisfied_share, team_at

RECORDED_AFTER = 2
ORDERS_WITH_PARCEL = 2_350


@dataclass(frozen=True, slots=True)
class Contact:
    """An interaction together with the truth about it."""

    interaction: Interaction
    satisfied: bool

    @property
    def day(self) -> int:
        return self.interaction.at // DAY


class Crowd:
    """Finds who was there: busy people come up more often than quiet ones."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = people
        self._cumulative = list(accumulate(person.activity for person in people))

    def anyone(self, draw: Draw, day: int) -> Person:
        while True:
            mark = draw.unit() * self._cumulative[-1]
            person = self._people[bisect_right(self._cumulative, mark)]
            if person.is_active(day):
                return person


def live_through(draws: Draws, people: Sequence[Person]) -> list[Contact]:
    """All contacts of the people who are drawn, place by place."""
    crowd = Crowd(people)
    return [contact for place in PLACES for contact in _at_place(draws, place, people, crowd)]


def _at_place(
    draws: Draws, place: Place, people: Sequence[Person], crowd: Crowd
) -> Iterator[Contact]:
    days = _cumulated(place)
    newcomers = people[LONGSTANDING:]
    for number in range(place.volume):
        draw = draws.of("interaction", f"{place.touchpoint.key}-{number}", "who and when")
        match place.touchpoint.key:
            case "first-bill":
                person = newcomers[number % BILLED]
                day = person.customer.joined + 30 + draw.below(5)
            case "number-transfer":
                person = newcomers[TRANSFER_FROM + number]
                day = person.customer.joined + 1 + draw.below(3)
            case "parcel":
                person, day = _orderer(draws, crowd, number)
                day += 2 + draw.below(3)
            case _:
                day = day_at(days, (number + draw.unit()) / place.volume)
                person = crowd.anyone(draw, day)
        yield make_contact(draws, place, number, person.customer, day)


def _orderer(draws: Draws, crowd: Crowd, number: int) -> tuple[Person, int]:
    """Who placed the order that this parcel brings, and when."""
    place = BY_KEY["online-order"]
    order = number * ORDERS_WITH_PARCEL // BY_KEY["parcel"].volume
    draw = draws.of("interaction", f"online-order-{order}", "who and when")
    day = day_at(_cumulated(place), (order + draw.unit()) / place.volume)
    return crowd.anyone(draw, day), day


_WEIGHTS: dict[str, list[float]] = {}


def _cumulated(place: Place) -> list[float]:
    key = place.touchpoint.key
    if key not in _WEIGHTS:
        _WEIGHTS[key] = list(
            accumulate(
                place.months[month_of(day) - 1] * (place.weekend if is_weekend(day) else 1)
                for day in range(DAYS)
            )
        )
    return _WEIGHTS[key]


def make_contact(
    draws: Draws, place: Place, number: int | str, customer: Customer, day: int
) -> Contact:
    key = f"{place.touchpoint.key}-{number:05d}" if isinstance(number, int) else number
    draw = draws.of("interaction", key, "course")
    second = day * DAY + 8 * 3600 + int((draw.unit() + draw.unit()) / 2 * 12 * 3600)
    team = team_at(place, day, draw)
    branch = draw.weighted(BRANCHES) if place.channel == "shop" else ""
    staff = agents_of(team, branch, day)
    agent = draw.one(staff) if staff else ""
    reason = draw.one(place.reasons)
    if agent == "Tomasz" and draw.chance(0.8):
        reason = "First bill"
    context = {
        "plan": customer.plan,
        "region": customer.region,
        "tenure": tenure_band(day - customer.joined),
        "channel": place.channel,
        "reason": reason,
        "team": team,
        "agent": agent,
        "branch": branch,
    }
    frozen = {name: value for name, value in context.items() if value}
    interaction = Interaction(
        key, customer.key, place.touchpoint.key, second, second + RECORDED_AFTER, frozen
    )
    return Contact(interaction, draw.chance(satisfied_share(place, day, team, agent, reason)))


def tenure_band(days: int) -> str:
    if days < 365:
        return "under 1 year"
    return "1 to 3 years" if days < 3 * 365 else "over 3 years"
