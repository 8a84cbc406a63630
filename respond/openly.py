"""The pages behind a public link: the same question, reason and thanks, for people we do not know.

Each page that is shown carries a random key of its own, so what is sent twice is one answer, and
what follows an answer is signed for that answer alone.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from kit import clock, tokens
from respond import doubts, pages
from respond.boards import board
from respond.crowds import find_room
from respond.door import door, fields, lists
from respond.follow_ups import Filled, is_same, read_filled
from respond.steps import is_just_finished, may_see_thanks, read_score, to_thanks
from respond.tongues import Tongue, tongue_of
from surveys.actions.answering_openly import (
    OPEN_AFTER_ANSWER,
    OpenReceipt,
    record_open_reason,
    record_open_score,
)
from surveys.queries.asked import Asked
from surveys.queries.asked_openly import OpenQuestion, asked_openly
from surveys.queries.lookups import ANSWER, PUBLIC_LINK
from surveys.rules.metrics import ScoreRefused

PARTS = "~"  # stands in no token: link, then the form's key or the answer
KEY_LENGTH = 22  # base62 letters that hold 128 bits


@dataclass(frozen=True, slots=True)
class Way:
    """What an address says: the link, and the form or the answer behind it."""

    link_id: int
    link: str
    rest: str
    tongue: Tongue

    @property
    def form(self) -> str:
        """The form's key; a new one where the address brought none of ours."""
        known = len(self.rest) == KEY_LENGTH and set(self.rest) <= set(tokens.ALPHABET)
        return self.rest if known else tokens.random_letters(KEY_LENGTH)

    def at_form(self, form: str) -> str:
        return f"{self.link}{PARTS}{form}"

    def at_answer(self, response_id: int) -> str:
        return f"{self.link}{PARTS}{tokens.sign(ANSWER, response_id)}"

    @property
    def response_id(self) -> int | None:
        return tokens.read(ANSWER, self.rest)


@dataclass(frozen=True, slots=True)
class Sent:
    """One sending of a form."""

    way: Way
    key: str
    score: int
    now: datetime


def _way(request: HttpRequest, token: str) -> Way | None:
    link, _, rest = token.partition(PARTS)
    link_id = tokens.read(PUBLIC_LINK, link)
    return None if link_id is None else Way(link_id, link, rest, tongue_of(request))


# --- step one ---------------------------------------------------------------------------------


def show_question(request: HttpRequest, token: str) -> HttpResponse:
    """The question with the score of the address marked, under a new key; nothing is stored."""
    now, way = clock.now(), _way(request, token)
    found = _open(way, now)
    if way is None or found is None:
        return pages.closed(tongue_of(request))
    asked = found.as_asked(way.tongue.chosen)
    score = read_score(request.GET.get("score"), asked.scale)
    at = way.at_form(tokens.random_letters(KEY_LENGTH))
    return pages.question(asked, at, now, score=score)


def send_score(request: HttpRequest, token: str) -> HttpResponse:
    now, way = clock.now(), _way(request, token)
    if way is None:
        return pages.closed(tongue_of(request))
    form = fields(request)
    score = read_score(form.get("score"))
    if score is None:
        return _ask_again(way, now)
    no_room = find_room(request, way.link_id)
    if no_room is not None:
        return no_room
    key = way.form
    signs = doubts.signs_of(way.at_form(key), form, now)
    try:
        receipt = record_open_score(
            link_id=way.link_id,
            form=key,
            score=score,
            signs=signs,
            chosen=way.tongue.chosen,
            accepted=way.tongue.accepted,
            now=now,
        )
    except ScoreRefused:
        return _ask_again(way, now)
    return _after(receipt, Sent(way, key, score, now))


def _after(receipt: OpenReceipt | None, sent: Sent) -> HttpResponse:
    way = sent.way
    if receipt is None:
        return pages.closed(way.tongue)
    if receipt.doubt:
        return _once_more(sent)
    answer = f"/l/{way.at_answer(receipt.response_id)}"
    if receipt.has_second_step:
        return pages.see(f"{answer}/why{way.tongue.query}")
    return to_thanks(answer, way.tongue, sent.now)


def _once_more(sent: Sent) -> HttpResponse:
    way, found = sent.way, _open(sent.way, sent.now)
    if found is None:
        return pages.closed(way.tongue)
    asked = found.as_asked(way.tongue.chosen)
    return pages.once_more(asked, way.at_form(sent.key), sent.now, sent.score)


def _ask_again(way: Way, now: datetime) -> HttpResponse:
    found = _open(way, now)
    if found is None:
        return pages.closed(way.tongue)
    asked = found.as_asked(way.tongue.chosen)
    problem = board(asked).texts["no_score"]
    at = way.at_form(way.form)
    return pages.question(asked, at, now, score=None, problem=problem, status=400)


def _open(way: Way | None, now: datetime) -> OpenQuestion | None:
    if way is None:
        return None
    tongue = way.tongue
    found = asked_openly(way.link_id, chosen=tongue.chosen, accepted=tongue.accepted)
    return found if found is not None and found.is_open(now) else None


# --- step two ---------------------------------------------------------------------------------


def show_why(request: HttpRequest, token: str) -> HttpResponse:
    found = _answered(_way(request, token))
    if found is None or not _takes_words(found, clock.now()):
        return pages.closed(tongue_of(request))
    return pages.why(found, token)


def send_why(request: HttpRequest, token: str) -> HttpResponse:
    now, way = clock.now(), _way(request, token)
    response_id = way.response_id if way is not None else None
    if way is None or response_id is None:
        return pages.closed(tongue_of(request))
    filled = read_filled(lists(request))
    if filled.problems:
        return _why_again(way, token, now, filled)
    if record_open_reason(
        link_id=way.link_id,
        response_id=response_id,
        comment=filled.comment,
        feelings=filled.feelings,
        answers=filled.given,
        now=now,
    ):
        return to_thanks(f"/l/{token}", way.tongue, now)
    return _just_sent(way, token, now, filled)


def _just_sent(way: Way, token: str, now: datetime, filled: Filled) -> HttpResponse:
    """What a double click on the last button may still see."""
    found = _answered(way)
    if found and is_just_finished(found.finished_at, now) and is_same(found, filled):
        return to_thanks(f"/l/{token}", way.tongue, now)
    return pages.closed(way.tongue)


def _why_again(way: Way, token: str, now: datetime, filled: Filled) -> HttpResponse:
    found = _answered(way)
    if found is None or not _takes_words(found, now):
        return pages.closed(way.tongue)
    return pages.why(found, token, filled)


def _answered(way: Way | None) -> Asked | None:
    """The answer of the address; what became of the link since is none of its business."""
    response_id = way.response_id if way is not None else None
    if way is None or response_id is None:
        return None
    found = asked_openly(
        way.link_id,
        response_id=response_id,
        chosen=way.tongue.chosen,
        accepted=way.tongue.accepted,
        with_questions=True,
    )
    if found is None or found.answered_at is None:
        return None
    return found.as_asked(way.tongue.chosen)


def _takes_words(found: Asked, now: datetime) -> bool:
    answered_at = found.answered_at
    is_fresh = answered_at is not None and answered_at > now - OPEN_AFTER_ANSWER
    return is_fresh and found.finished_at is None


# --- afterwards -------------------------------------------------------------------------------


def show_thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Thanks for those who have just finished; for everybody else the link is closed."""
    is_led = may_see_thanks(request, f"/l/{token}", clock.now())
    found = _answered(_way(request, token)) if is_led else None
    return pages.closed(tongue_of(request)) if found is None else pages.thanks(found, token)


question = door(show_question, send_score)
why = door(show_why, send_why)
thanks = door(show_thanks)
