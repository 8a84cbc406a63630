"""Whether a sending looks like a machine's: the rules that need the form, and what was requested.

The time since the mail was handed over is judged where the answer is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kit import recent
from respond import stamps

TRAP = "note_2"  # no browser fills it by itself, and nobody sees it
QUICKEST_HUMAN = timedelta(seconds=1)
LATELY = 60  # seconds


@dataclass(frozen=True, slots=True)
class Doubt:
    """The rule that suspects a machine ("" for none) and how far the others were looked at."""

    rule: str = ""
    is_sure: bool = False
    unchecked: str = ""


def note_request(token: str, score: int) -> None:
    """Remember which scores were asked for: a scanner opens every link of a mail."""
    recent.note(token, str(score), LATELY)


def judge(token: str, form: Mapping[str, str], now: datetime) -> Doubt:
    if form.get(TRAP):
        return Doubt("trap")
    shown = form.get("shown", "")
    again = stamps.age(stamps.ONCE_MORE, token, shown, now)
    first = again or stamps.age(stamps.QUESTION, token, shown, now)
    if first is None:
        return Doubt("no_form")
    if first < QUICKEST_HUMAN:
        return Doubt("too_quick")
    if again is not None:
        return Doubt(is_sure=True)
    return _by_requests(token)


def _by_requests(token: str) -> Doubt:
    requested = recent.count(token)
    if requested is None:
        return Doubt(unchecked="several_scores")
    return Doubt("several_scores") if requested > 1 else Doubt()
