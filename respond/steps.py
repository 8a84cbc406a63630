"""What many pages behind links do alike: reading a link and a score, and the way to thanks."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse

from kit import tokens
from respond import pages, stamps
from respond.tongues import Tongue
from surveys.queries.lookups import SURVEY
from surveys.rules.metrics import SCALES, Metric, Scale, ScoreRefused

# Before anybody has looked which scale it is; the statement that stores knows.
WIDEST = SCALES[Metric.NPS]
# What a double click on the last button may still see.
JUST_FINISHED = timedelta(minutes=1)
THANKS_SHOWN = timedelta(minutes=15)


def invitation_of(token: str) -> int:
    """The invitation of the link; 0 of one that is none: it is looked up like any other.

    Without the look the same page would come sooner for a guess than for a link of ours.
    """
    return tokens.read(SURVEY, token) or 0


def read_score(raw: str | None, scale: Scale = WIDEST) -> int | None:
    """Return the score that a form or an address says; None if it is none of the scale."""
    try:
        return scale.read(raw)
    except ScoreRefused:
        return None


def is_just_finished(finished_at: datetime | None, now: datetime) -> bool:
    """Whether what is sent now was sent a moment ago as well, by the same hand."""
    return finished_at is not None and finished_at > now - JUST_FINISHED


def to_thanks(at: str, tongue: Tongue, now: datetime) -> HttpResponse:
    """Lead on to the thanks of the address `at`, which open to whoever comes from here alone."""
    stamp = stamps.stamp(stamps.THANKS, at, now)
    return pages.see(f"{at}/thanks{tongue.query}{'&' if tongue.query else '?'}for={stamp}")


def may_see_thanks(request: HttpRequest, at: str, now: datetime) -> bool:
    """Whether somebody was led to the thanks of this address, and lately."""
    age = stamps.age(stamps.THANKS, at, request.GET.get("for", ""), now)
    return age is not None and age < THANKS_SHOWN
