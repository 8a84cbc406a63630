"""What a widget asks for and sends: its rules, the question, the score, the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from kit import tokens
from respond import doubts, phrases
from respond.crowds import seconds_until_room
from respond.follow_ups import Filled, is_same, read_filled
from respond.openly import KEY_LENGTH, PARTS
from respond.steps import WIDEST, is_just_finished
from respond.widget import previewing, shapes
from respond.widget.calls import Answer, Call
from respond.widget.door import door
from respond.widget.visitors import believed, in_her_language
from surveys.actions.answering_as import OpenSending, record_score_as
from surveys.actions.answering_openly import (
    Known,
    OpenReceipt,
    record_open_reason,
    record_open_score,
)
from surveys.queries.asked_openly import OpenQuestion, asked_openly
from surveys.queries.lookups import ANSWER
from surveys.queries.welcome import may_ask
from surveys.queries.widgets import WidgetBehind
from surveys.rules.identities import Identity
from surveys.rules.metrics import ScoreRefused
from surveys.rules.widgets import page_of

# So long a browser asks nobody again whether this is the page and the moment.
RULES_KEPT = {"Cache-Control": "public, max-age=300"}


@dataclass(frozen=True, slots=True)
class Form:
    """The form that was shown, by its key, and the score it sends."""

    key: str
    score: int


def give_rules(call: Call) -> Answer:
    """What the script decides by before it asks for anything."""
    widget = _open(call)
    if widget is None:
        return _closed(call)
    told = {
        "pages": list(widget.pages),
        "not": list(widget.not_pages),
        "delay": widget.delay_seconds,
        "sample": widget.sample_percent,
        "rest": widget.rest_days,
        "side": widget.side,
        "scheme": widget.scheme,
    }
    return Answer(told, headers=RULES_KEPT)


def give_question(call: Call) -> Answer:
    """The question under a new key; nothing is stored, and whoever rests is not asked."""
    widget = _open(call)
    if widget is None:
        return _closed(call)
    who = believed(call, widget)
    call = in_her_language(call, widget, who.identity)
    found = _asked(call)
    if found is None:
        return _closed(call)
    is_wanted = call.body.get("wanted") is True  # she asked for it herself
    if who.identity and not is_wanted and not may_ask(widget, who.identity, call.now):
        return Answer({"ask": False})
    form = tokens.random_letters(KEY_LENGTH)
    asked = found.as_asked(call.tongue.chosen)
    told = shapes.question_told(asked, form=form, at=_at(call, form), now=call.now)
    return Answer({"ask": True, "refused": who.reason, **told})


def take_score(call: Call) -> Answer:
    widget, form = _open(call), _form_sent(call)
    if widget is None:
        return _closed(call)
    if form is None:
        return call.says(phrases.UNREADABLE, 400)
    waited = seconds_until_room(call.request, widget.link_id)
    if waited != 0:
        return _no_room(call, waited)
    identity = believed(call, widget).identity
    call = in_her_language(call, widget, identity)
    try:
        receipt = _store(call, widget, identity, form)
    except ScoreRefused:
        return call.says(phrases.UNREADABLE, 400)
    return _after(call, receipt, form)


def take_why(call: Call) -> Answer:
    """Words for one answer, signed for it: nobody else can add any."""
    widget, response_id = call.widget, tokens.read(ANSWER, call.text("answer"))
    if widget is None or response_id is None:
        return _closed(call)
    filled = read_filled(_form(call.body))
    if filled.problems:
        found = _asked(call, response_id)
        told = shapes.problems_told(found.as_asked(), filled) if found else {}
        return Answer(told, 400) if found else _closed(call)
    kept = record_open_reason(
        link_id=widget.link_id,
        response_id=response_id,
        comment=filled.comment,
        feelings=filled.feelings,
        contact=filled.contact,
        answers=filled.given,
        now=call.now,
    )
    return _thanks(call, response_id) if kept else _just_sent(call, response_id, filled)


def _just_sent(call: Call, response_id: int, filled: Filled) -> Answer:
    """What is sent again because the thanks for it got lost on their way is thanked for again."""
    found = _asked(call, response_id)
    asked = found.as_asked() if found else None
    if asked and is_just_finished(asked.finished_at, call.now) and is_same(asked, filled):
        return Answer(shapes.thanks_told(asked))
    return _closed(call)


def _after(call: Call, receipt: OpenReceipt | None, form: Form) -> Answer:
    if receipt is None:
        return _closed(call)
    found = _asked(call, 0 if receipt.doubt else receipt.response_id, with_questions=True)
    if found is None:
        return _closed(call)
    asked = found.as_asked(call.tongue.chosen)
    if receipt.doubt:
        at = _at(call, form.key)
        return Answer(shapes.again_told(asked, at=at, score=form.score, now=call.now))
    if receipt.has_second_step or shapes.asks_contact(asked):
        return Answer(shapes.why_told(asked, tokens.sign(ANSWER, receipt.response_id)))
    return Answer(shapes.thanks_told(asked))


def _store(
    call: Call, widget: WidgetBehind, identity: Identity | None, form: Form
) -> OpenReceipt | None:
    page = page_of(call.text("page"))
    sending = OpenSending(
        form=form.key,
        score=form.score,
        signs=doubts.signs_of(_at(call, form.key), _form_of_step_one(call), call.now),
        chosen=call.tongue.chosen,
        accepted=call.tongue.accepted,
        context={"page": page} if page and widget.rules.asks_on(page) else {},
    )
    if identity is not None:
        return record_score_as(widget=widget, identity=identity, sending=sending, now=call.now)
    return record_open_score(
        link_id=widget.link_id,
        form=sending.form,
        score=sending.score,
        signs=sending.signs,
        now=call.now,
        chosen=sending.chosen,
        accepted=sending.accepted,
        known=Known(context=sending.context),
    )


def _open(call: Call) -> WidgetBehind | None:
    widget = call.widget
    return widget if widget is not None and widget.is_open(call.now) else None


def _asked(
    call: Call, response_id: int = 0, *, with_questions: bool = False
) -> OpenQuestion | None:
    return asked_openly(
        call.widget.link_id if call.widget else 0,
        response_id=response_id,
        chosen=call.tongue.chosen,
        accepted=call.tongue.accepted,
        with_questions=with_questions,
    )


def _thanks(call: Call, response_id: int) -> Answer:
    found = _asked(call, response_id)
    return Answer(shapes.thanks_told(found.as_asked())) if found else _closed(call)


def _closed(call: Call) -> Answer:
    return call.says(phrases.CLOSED, 404)


def _no_room(call: Call, waited: float | None) -> Answer:
    """What nobody counts is not let in; the form keeps what was chosen."""
    if waited is None:
        return call.says(phrases.NOT_NOW, 503)
    said = call.says(phrases.TOO_MANY, 429, minutes=ceil(waited / 60))
    return Answer(said.told, 429, {"Retry-After": str(ceil(waited))})


def _form_sent(call: Call) -> Form | None:
    """Of the widest scale: the statement that stores knows which one it is."""
    key = call.text("form")
    score: Any = call.body.get("score")
    is_key = len(key) == KEY_LENGTH and set(key) <= set(tokens.ALPHABET)
    is_score = isinstance(score, int) and not isinstance(score, bool) and score in WIDEST.scores
    return Form(key, score) if is_key and is_score else None


def _at(call: Call, form: str) -> str:
    return f"{call.token}{PARTS}{form}"


def _form_of_step_one(call: Call) -> Mapping[str, str]:
    return {name: call.text(name) for name in ("shown", doubts.TRAP)}


def _form(body: Mapping[str, Any]) -> dict[str, list[str]]:
    """The body as a form of the survey's pages would have sent it."""
    lists = {name: each if isinstance(each, list) else [each] for name, each in body.items()}
    return {name: [one for one in each if isinstance(one, str)] for name, each in lists.items()}


rules = door("GET", give_rules, previewing.rules)
question = door("POST", give_question, previewing.question, unable=phrases.NOT_READY)
score = door("POST", take_score, previewing.score)
why = door("POST", take_why, previewing.why)
