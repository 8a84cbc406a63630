"""The survey editor: texts and languages of a draft, what it changes, publishing, history."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page
from console.forms.filters import Filter, NoFilter
from console.forms.second_step import SecondStepForm
from console.forms.surveys import (
    QUESTIONS,
    DrawingForm,
    EditorFilter,
    TextsForm,
    TrialForm,
    language_choices,
)
from console.problems import BadAddress
from console.shown.previews import frame_of, query_of
from console.shown.surveys import (
    changes_of,
    faces_of,
    languages_of,
    main_of,
    may_be_drawn,
    parts,
    questions_context,
    rows_of,
    texts_of,
    versions_of,
    words_of,
)
from kit.clock import now
from surveys.actions.drafting import (
    DraftMoved,
    Editing,
    NothingToPublish,
    discard_draft,
    publish_draft,
    save_draft,
    use_version,
)
from surveys.actions.trialing import send_trial
from surveys.models import Programme, SurveyVersion
from surveys.queries.surveys import Working, numbers_used, published_page, working
from surveys.rules.editing import with_faces, with_language, with_words, without_language
from surveys.rules.languages import NAMES as LANGUAGE_NAMES
from surveys.rules.metrics import Metric
from surveys.rules.wording import WordingRefused

MOVED = (
    "Not saved: {who} changed this draft meanwhile. What you typed is still here; "
    "look at what stands there now and save again."
)
MOVED_ON = "Nothing was changed: somebody else changed this draft meanwhile. Look at it and repeat."
LOOK = ("language", "shows", "width", "scheme", "group")
MAY = Permission.EDIT_PROGRAMMES


@require_safe
@inside("programmes", MAY)
def edit(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    programme = programme_of(programme_id)
    return editor(request, door, programme, working(programme.survey))


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


@require_http_methods(["GET", "HEAD", "POST"])
@inside("programmes", MAY)
def publish(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    """Show what the draft changes; when sent, make it what is asked from now on."""
    programme = programme_of(programme_id)
    if request.method == "POST":
        return _publish(request, door, programme)
    NoFilter(request.GET).read()
    here = working(programme.survey)
    context = {
        "programme": programme,
        "here": here,
        "next": here.version.number + 1,
        "changes": changes_of(here),
        "languages": languages_of(here),
        "main_name": LANGUAGE_NAMES[main_of(here)],
    }
    return page(request, door, "surveys/publish.html", context)


def _publish(request: HttpRequest, door: Door, programme: Programme) -> HttpResponse:
    try:
        version = publish_draft(editing=editing(request, door, programme), now=now())
    except DraftMoved:
        messages.error(request, MOVED_ON)
        return redirect("console:survey_publish", door.slug, programme.pk)
    except NothingToPublish:
        messages.error(request, "There is nothing to publish: no draft differs from what is asked.")
    except WordingRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Version {version.number} is asked from now on.")
        return redirect("console:survey_history", door.slug, programme.pk)
    return back(door, programme)


@require_safe
@inside("programmes", MAY)
def history(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    after = Filter(request.GET).read()["after"]
    programme = programme_of(programme_id)
    found, compared = published_page(programme.survey_id, after)
    versions = versions_of(Metric(programme.survey.metric), compared)
    context = {
        "programme": programme,
        "here": working(programme.survey),
        "found": found,
        "versions": versions[: len(found.rows)],
    }
    return page(request, door, "surveys/history.html", context)


@require_POST
@inside("programmes", MAY)
def use(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    """Begin a draft with what an earlier version said."""
    programme = programme_of(programme_id)
    number = request.POST.get("number", "")
    if not number.isascii() or not number.isdigit() or len(number) > 4:
        raise BadAddress("Choose a version.")
    try:
        use_version(editing=editing(request, door, programme), number=int(number), now=now())
    except SurveyVersion.DoesNotExist:
        raise Http404 from None
    except DraftMoved:
        messages.error(request, MOVED_ON)
    else:
        messages.success(request, f"The draft says what version {int(number)} said.")
    return back(door, programme)


# --- for the editor's other views -------------------------------------------------------------


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


def _saved(request: HttpRequest, door: Door, programme: Programme, content: Any) -> bool:
    try:
        save_draft(editing=editing(request, door, programme), content=content, now=now())
    except DraftMoved:
        messages.error(request, MOVED_ON)
        return False
    return True
