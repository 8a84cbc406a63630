"""Follow-up questions of a draft: added, changed, moved, taken out; no act needs a script."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.rules.roles import Permission
from console.door import Door, inside
from console.forms.second_step import SecondStepForm
from console.forms.surveys import QUESTIONS, QuestionForm
from console.problems import BadAddress
from console.views.survey_editor import MOVED_ON, back, editing, editor, moved_by, programme_of
from kit.clock import now
from surveys.actions.drafting import DraftMoved, save_draft
from surveys.models import Programme
from surveys.queries.surveys import Working, numbers_used, working
from surveys.rules.contents import Content
from surveys.rules.editing import with_question, with_question_moved, without_question
from surveys.rules.questions import Question, QuestionRefused

STEPS = {"up": -1, "down": 1}


@require_POST
@inside("programmes", Permission.EDIT_PROGRAMMES)
def change(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = programme_of(programme_id)
    here, act = working(programme.survey), request.POST.get("act", "save")
    known = _known(request, here)
    if act == "asks":
        return _second_step(request, door, programme, here)
    if known is not None and act in STEPS:
        content = with_question_moved(here.content, known.number, STEPS[act])
        return _kept(request, door, programme, content)
    if known is not None and act == "remove":
        return _kept(request, door, programme, without_question(here.content, known.number))
    return _written(request, door, programme, here, known)


def _second_step(
    request: HttpRequest, door: Door, programme: Programme, here: Working
) -> HttpResponse:
    """Keep what is asked after the score, or show the form again with what is wrong."""
    form = SecondStepForm(request.POST, content=here.content)
    if not form.is_valid():
        return editor(request, door, programme, here, status=400, second_step=form)
    content = replace(here.content, **form.cleaned_data)
    return _kept(request, door, programme, content, second_step=form)


def _written(
    request: HttpRequest, door: Door, programme: Programme, here: Working, known: Question | None
) -> HttpResponse:
    """Keep a question as its form says, or show the form again with what is wrong."""
    used = numbers_used(here)
    highest = used.get(known.number, 0) if known else 0
    form = QuestionForm(request.POST, known=known, highest=highest)
    if form.is_valid():
        try:
            content = with_question(here.content, form.question(max(used, default=0) + 1))
        except QuestionRefused as refused:
            form.add_error("text", str(refused))
        else:
            return _kept(request, door, programme, content, question=form)
    return editor(request, door, programme, here, status=400, question=form)


def _kept(
    request: HttpRequest, door: Door, programme: Programme, content: Content, **filled: Any
) -> HttpResponse:
    """Keep the draft; where somebody was faster, the form that was filled in stands there still."""
    try:
        save_draft(editing=editing(request, door, programme), content=content, now=now())
    except DraftMoved as moved:
        if filled:
            told = {**filled, "problem": moved_by(moved)}
            return editor(request, door, programme, moved.args[0], status=400, **told)
        messages.error(request, MOVED_ON)
    return back(door, programme, part=QUESTIONS)


def _known(request: HttpRequest, here: Working) -> Question | None:
    number = request.POST.get("number", "")
    if not number:
        return None
    known = next((one for one in here.content.questions if str(one.number) == number), None)
    if known is None:
        raise BadAddress("This question is no longer in the draft.")
    return known
