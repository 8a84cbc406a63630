"""A response rate as pages print it: one sentence, and bars that lead to the people behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.forms.asked import BECAME
from console.shown.links import Links
from metrics.queries.rates import ResponseRate
from metrics.statistics.proportions import Share
from reports.rules.words import Explained, count_text, share_interval_text

RATE = Explained(
    name="Response rate",
    sentence="Answered of everyone who was asked and mailed in the period, whenever they answered.",
    facts=[
        ("Formula", "AAPOR response rate 2: finished and begun of all that were sent"),
        ("Delivered", "the same of those whose mail did not bounce, where any did"),
        ("Leaves out", "test mails; a suspected machine's answer counts as silence"),
        ("Interval", "95 %, Wilson"),
    ],
)


@dataclass(frozen=True, kw_only=True)
class RateFace:
    """Who answered and who is silent, in one sentence and as bars."""

    sent: int
    rate: str
    sentence: str
    interval: str
    delivered: str  # the second rate, where mails bounced: it would be the first one elsewhere
    steps: Sequence[tuple[str, int, str, str]]
    url: str  # of everybody who was asked; empty for those who may not see customers
    is_open: bool


def rate_face(rate: ResponseRate, links: Links, **part: str) -> RateFace:
    """Lay out a rate with the people behind each count; `part` is what the page itself fixes."""
    interval = rate.rr2_interval
    return RateFace(
        url=links.to_asked(**part),
        sent=rate.sent,
        rate=f"{rate.rr2.shown} %" if rate.sent else "",
        sentence=(
            f"asked {count_text(rate.sent)} \u00b7 answered {rate.rr2.shown} %"
            f" \u00b7 bounced {Share(rate.bounced, rate.sent).shown} %"
            f" \u00b7 opted out {Share(rate.opted_out, rate.sent).shown} %"
        ),
        interval=share_interval_text(interval) if interval else "",
        delivered=_delivered(rate),
        steps=[
            (name, count, count_text(count), links.to_asked(became=became, **part) if count else "")
            for became, name in BECAME.items()
            if (count := getattr(rate, became)) or became in ("answered", "silent")
        ],
        is_open=rate.is_open,
    )


def _delivered(rate: ResponseRate) -> str:
    interval = rate.delivered_interval
    if not rate.bounced or interval is None:
        return ""
    return (
        f"{rate.delivered.shown} % ({share_interval_text(interval)}) of those whose mail did not "
        "bounce."
    )
