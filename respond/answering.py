"""The pages behind a survey link: the question, the reason, thanks."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from kit import clock
from respond import anonymously, doubts, pages
from respond.boards import board
from respond.door import door, fields, lists
from respond.follow_ups import Filled, as_it_stands, is_same, read_filled
from respond.steps import invitation_of, is_just_finished, may_see_thanks, read_score, to_thanks
from respond.tongues import Tongue, tongue_of
from surveys.actions.answering import Receipt, record_reason, record_score
from surveys.queries.asked import Asked, asked
from surveys.rules.metrics import ScoreRefused


def _open(
    token: str, tongue: Tongue, now: datetime, *, with_questions: bool = False
) -> Asked | None:
    found = _asked(token, tongue, with_questions=with_questions)
    return found if found is not None and found.is_open(now) else None


def _asked(token: str, tongue: Tongue, *, with_questions: bool = False) -> Asked | None:
    return asked(
        invitation_of(token),
        chosen=tongue.chosen,
        accepted=tongue.accepted,
        with_questions=with_questions,
    )


# --- step one ---------------------------------------------------------------------------------


def show_question(request: HttpRequest, token: str) -> HttpResponse:
    """The question with the score of the link marked; nothing is stored."""
    now, tongue = clock.now(), tongue_of(request)
    found = _open(token, tongue, now)
    if found is None:
        return pages.closed(tongue)
    if found.is_anonymous:
        return anonymously.show(anonymously.Opened(found, token, tongue, now))
    score = read_score(request.GET.get("score"), found.scale)
    if score is not None:
        doubts.note_request(token, score)
    return pages.question(found, token, now, score=found.score if score is None else score)


def send_score(request: HttpRequest, token: str) -> HttpResponse:
    now, tongue = clock.now(), tongue_of(request)
    invitation_id = invitation_of(token)
    form = fields(request)
    score = read_score(form.get("score"))
    if score is None:
        return _ask_again(request, token, now)
    signs = doubts.signs_of(token, form, now)
    try:
        receipt = record_score(
            invitation_id=invitation_id,
            score=score,
            signs=signs,
            chosen=tongue.chosen,
            accepted=tongue.accepted,
            now=now,
        )
    except ScoreRefused:
        return _ask_again(request, token, now)
    if receipt is None:
        return _otherwise(request, token, now)
    return _after(receipt, token, tongue, now, score)


def _otherwise(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """Nothing was stored under a name: the link is closed, or its question is anonymous."""
    tongue = tongue_of(request)
    found = _open(token, tongue, now)
    if found is None or not found.is_anonymous:
        return pages.closed(tongue)
    opened = anonymously.Opened(found, token, tongue, now)
    return anonymously.send(opened, lists(request))


def _after(receipt: Receipt, token: str, tongue: Tongue, now: datetime, score: int) -> HttpResponse:
    if receipt.doubt:
        found = _open(token, tongue, now)
        return pages.once_more(found, token, now, score) if found else pages.closed(tongue)
    if receipt.has_second_step:
        return pages.see(f"/s/{token}/why{tongue.query}")
    return to_thanks(f"/s/{token}", tongue, now)


def _ask_again(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    tongue = tongue_of(request)
    found = _open(token, tongue, now)
    if found is None:
        return pages.closed(tongue)
    if found.is_anonymous:
        return _otherwise(request, token, now)
    problem = board(found).texts["no_score"]
    return pages.question(found, token, now, score=None, problem=problem, status=400)


# --- step two ---------------------------------------------------------------------------------


def show_why(request: HttpRequest, token: str) -> HttpResponse:
    tongue = tongue_of(request)
    found = _open(token, tongue, clock.now(), with_questions=True)
    if found is None:
        return pages.closed(tongue)
    if found.answered_at is None:
        return pages.see(f"/s/{token}{tongue.query}")
    return pages.why(found, token, as_it_stands(found))


def send_why(request: HttpRequest, token: str) -> HttpResponse:
    now, tongue = clock.now(), tongue_of(request)
    invitation_id = invitation_of(token)
    filled = read_filled(lists(request))
    if filled.problems:
        return _why_again(token, tongue, now, filled)
    if record_reason(
        invitation_id=invitation_id,
        comment=filled.comment,
        feelings=filled.feelings,
        contact=filled.contact,
        answers=filled.given,
        now=now,
    ):
        return to_thanks(f"/s/{token}", tongue, now)
    found = _asked(token, tongue, with_questions=True)
    is_double = found and is_just_finished(found.finished_at, now) and is_same(found, filled)
    if found and not found.is_gone and is_double:
        return to_thanks(f"/s/{token}", tongue, now)
    return pages.closed(tongue)


def _why_again(token: str, tongue: Tongue, now: datetime, filled: Filled) -> HttpResponse:
    found = _open(token, tongue, now, with_questions=True)
    if found is None or found.answered_at is None:
        return pages.closed(tongue)
    return pages.why(found, token, filled)


# --- afterwards -------------------------------------------------------------------------------


def show_thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Thanks for those who have just finished; for everybody else the link is closed."""
    tongue = tongue_of(request)
    found = _asked(token, tongue) if may_see_thanks(request, f"/s/{token}", clock.now()) else None
    if found is None or found.is_gone:
        return pages.closed(tongue)
    return pages.thanks(found, token)


question = door(show_question, send_score)
why = door(show_why, send_why)
thanks = door(show_thanks)
