"""What organisations are called: the short name in their address, and their time zone."""

import re
import unicodedata
from zoneinfo import ZoneInfo, available_timezones

LONGEST_SLUG = 60
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Files in the zone database that name no place: their meaning depends on the machine.
NO_PLACES = frozenset({"localtime", "posixrules", "Factory"})


def is_slug(text: str) -> bool:
    """Tell whether the text can stand in an address: small letters, digits, single hyphens."""
    return len(text) <= LONGEST_SLUG and bool(SLUG.fullmatch(text))


def slug_from(name: str) -> str:
    """Make a short name from a long one; what has no Latin letters becomes `organisation`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[: LONGEST_SLUG - 4].strip("-") or "organisation"


def is_zone(name: str) -> bool:
    """Tell whether the name is a time zone of a place, such as Europe/Berlin, or UTC."""
    if name not in available_timezones() or name in NO_PLACES:
        return False
    return ZoneInfo(name).key == name
