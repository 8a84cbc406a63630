"""How the listed answers came: each way with its number, and the list of exactly those."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from console.forms.filters import ORIGINS
from reports.rules.words import count_text
from surveys.models import Response


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way in which answers of the list came."""

    name: str
    n: str
    query: str
    is_here: bool


def ways_of(counts: Mapping[str, int], chosen: str, pairs: Sequence[tuple[str, str]]) -> list[Way]:
    """Return a line for each way; none where all came alike, for there is nothing to tell apart.

    `pairs` is the address of the list.
    """
    kept = [pair for pair in pairs if pair[0] not in ("after", "origin")]
    if len(counts) < 2:
        return []
    return [
        Way(
            name=ORIGINS[Response.Origin(origin)],
            n=count_text(n),
            query=urlencode([*kept, ("origin", origin)]),
            is_here=origin == chosen,
        )
        for origin, n in counts.items()
    ]
