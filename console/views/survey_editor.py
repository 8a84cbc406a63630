"""The survey editor as a page, and what the acts upon a draft share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from console.door import Door, actor, page
from console.forms.second_step import SecondStepForm
from console.forms.surveys import (
    QUESTIONS,
    EditorFilter,
    TextsForm,
    language_choices,
)
from console.problems import BadAddress
from console.shown.previews import frame_of, query_of
from console.shown.surveys import (
    changes_of,
    faces_of,
    languages_of,
    main_of,
    parts,
    questions_context,
    rows_of,
    texts_of,
    words_of,
)
from kit.clock import now
from surveys.actions.drafting import (
    DraftMoved,
    Editing,
)
from surveys.models import Programme
from surveys.queries.surveys import Working, numbers_used
from surveys.rules.languages import NAMES as LANGUAGE_NAMES

MOVED = (
    "Not saved: {who} changed this draft meanwhile. What you typed is still here; "
    "look at what stands there now and save again."
)
MOVED_ON = "Nothing was changed: somebody else changed this draft meanwhile. Look at it and repeat."
LOOK = ("language", "shows", "width", "scheme", "group")


def editor(
    request: HttpRequest,
    door: Door,
    programme: Programme,
    here: Working,
    status: int = 200,
    **wrong: Any,
) -> HttpResponse:
    """Print the editor; `wrong` holds a form that was refused, and the words that say why."""
    asked = EditorFilter(request.POST if request.method == "POST" else request.GET)
    seen = seen_of(asked, here, is_form=request.method == "POST")
    part, language = seen["part"], seen["language"]
    texts = texts_of(part, here, language)
    form = wrong.get("texts") or TextsForm(texts=texts, words=words_of(here.content, language))
    context = {
        "programme": programme,
        "here": here,
        "changes": changes_of(here),
        "parts": parts(),
        "languages": languages_of(here),
        "language_choices": language_choices(here.content, main_of(here)),
        "main_name": LANGUAGE_NAMES[main_of(here)],
        "language_name": LANGUAGE_NAMES.get(language, ""),
        "faces": faces_of(here, programme, part, language),
        "rows": rows_of(form, here, language),
        "form": form,
        "problem": wrong.get("problem", ""),
        "preview": frame_of(
            organisation_id=door.organisation.pk,
            survey_id=programme.survey_id,
            metric=programme.survey.metric,
            seen=seen,
            now=now(),
        ),
        "look": {name: seen[name] for name in LOOK if seen[name] and name != "language"},
        "look_query": query_of({**seen, "part": "", "language": ""}),
        "is_editor": True,
        **seen,
    }
    if part == QUESTIONS and not language:
        context |= questions_context(here, numbers_used(here), wrong.get("question"))
        context["second_step"] = wrong.get("second_step") or SecondStepForm(content=here.content)
    return page(request, door, "surveys/edit.html", context, status=status)


def seen_of(asked: EditorFilter, here: Working, *, is_form: bool) -> dict[str, str]:
    """What the address, or the form that was refused, says about the page."""
    if not is_form:
        asked.read()
    elif not asked.is_valid():
        raise BadAddress("This part of the survey does not exist.")
    said = asked.cleaned_data
    if said["language"] and said["language"] not in here.content.translations:
        raise BadAddress("There is no translation into this language yet.")
    return {**{name: said[name] for name in LOOK}, "part": said["part"] or "question"}


def programme_of(programme_id: int) -> Programme:
    rows = Programme.objects.filter(archived_at__isnull=True)
    known = rows.select_related("survey__organisation")
    return get_object_or_404(known, pk=programme_id)


def editing(request: HttpRequest, door: Door, programme: Programme) -> Editing:
    mark = request.POST.get("mark", "")
    return Editing(survey_id=programme.survey_id, mark=mark, actor=actor(request, door))


def back(door: Door, programme: Programme, **seen: str) -> HttpResponse:
    """Lead to the editor, at the part and in the language that were open."""
    address = reverse("console:survey", args=[door.slug, programme.pk])
    query = query_of(seen)
    return redirect(f"{address}?{query}" if query else address)


def moved_by(moved: DraftMoved) -> str:
    """Say that somebody else was faster, and that nothing typed is lost."""
    draft = moved.args[0].draft
    return MOVED.format(who=draft.edited_by if draft else "somebody")
