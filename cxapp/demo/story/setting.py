"""Where the story plays: touchpoints, programmes, teams, plans, regions and what changed when."""

from dataclasses import dataclass

from cxapp.demo.story.calendar import DAYS, MONTHS, month_of, progress_of, ramp
from cxapp.demo.story.records import Annotation, Programme, Touchpoint

PLANS = (("Basic", 0.37), ("Plus", 0.435), ("Max", 0.195))
REGIONS = (("South East", 0.3), ("Wales", 0.24), ("West", 0.2), ("Midlands", 0.15), ("North", 0.11))
BRANCHES = (
    ("Cardiff", 0.24),
    ("Bristol", 0.2),
    ("Swansea", 0.17),
    ("Reading", 0.15),
    ("Birmingham", 0.13),
    ("Leeds", 0.11),
)


@dataclass(frozen=True)
class Place:
    """A touchpoint with its volume, its satisfied share over time and its pull on loyalty."""

    touchpoint: Touchpoint
    volume: int
    early: float
    worst: float
    now: float
    weight: float
    channel: str
    reasons: tuple[str, ...]
    weekend: float
    months: tuple[float, ...]


CALM = (1.0,) * MONTHS
GROWING = tuple(1 + 0.28 * month / (MONTHS - 1) for month in range(MONTHS))
BILLS = (1.0,) * 7 + (1.2, 1.3, 1.3, 1.3, 1.3, 1.2, 1.1) + (1.0,) * 4
CALLS = (1.0,) * 6 + (1.0, 1.1, 1.1, 1.1, 1.1, 1.1, 1.0) + (1.0,) * 5
COMPLAINTS = (1.0,) * 9 + (1.6, 2.2, 3.3, 3.3, 1.6, 1.1, 1.0, 1.0, 1.0)
BOT = (0.0,) * 9 + (1.0,) * 9


def _place(  # noqa: PLR0913, PLR0917 - one row of the table below
    key: str,
    name: str,
    stage: str,
    kind: str,
    metric: str,
    team: str,
    topic: str,
    deed: str,
    volume: int,
    shares: tuple[float, float, float],
    weight: float,
    channel: str,
    reasons: tuple[str, ...],
    weekend: float = 0.5,
    months: tuple[float, ...] = CALM,
) -> Place:
    point = Touchpoint(key, name, stage, kind, metric, team, topic, deed)
    return Place(point, volume, *shares, weight, channel, reasons, weekend, months)


def _flat(share: float) -> tuple[float, float, float]:
    return (share, share, share)


PLACES = (
    _place("plan-finder", "Plan finder", "Discover", "experience", "ces", "Web",
           "your new plan", "looked for a plan with us",
           700, _flat(0.80), 0.0, "web", ("Choosing a plan",), 1.0),
    _place("shop-visit", "Shop visit", "Buy", "service", "csat", "Shops",
           "your phone", "visited our shop", 3100, _flat(0.92), 0.0, "shop",
           ("New phone", "SIM swap", "Advice"), 1.1, GROWING),
    _place("online-order", "Online order", "Buy", "experience", "ces", "Web",
           "your order", "ordered from us online",
           2400, _flat(0.85), 0.1, "web", ("New phone", "SIM only"), 1.0,
           GROWING),
    _place("parcel", "Parcel", "Start", "experience", "csat", "Logistics",
           "the delivery of your parcel", "received a parcel from us",
           1700, _flat(0.94), 0.1, "post", ("Delivery",), 0.4,
           GROWING),
    _place("number-transfer", "Number transfer", "Start", "experience", "ces", "Onboarding",
           "your number transfer", "moved your number to us",
           1400, _flat(0.79), 0.25, "web", ("Number transfer",)),
    _place("network-check-in", "Network check-in", "Use and pay", "experience", "csat", "Network",
           "our network where you are", "told us about your signal",
           2000, _flat(0.78), 0.8, "app", ("Coverage",), 1.0),
    _place("first-bill", "First bill", "Use and pay", "experience", "csat", "Billing",
           "your first bill", "received your first bill from us",
           1500, (0.82, 0.62, 0.82), 0.4, "e-mail", ("First bill",)),
    _place("billing-enquiry", "Billing enquiry", "Get help", "service", "csat", "Billing",
           "your bill", "wrote to us about your bill", 2700, (0.84, 0.54, 0.86), 1.0, "e-mail",
           ("Charge I do not know", "First bill", "Payment"), 0.3, BILLS),
    _place("phone", "Phone", "Get help", "service", "csat", "Phone",
           "your question", "called us", 3900, (0.88, 0.66, 0.89), 0.7, "phone",
           ("Bill", "Coverage", "Settings", "Contract"), 0.4, CALLS),
    _place("live-chat", "Live chat", "Get help", "service", "csat", "Chat",
           "your question", "chatted with us", 1900, _flat(0.86), 0.35, "chat",
           ("Settings", "Bill", "Roaming"), 0.7, GROWING),
    _place("chat-bot", "Chat bot", "Get help", "service", "csat", "Digital",
           "your question", "asked our chat bot", 1000, _flat(0.57), 0.4, "chat",
           ("Settings", "Bill", "Roaming"), 1.0, BOT),
    _place("help-centre", "Help centre", "Get help", "service", "ces", "Digital",
           "your settings", "used our help centre",
           700, _flat(0.74), 0.1, "web", ("Settings", "Roaming"), 1.0),
    _place("repair", "Repair", "Get help", "service", "csat", "Repair",
           "your repair", "brought us a phone to repair",
           700, _flat(0.80), 0.4, "shop", ("Screen", "Battery"), 0.4),
    _place("complaint", "Complaint", "Get help", "service", "csat", "Complaints",
           "your complaint", "sent us a complaint", 600, (0.52, 0.34, 0.60), 1.0, "e-mail",
           ("Bill", "Contract", "Coverage"), 0.4, COMPLAINTS),
    _place("renewal-call", "Renewal call", "Renew", "service", "csat", "Retention",
           "your contract", "talked to us about your contract",
           700, _flat(0.88), 0.2, "phone", ("Renewal",), 0.3),
)  # fmt: skip
BY_KEY = {place.touchpoint.key: place for place in PLACES}


def _points(kind: str, metric: str) -> tuple[str, ...]:
    found = [each.touchpoint for each in PLACES]
    return tuple(each.key for each in found if (each.kind, each.metric) == (kind, metric))


SERVICE = Programme(
    "after-help", "After we helped", "transactional", "csat", _points("service", "csat"), 21
)
MOMENTS = Programme(
    "first-steps", "Parcels, bills, network", "transactional", "csat",
    _points("experience", "csat"), 60,
)  # fmt: skip
EASE = Programme(
    "made-easy", "Was it easy?", "transactional", "ces",
    (*_points("experience", "ces"), *_points("service", "ces")), 60,
)  # fmt: skip
RELATIONSHIP = Programme("relationship", "The relationship", "relational", "nps", (), 80)
PROGRAMMES = (SERVICE, MOMENTS, EASE, RELATIONSHIP)
PROGRAMME_OF = {key: each for each in PROGRAMMES for key in each.touchpoints}


def start_of(month: int) -> int:
    """The first day of a month of the story."""
    return next(day for day in range(DAYS) if month_of(day) == month)


ANNOTATIONS = (
    Annotation(start_of(7), "Support moved to a partner desk"),
    Annotation(start_of(8), "New billing system"),
    Annotation(start_of(10), "Chat bot"),
    Annotation(start_of(13), "One customer page for all teams"),
    Annotation(start_of(14), "First bill explained"),
    Annotation(start_of(14), "One owner per complaint"),
    Annotation(start_of(16), "Basic +3 a month"),
)


SLIDES = {
    "billing-enquiry": (6.5, 8.6, 13.8, 16.3),
    "phone": (6.0, 8.0, 13.8, 16.3),
    "first-bill": (6.5, 8.5, 13.0, 15.0),
    "complaint": (6.0, 10.5, 13.0, 16.0),
}


def share_of(place: Place, day: int) -> float:
    """The share of contacts at this place that left the customer satisfied on that day."""
    slide = SLIDES.get(place.touchpoint.key)
    if slide is None:
        return place.now
    progress = progress_of(day)
    if progress < slide[2]:
        return place.early + (place.worst - place.early) * ramp(progress, *slide[:2])
    return place.worst + (place.now - place.worst) * ramp(progress, *slide[2:])
