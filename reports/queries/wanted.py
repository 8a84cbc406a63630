"""What a list of answers was asked for: the same words for the list, its files and its counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from kit.periods import Period
from metrics.queries.filters import Slice
from metrics.queries.histograms import SUPERSEDED
from metrics.statistics.definitions import Definitions


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to narrow answers by; None and empty mean all.

    A group of scores is what the definitions say, so it needs them.
    """

    period: Period | None = None
    programme: int | None = None
    touchpoint: int | None = None
    metric: str = ""
    group: str = ""
    standing: str = ""
    score: int | None = None
    programme_kind: str = ""
    touchpoint_kind: str = ""
    stage: int | None = None
    commented: bool = False
    latest: bool = False
    words: Sequence[str] = ()
    definitions: Definitions | None = None
    segments: Sequence[tuple[str, str]] = ()
    with_suspects: bool = False
    company: int | None = None
    tag: int | None = None
    state: str = ""  # how she was served in the 180 days before: good, poor, rated, unrated
    scored: bool = False
    but: Slice | None = None  # without the answers of this part
    question: int | None = None  # a follow-up question, in whichever version it was answered
    choice: int | None = None
    feeling: str = ""
    contact: str = ""
    origin: str = ""  # how it came: by a personal link, a public one, a file, from staff
    link: int | None = None  # a public link or a widget
    # Only of customers who answered the same programme in these other days, too, each narrowed
    # alike; `elsewhere`: and who stood in another cell of service and loyalty then.
    paired: Period | None = None
    elsewhere: bool = False

    @property
    def superseded(self) -> bool:
        return self.standing == SUPERSEDED
