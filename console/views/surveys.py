"""The survey editor: texts, faces and languages of a draft, a trial mail, throwing it away."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside
from console.forms.surveys import (
    DrawingForm,
    EditorFilter,
    TextsForm,
    TrialForm,
)
from console.problems import BadAddress
from console.shown.surveys import (
    main_of,
    may_be_drawn,
    texts_of,
    words_of,
)
from console.views.survey_editor import (
    MOVED_ON,
    back,
    editing,
    editor,
    moved_by,
    programme_of,
    seen_of,
)
from kit.clock import now
from surveys.actions.drafting import (
    DraftMoved,
    discard_draft,
    save_draft,
)
from surveys.actions.trialing import send_trial
from surveys.models import Programme
from surveys.queries.surveys import working
from surveys.rules.editing import with_faces, with_language, with_words, without_language
from surveys.rules.languages import NAMES as LANGUAGE_NAMES

MAY = Permission.EDIT_PROGRAMMES


@require_safe
@inside("programmes", MAY)
def edit(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = programme_of(programme_id)
    return editor(request, door, programme, working(programme.survey))


@require_POST
@inside("programmes", MAY)
def texts(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = programme_of(programme_id)
    here = working(programme.survey)
    seen = seen_of(EditorFilter(request.POST), here, is_form=True)
    rows = texts_of(seen["part"], here, seen["language"])
    form = TextsForm(request.POST, texts=rows, words=words_of(here.content, seen["language"]))
    if not form.is_valid():
        return editor(request, door, programme, here, status=400, texts=form)
    content = with_words(here.content, form.cleaned_data, seen["language"])
    drawing = DrawingForm(request.POST)
    if may_be_drawn(programme) and drawing.is_valid() and drawing.cleaned_data["drawn"]:
        content = with_faces(content, drawing.cleaned_data["drawn"] == "faces")
    try:
        save_draft(editing=editing(request, door, programme), content=content, now=now())
    except DraftMoved as moved:
        who = moved_by(moved)
        return editor(request, door, programme, moved.args[0], status=400, texts=form, problem=who)
    return back(door, programme, **seen)


@require_POST
@inside("programmes", MAY)
def trial(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    """Mail the draft to somebody who wants to try it."""
    programme = programme_of(programme_id)
    form, here = TrialForm(request.POST), working(programme.survey)
    seen = seen_of(EditorFilter(request.POST), here, is_form=True)
    if not form.is_valid():
        messages.error(request, "Not sent: this is no e-mail address.")
        return back(door, programme, **seen)
    send_trial(
        programme=programme,
        address=form.cleaned_data["address"],
        language=seen["language"],
        actor=actor(request, door),
        now=now(),
    )
    messages.success(request, "On its way. Answer it as a customer would; it is in no figure.")
    return back(door, programme, **seen)


@require_POST
@inside("programmes", MAY)
def languages(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    """Begin a translation, or take one out of the draft."""
    programme = programme_of(programme_id)
    here, language = working(programme.survey), request.POST.get("language", "")
    if language not in LANGUAGE_NAMES or language == main_of(here):
        raise BadAddress("Choose a language.")
    part = request.POST.get("part", "")
    is_removed = request.POST.get("act") == "remove"
    change = without_language if is_removed else with_language
    if _saved(request, door, programme, change(here.content, language)) and not is_removed:
        return back(door, programme, part=part, language=language)
    return back(door, programme, part=part)


@require_POST
@inside("programmes", MAY)
def discard(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = programme_of(programme_id)
    try:
        if discard_draft(editing=editing(request, door, programme), now=now()):
            messages.success(request, "The draft was thrown away. What is published stands here.")
    except DraftMoved:
        messages.error(request, MOVED_ON)
    return back(door, programme)


def _saved(request: HttpRequest, door: Door, programme: Programme, content: Any) -> bool:
    try:
        save_draft(editing=editing(request, door, programme), content=content, now=now())
    except DraftMoved:
        messages.error(request, MOVED_ON)
        return False
    return True
