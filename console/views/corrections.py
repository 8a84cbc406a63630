"""Corrections of answers: exclude, restore, enter what a customer asked for, tag."""

from collections.abc import Callable, Collection
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.corrections import (
    ROW_ID,
    AmendForm,
    ExcludeForm,
    TagForm,
    TickedForm,
    UntagForm,
)
from kit.clock import now
from surveys.actions.correcting import (
    AnswerIsErased,
    amend_response,
    exclude_responses,
    restore_response,
)
from surveys.actions.tagging import BadTag, tag_responses, untag_responses
from surveys.models import Response

F = TypeVar("F", bound=TickedForm)
NOTHING = "Nothing to change: it is so already."


@require_POST
@inside("responses", Permission.EXCLUDE_RESPONSES)
def exclude(request: HttpRequest, door: Door) -> HttpResponse:
    def act(form: ExcludeForm) -> str:
        done = exclude_responses(
            response_ids=form.cleaned_data["response"],
            reason=form.cleaned_data["reason"],
            actor=actor(request, door),
            now=now(),
        )
        return f"{_answers(done)} excluded: in no count any more." if done else NOTHING

    return _done(request, door, ExcludeForm(request.POST), act)


@require_POST
@inside("responses", Permission.EXCLUDE_RESPONSES)
def restore(request: HttpRequest, door: Door) -> HttpResponse:
    def act(form: TickedForm) -> str:
        done = sum(
            restore_response(response_id=one, actor=actor(request, door), now=now())
            for one in _present(form.cleaned_data["response"])
        )
        return f"{_answers(done)} restored." if done else NOTHING

    return _done(request, door, TickedForm(request.POST), act)


@require_POST
@inside("responses", Permission.TAG_RESPONSES)
def tag(request: HttpRequest, door: Door) -> HttpResponse:
    def act(form: TagForm) -> str:
        done = tag_responses(
            organisation_id=door.organisation.pk,
            response_ids=form.cleaned_data["response"],
            name=form.cleaned_data["tag"],
            actor=actor(request, door),
            now=now(),
        )
        return f"{_answers(done)} tagged." if done else NOTHING

    try:
        return _done(request, door, TagForm(request.POST), act)
    except BadTag as bad:
        messages.error(request, str(bad))
        return _back(request, door)


@require_POST
@inside("responses", Permission.TAG_RESPONSES)
def untag(request: HttpRequest, door: Door) -> HttpResponse:
    def act(form: UntagForm) -> str:
        done = untag_responses(
            response_ids=form.cleaned_data["response"],
            tag_id=form.cleaned_data["tag"],
            actor=actor(request, door),
            now=now(),
        )
        return f"Tag taken off {_answers(done)}." if done else NOTHING

    return _done(request, door, UntagForm(request.POST), act)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("responses", Permission.AMEND_RESPONSES)
def amend(request: HttpRequest, door: Door, response_id: int) -> HttpResponse:
    response = get_object_or_404(Response.objects.select_related("customer"), pk=response_id)
    form = AmendForm(posted(request), response=response)
    if request.method == "POST" and form.is_valid():
        try:
            stored = amend_response(
                response_id=response.pk,
                correction=form.correction(),
                actor=actor(request, door),
                now=now(),
            )
        except AnswerIsErased:
            messages.error(request, "This person was erased: nothing can be written here any more.")
        else:
            told = "Written down, with your name and reason." if stored else NOTHING
            messages.success(request, told)
        return redirect("console:response", door.slug, response.pk)
    context = {"form": form, "response": response}
    status = 422 if form.errors else 200
    return page(request, door, "responses/amend.html", context, status=status)


def _done(request: HttpRequest, door: Door, form: F, act: Callable[[F], str]) -> HttpResponse:
    """Do it to the answers that were ticked, say what came of it, and go back to the list."""
    if form.is_valid():
        messages.success(request, act(form))
    else:
        wrong = [str(words) for errors in form.errors.values() for words in errors]
        messages.error(request, " ".join(wrong))
    return _back(request, door)


def _back(request: HttpRequest, door: Door) -> HttpResponse:
    """Return to the answer or the list it came from; only a query is taken, never an address."""
    answer = request.POST.get("answer", "")
    if ROW_ID.fullmatch(answer):
        return redirect("console:response", door.slug, int(answer))
    query = QueryDict(request.POST.get("back", "")).urlencode()
    page = reverse("console:responses", args=[door.slug])
    return redirect(f"{page}?{query}" if query else page)


def _present(ids: Collection[int]) -> list[int]:
    return list(Response.objects.filter(pk__in=ids).order_by("id").values_list("id", flat=True))


def _answers(number: int) -> str:
    return "1 answer" if number == 1 else f"{number:,} answers"
