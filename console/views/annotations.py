"""Annotations: what happened on a day, listed, written, corrected and removed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.filters import NoFilter
from console.forms.notes import AnnotationForm, initial_of
from kit.clock import now
from kit.periods import local_day
from metrics.actions.annotating import annotate, edit_annotation, noted_of, remove_annotation
from metrics.models import Annotation
from metrics.queries.definitions import definitions_of
from metrics.queries.marks import annotations, own_marks
from surveys.queries.programmes import programme_choices
from surveys.queries.touchpoints import touchpoint_choices


@require_safe
@inside("settings.annotations", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    NoFilter(request.GET).read()
    made = own_marks(definitions_of(door.organisation.pk))
    context = {"annotations": annotations(), "made": made}
    return page(request, door, "settings/annotations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.annotations", Permission.EDIT_MEASURING)
def create(request: HttpRequest, door: Door) -> HttpResponse:
    moment = now()
    today = local_day(moment, door.organisation.time_zone)
    form = _form_of(request, {"on_day": today})
    if request.method == "POST" and form.is_valid():
        annotate(
            organisation_id=door.organisation.pk,
            noted=form.noted(),
            actor=actor(request, door),
            now=moment,
        )
        return redirect("console:annotations", door.slug)
    return _page(request, door, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.annotations", Permission.EDIT_MEASURING)
def edit(request: HttpRequest, door: Door, annotation_id: int) -> HttpResponse:
    annotation = get_object_or_404(Annotation, pk=annotation_id)
    form = _form_of(request, initial_of(noted_of(annotation)))
    if request.method == "POST" and form.is_valid():
        edit_annotation(
            annotation=annotation, noted=form.noted(), actor=actor(request, door), now=now()
        )
        return redirect("console:annotations", door.slug)
    return _page(request, door, form, annotation)


@require_POST
@inside("settings.annotations", Permission.EDIT_MEASURING)
def remove(request: HttpRequest, door: Door, annotation_id: int) -> HttpResponse:
    annotation = get_object_or_404(Annotation, pk=annotation_id)
    remove_annotation(annotation=annotation, actor=actor(request, door), now=now())
    messages.success(request, f"\u201c{annotation.text}\u201d stands on no trend any more.")
    return redirect("console:annotations", door.slug)


def _form_of(request: HttpRequest, initial: dict[str, object]) -> AnnotationForm:
    return AnnotationForm(
        posted(request),
        programmes=programme_choices(),
        touchpoints=touchpoint_choices(),
        initial=initial,
    )


def _page(
    request: HttpRequest, door: Door, form: AnnotationForm, annotation: Annotation | None
) -> HttpResponse:
    context = {"form": form, "annotation": annotation}
    status = 422 if form.errors else 200
    return page(request, door, "settings/annotation_form.html", context, status=status)
