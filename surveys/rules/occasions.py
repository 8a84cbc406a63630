"""What an asking was about, in words: the same for the mail and for the page it leads to."""

from dataclasses import dataclass
from datetime import date

# What the values say in other languages, by the places of the catalogues.
TOLD = {
    "occasion.help": "the help with {topic}",
    "occasion.contact": "had contact with us on {date}",
    "occasion.on_date": "on {date}",
    "occasion.on_weekday_1": "on Monday",
    "occasion.on_weekday_2": "on Tuesday",
    "occasion.on_weekday_3": "on Wednesday",
    "occasion.on_weekday_4": "on Thursday",
    "occasion.on_weekday_5": "on Friday",
    "occasion.on_weekday_6": "on Saturday",
    "occasion.on_weekday_7": "on Sunday",
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where the customer met the organisation; empty where the asking has no such occasion."""

    topic: str = ""  # your bill
    deed: str = ""  # talked to us about your bill
    is_service: bool = False
    owner_team: str = ""
    on: date | None = None


def occasion_values(occasion: Occasion, today: date | None = None) -> dict[str, str | None]:
    """The variables of the wording that the occasion knows (see `wording.VARIABLES`)."""
    return {
        "topic": occasion.topic,
        "what": _what(occasion),
        "my_task": _task(occasion, "my"),
        "your_task": _task(occasion, "your"),
        "team": _team(occasion.owner_team),
        "did": occasion.deed,
        "when": _when(occasion.on, today),
        "reason": _reason(occasion),
    }


def _what(occasion: Occasion) -> str:
    if occasion.topic and occasion.is_service:
        return f"the help with {occasion.topic}"
    return occasion.topic


def _task(occasion: Occasion, whose: str) -> str | None:
    """Sort out my bill: only where the topic is somebody's, otherwise it would be guessing."""
    owner, _, thing = occasion.topic.partition(" ")
    return f"sort out {whose} {thing}" if owner == "your" and occasion.is_service else None


def _team(name: str) -> str | None:
    if not name:
        return None
    return f"the {name}" if name.lower().endswith("team") else f"the {name} team"


def is_recent(on: date, today: date) -> bool:
    """Whether a weekday can mean one day only."""
    return 0 < (today - on).days < 7


def _when(on: date | None, today: date | None) -> str | None:
    """The weekday while it can mean one day only, the date afterwards."""
    if on is None or today is None:
        return None
    return WEEKDAYS[on.weekday()] if is_recent(on, today) else _date(on)


def _reason(occasion: Occasion) -> str | None:
    if not occasion.deed or occasion.on is None:
        return None
    return f"{occasion.deed} on {_date(occasion.on)}"


def _date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"
