"""The mails that ask a customer: subject, text, HTML and headers from one frozen dataclass."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formataddr
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import mjml
from django.template import loader
from django.utils.html import escape

from accounts.rules.logos import logo_of
from surveys.rules.faces import FACES
from surveys.rules.metrics import SCALES, Metric, Scale
from surveys.rules.wording import Wording, fill, known_values
from surveys.rules.words import one_line

LONGEST_SUBJECT = 120
LONGEST_NAME = 80
# What a mail program writes for its owner; a person at the organisation reads it.
STOP_REQUEST = "Please stop these questions:"
# Eleven points stand in one line on a desk and in two on a phone. The break is after 5:
# after 6 it would draw the line between critics and the rest.
FIRST_ROW_ENDS = 5
POINT_WIDTH = 48
SENTENCES = (
    "preheader",
    "from_name",
    "greeting",
    "question",
    "opens",
    "open_line",
    "signature",
    "reply",
    "because",
    "stop",
    "privacy",
)
LOGO = "logo"
FACE = "face{}"
TEXTS = (*SENTENCES, "subject", "occasion", "reminder", "promise", "open")
PLACES = ("organisation", "postal_address", "survey_link", "stop_link", "privacy_link")
# Stand in the frame only and are replaced in one pass: a value that looks like one stays as it is.
MARK = "cx__{}__cx"
_MARKED = re.compile("cx__([a-z_]+)__cx")


@dataclass(frozen=True, slots=True)
class Asking:
    """All that a mail to one customer is made of."""

    metric: Metric
    wording: Wording
    organisation: str
    values: Mapping[str, str | None]  # the variables of the wording
    survey_link: str  # https://host/s/<token>
    stop_link: str  # https://host/u/<token>
    stop_mail: str  # where an unsubscribe by mail is read; empty where nobody reads
    from_address: str
    reply_to: str = ""
    reads_replies: bool = True
    postal_address: str = ""
    privacy_link: str = ""
    is_reminder: bool = False
    # Said of an anonymous one: its link holds no score, which a log of requests would keep.
    promises: Mapping[str, str] | None = None
    language: str = "en"
    direction: str = "ltr"
    logo: str = ""  # as the organisation stores it
    labels: Mapping[int, str] | None = None  # at the points; None: as the scale has them


@dataclass(frozen=True, slots=True)
class Look:
    """What the mail's frame depends on besides its words."""

    language: str
    direction: str
    logo: tuple[int, int] | None  # how large it is shown


@dataclass(frozen=True, slots=True)
class SurveyMail:
    """A finished mail; the transport adds recipient, date and Message-ID."""

    subject: str
    text: str
    html: str
    sender: str
    headers: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[tuple[str, bytes], ...] = ()  # what the HTML names as cid:


def survey_mail(asking: Asking) -> SurveyMail:
    """Compose the mail. Nothing in it is tracked and nothing is loaded."""
    texts = _texts(asking)
    said = {
        **texts,
        "organisation": one_line(asking.organisation),
        "postal_address": one_line(asking.postal_address),
        "survey_link": asking.survey_link,
        "stop_link": asking.stop_link,
        "privacy_link": asking.privacy_link,
    }
    present = frozenset(name for name, value in said.items() if value)
    labels = tuple((asking.labels or SCALES[asking.metric].labels).items())
    logo = logo_of(asking.logo)
    look = Look(asking.language, asking.direction, logo.shown if logo else None)
    text, html = _frame(asking.metric, present, look, labels)
    pictures = ((LOGO, logo.png),) if logo else ()
    return SurveyMail(
        subject=texts["subject"],
        text=_framed(text, said),
        html=_framed(html, {name: escape(value) for name, value in said.items()}),
        sender=_sender(asking, texts["from_name"]),
        headers=_headers(asking),
        pictures=(*pictures, *(drawn_faces() if asking.metric.is_drawn else ())),
    )


@lru_cache(maxsize=256)
def _frame(
    metric: Metric,
    present: frozenset[str],
    look: Look,
    labels: tuple[tuple[int, str], ...],
) -> tuple[str, str]:
    """The mail with marks in place of all that is said: rendered and compiled once for many."""
    marks = {name: MARK.format(name) if name in present else "" for name in (*PLACES, *TEXTS)}
    scale = replace(SCALES[metric], labels=dict(labels))
    page = {**marks, **_places(scale, marks["survey_link"], look), "drawn": metric.is_drawn}
    source = loader.render_to_string("emails/surveys/invitation.mjml", page)
    text = loader.render_to_string("emails/surveys/invitation.txt", page).strip() + "\n"
    # Without `fonts` the compiler links Google's copy of any font it knows: a tracker.
    return text, mjml.mjml2html(source, fonts={})


def _framed(frame: str, said: Mapping[str, str]) -> str:
    return _MARKED.sub(lambda mark: said[mark[1]], frame)


def _texts(asking: Asking) -> dict[str, str]:
    """Every sentence of the mail with its values in."""
    known = known_values({"organisation": asking.organisation, **asking.values})
    w = asking.wording
    chosen = {
        "subject": w.reminder_subject if asking.is_reminder else w.subject,
        "occasion": "" if asking.is_reminder else w.occasion,
        "reminder": w.reminder if asking.is_reminder else "",
    }
    texts = {name: fill(text, known) for name, text in chosen.items()}
    texts |= {"promise": "", "open": "", **(asking.promises or {})}
    texts |= {name: fill(getattr(w, name), known) for name in SENTENCES}
    if not asking.reads_replies:
        texts["reply"] = fill(w.reply_unread, known)
    if texts["occasion"]:  # many languages begin it with a variable such as "am Dienstag"
        texts["occasion"] = texts["occasion"][0].upper() + texts["occasion"][1:]
    texts["subject"] = one_line(texts["subject"], LONGEST_SUBJECT)
    return texts


def _places(scale: Scale, survey_link: str, look: Look) -> dict[str, object]:
    """What the templates need besides sentences: the points, their links, the direction."""
    points = [
        {
            "score": str(n),
            "label": scale.label(n),
            "link": f"{survey_link}?score={n}",
            "face": FACE.format(n),
        }
        for n in scale.scores
    ]
    rows = (points[: FIRST_ROW_ENDS + 1], points[FIRST_ROW_ENDS + 1 :])
    return {
        "points": points,
        "points_from_best": points[::-1],
        "worded": scale.is_worded,
        "rows": [{"points": row, "width": POINT_WIDTH * len(row)} for row in rows],
        "ends": [f"{n} {scale.label(n)}" for n in (scale.lowest, scale.highest)],
        "language": look.language,
        "direction": look.direction,
        "start": "right" if look.direction == "rtl" else "left",
        "gap": "0 0 0 4px" if look.direction == "rtl" else "0 4px 0 0",
        "logo": look.logo,
        "logo_name": LOGO,
    }


@lru_cache(maxsize=1)
def drawn_faces() -> tuple[tuple[str, bytes], ...]:
    """The five faces as pictures inside the mail: few mail programs draw lines themselves."""
    folder = Path(__file__).with_name("faces")
    return tuple((FACE.format(n), (folder / f"{n}.png").read_bytes()) for n in FACES)


def _sender(asking: Asking, name: str) -> str:
    return formataddr((one_line(name, LONGEST_NAME), asking.from_address))


def _ways_out(asking: Asking) -> Iterator[str]:
    """Microsoft reads the address only, Gmail and RFC 8058 the link only."""
    if asking.stop_mail:
        # Whoever reads it there opens the link, and need not ask who it was.
        body = quote(f"{STOP_REQUEST} {asking.stop_link}", safe="")
        yield f"<mailto:{quote(asking.stop_mail, safe='@')}?subject=Stop&body={body}>"
    yield f"<{asking.stop_link}>"


def _headers(asking: Asking) -> dict[str, str]:
    headers = {
        "List-Unsubscribe": ", ".join(_ways_out(asking)),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    if asking.reply_to:
        headers["Reply-To"] = asking.reply_to
    return headers
