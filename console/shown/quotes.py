"""Answers as quotes: score, words, who said it, where and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from console.door import Door
from console.shown.doubts import rule_words
from console.shown.moments import moment_text
from console.shown.scores import tone_of
from console.shown.timelines import STANDINGS
from surveys.models import Response
from surveys.queries.searching import BEGIN, END
from surveys.rules.metrics import name_of

MOST_LETTERS, MOST_LINES = 600, 8  # of words that a list shows whole
MAY_CONTACT = {
    "email": "may be contacted by e-mail",
    "phone": "may be contacted by phone",
    "no": "do not contact",
}
OPEN_WAYS = {
    "link": "public link, not personal",
    "widget": "widget, not personal",
}


@dataclass(frozen=True, kw_only=True)
class Quote:
    """One answer in a list; without permission the person behind it stays unnamed."""

    score: str
    tone: str
    metric: str
    text: str
    customer: str
    customer_url: str
    where: str
    at: datetime
    when: str
    url: str
    standing: str
    id: int
    by: str = ""  # said where nobody in particular was asked
    why: str = ""
    feelings: Sequence[str] = ()
    contact: str = ""
    tags: Sequence[tuple[int, str]] = ()
    # The text in pieces where words were looked for, each with whether it was found.
    pieces: Sequence[tuple[str, bool]] = ()

    @property
    def is_long(self) -> bool:
        """Whether a list begins it only: one of 2,000 letters filled a phone several times.

        What was looked for must be seen, wherever it stands.
        """
        is_much = len(self.text) > MOST_LETTERS or self.text.count("\n") > MOST_LINES
        return is_much and not self.pieces


def quote_of(
    response: Response, door: Door, now: datetime, *, tags: Sequence[tuple[int, str]] = ()
) -> Quote:
    """Show a response; customer and touchpoint must have been read with it."""
    customer = response.customer if door.may_see_customers else None
    place = response.touchpoint.name if response.touchpoint else response.programme.name
    return Quote(
        score="\u2013" if response.score is None else str(response.score),
        tone=tone_of(response.metric, response.score),
        metric=name_of(response.metric),
        text=response.comment,
        customer=str(customer) if customer else "",
        customer_url=reverse("console:customer", args=[door.slug, customer.pk]) if customer else "",
        where=place,
        at=response.answered_at,
        when=moment_text(response.answered_at, now),
        url=reverse("console:response", args=[door.slug, response.pk]),
        standing=STANDINGS[response.standing],
        id=response.pk,
        by=OPEN_WAYS.get(response.origin, "") if response.customer_id is None else "",
        why=_why(response),
        feelings=response.feelings,
        contact=MAY_CONTACT.get(response.contact, ""),
        tags=tags,
        pieces=pieces_of(getattr(response, "told", "")),
    )


def _why(response: Response) -> str:
    """Why it is not counted: what staff wrote, or the rule that doubts it."""
    if response.standing == Response.Standing.SUSPECT:
        return rule_words(response.standing_reason).lower()
    return response.standing_reason if response.standing == Response.Standing.EXCLUDED else ""


def pieces_of(told: str) -> list[tuple[str, bool]]:
    """Cut a text at the marks of a search; the template escapes each piece."""
    pieces = []
    for number, part in enumerate(told.split(BEGIN)):
        found, _, rest = part.partition(END) if number else ("", "", part)
        pieces += [(found, True), (rest, False)]
    return [(text, is_found) for text, is_found in pieces if text]
