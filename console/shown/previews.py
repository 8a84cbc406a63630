"""The preview beside the editor: which frame, and the switches of what it shows and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlencode

from console.forms.surveys import ASKED_OF, SCHEMES, SHOWS, WIDTHS
from surveys.channels.previews import preview_mail
from surveys.queries.previews import preview_token, read_preview, sample_of
from surveys.rules.metrics import SCALES, Metric, Scale

SPLITS = "~"
STEPS = {"page": "", "why": "/why", "thanks": "/thanks", "mail": "/mail"}
SCORED = ("why", "thanks")
NOTES = {
    "mail": "To an invented customer, about yesterday. The scale leads to the page.",
    "page": "Try it: nothing is stored.",
    "why": "For whoever gave such a score. Nothing is stored.",
    "thanks": "The last page.",
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    name: str
    url: str
    is_here: bool


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands in the frame."""

    url: str
    title: str
    note: str
    width: str
    switches: Sequence[tuple[str, Sequence[Choice]]]
    subject: str = ""
    sender: str = ""


def frame_of(
    *, organisation_id: int, survey_id: int, metric: str, seen: Mapping[str, str], now: datetime
) -> Frame:
    """Return the frame for what the address says: which page, how wide, light or dark."""
    token = preview_token(organisation_id=organisation_id, survey_id=survey_id, version=0, now=now)
    language, scheme = seen["language"], seen["scheme"] or "light"
    shows = seen["shows"] or "page"
    base = f"/p/{token}{SPLITS}{language}{SPLITS}{scheme}"
    score = _score(SCALES[Metric(metric)], seen["group"] or "low")
    query = f"?score={score}" if shows in SCORED else ""
    subject, sender = _mail_head(token, language, base, now) if shows == "mail" else ("", "")
    return Frame(
        url=f"{base}{STEPS[shows]}{query}",
        title=f"Preview: {dict(SHOWS)[shows].lower()}",
        note=NOTES[shows],
        width=seen["width"] or "phone",
        switches=_switches(seen, shows),
        subject=subject,
        sender=sender,
    )


def _switches(seen: Mapping[str, str], shows: str) -> list[tuple[str, Sequence[Choice]]]:
    switches: list[tuple[str, Sequence[Choice]]] = [
        ("What is shown", _choices(seen, "shows", SHOWS, "page")),
        ("How wide", _choices(seen, "width", WIDTHS, "phone")),
        ("Light or dark", _choices(seen, "scheme", SCHEMES, "light")),
    ]
    if shows in SCORED:
        switches.insert(1, ("After which score", _choices(seen, "group", ASKED_OF[1:], "low")))
    return switches


def _choices(
    seen: Mapping[str, str], name: str, choices: Sequence[tuple[str, str]], usual: str
) -> list[Choice]:
    here = seen[name] or usual
    return [
        Choice(name=text, url=f"?{query_of({**seen, name: key})}", is_here=key == here)
        for key, text in choices
    ]


def query_of(seen: Mapping[str, str]) -> str:
    return urlencode({name: value for name, value in seen.items() if value})


def _score(scale: Scale, group: str) -> int:
    return {"low": scale.low_until, "middle": scale.middle_until}.get(group, scale.highest)


def _mail_head(token: str, language: str, link: str, now: datetime) -> tuple[str, str]:
    preview = read_preview(token, now)
    sample = sample_of(preview) if preview else None
    if sample is None:
        return "", ""
    mail = preview_mail(sample, language=language, link=link, now=now)
    name, address = parseaddr(mail.sender)
    return mail.subject, f"{name} <{address}>" if name else address
