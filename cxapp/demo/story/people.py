"""Who the customers are: what everybody can see of them, and the loyalty nobody can."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, log

from cxapp.demo.story import names
from cxapp.demo.story.calendar import DAYS, day_at
from cxapp.demo.story.draws import Draw, Draws
from cxapp.demo.story.records import Company, Customer
from cxapp.demo.story.setting import PLANS, REGIONS

CUSTOMERS = 6_000
LONGSTANDING = 4_410
BILLED = 1_500  # newcomers early enough to have had their first bill
TRANSFER_FROM = 90  # the first newcomer whose number was moved inside the story
LEAVING_A_YEAR = 0.107
SCANNING = (11, 20, 29)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer together with the hidden truth that only the story knows."""

    customer: Customer
    loyalty: float
    activity: float
    candour: float
    slot: int
    dead_from: int | None
    scanned: bool
    scripted: bool = False
    followed_on: int | None = None  # the day on which somebody answered her bad answer

    def is_active(self, day: int) -> bool:
        left = self.customer.left
        return self.customer.joined <= day and (left is None or day < left)


def found_companies() -> list[Company]:
    return [
        Company(
            f"CO-{place:03d}", name, f"{names.slug(name)}.example", scans_links=place in SCANNING
        )
        for place, name in enumerate(names.company_names(), start=3)
    ]


def meet_people(draws: Draws, companies: Sequence[Company]) -> list[Person]:
    return [_person(draws, number, companies) for number in range(CUSTOMERS)]


def _person(draws: Draws, number: int, companies: Sequence[Company]) -> Person:
    draw = draws.of("customer", number, "truth")
    loyalty = draw.normal()
    joined = _joined(number, draw)
    away = max(joined, 0) + int(-log(1 - draw.unit()) / _leaving(loyalty) * 365)
    customer, scanned = _face(draws, number, companies, joined, away if away < DAYS else None)
    weekday = draw.below(130)
    return Person(
        customer=customer,
        loyalty=loyalty,
        activity=exp(0.4 * draw.normal()),
        candour=0.5 + draw.unit(),
        slot=weekday // 5 * 7 + weekday % 5,
        dead_from=draw.below(DAYS) if draw.chance(0.03) else None,
        scanned=scanned,
    )


def _leaving(loyalty: float) -> float:
    return LEAVING_A_YEAR * exp(-0.72 * loyalty)


def _joined(number: int, draw: Draw) -> int:
    """Newcomers join in the order of their numbers, so that volumes do not hang on chance."""
    if number < LONGSTANDING:
        return -40 - int(3200 * draw.unit() ** 1.4)
    place = number - LONGSTANDING
    if place < BILLED:
        return -30 + place * (DAYS - 36) // BILLED
    return DAYS - 35 + (place - BILLED) * 33 // (CUSTOMERS - LONGSTANDING - BILLED)


def _face(
    draws: Draws, number: int, companies: Sequence[Company], joined: int, left: int | None
) -> tuple[Customer, bool]:
    draw = draws.of("customer", number, "face")
    language = draw.weighted((("en", 0.955), ("pl", 0.027), ("cy", 0.018)))
    first, last = draw.one(names.FIRST[language]), draw.one(names.LAST[language])
    if draw.chance(0.12) and language == "en":
        last = draw.one(names.LAST["cy"])
    company = _employer(draw, companies)
    domain = company.domain if company else draw.one(names.MAILBOXES)
    customer = Customer(
        key=f"AM-{number + 1:05d}",
        name=f"{first} {last}",
        email=f"{names.slug(first)}.{names.slug(last)}{number + 1}@{domain}",
        language=language,
        plan="Business" if company else draw.weighted(PLANS),
        region="Wales" if language == "cy" else draw.weighted(REGIONS),
        company=company.key if company else None,
        joined=joined,
        left=left,
    )
    return customer, bool(company and company.scans_links)


def _employer(draw: Draw, companies: Sequence[Company]) -> Company | None:
    if not draw.chance(0.08):
        return None
    sizes = list(
        accumulate(
            15 if company.scans_links else 4 + place % 9 for place, company in enumerate(companies)
        )
    )
    return companies[day_at([float(size) for size in sizes], draw.unit())]
