"""What a form and the requests before it show of who sends it; judged where it is stored."""

from collections.abc import Mapping
from datetime import datetime

from kit import recent
from respond import stamps
from surveys.rules.doubts import Signs

TRAP = "note_2"  # no browser fills it by itself, and nobody sees it
LATELY = 60  # seconds


def note_request(token: str, score: int) -> None:
    """Remember which scores were asked for: a scanner opens every link of a mail."""
    recent.note(token, str(score), LATELY)


def signs_of(token: str, form: Mapping[str, str], now: datetime) -> Signs:
    shown = form.get("shown", "")
    again = stamps.age(stamps.ONCE_MORE, token, shown, now)
    age = again or stamps.age(stamps.QUESTION, token, shown, now)
    looked = age is not None and again is None
    return Signs(
        touched_trap=bool(form.get(TRAP)),
        has_form=age is not None,
        seconds=None if age is None else age.total_seconds(),
        is_again=again is not None,
        # One question to Valkey less where its answer would decide nothing.
        scores=recent.count(token) if looked else 0,
    )
