"""Settings, answers and machines: which answers are doubted until somebody taps once more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.answering import BOUNDS, ChangingForm, DoubtsForm
from console.forms.filters import NoFilter
from console.organisation_forms import is_saved


@require_safe
@inside("settings.answering", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door) -> HttpResponse:
    NoFilter(request.GET).read()
    return _page(request, door, DoubtsForm(stored=_stored(door)), _changing(door))


@require_POST
@inside("settings.answering", Permission.EDIT_ORGANISATION)
def doubts(request: HttpRequest, door: Door) -> HttpResponse:
    form = DoubtsForm(request.POST, stored=_stored(door))
    if is_saved(request, door, form, said="Saved. Answers from now on are measured by this."):
        return redirect("console:answering", door.slug)
    return _page(request, door, form, _changing(door))


@require_POST
@inside("settings.answering", Permission.EDIT_ORGANISATION)
def changing(request: HttpRequest, door: Door) -> HttpResponse:
    form = ChangingForm(request.POST)
    if is_saved(request, door, form):
        return redirect("console:answering", door.slug)
    return _page(request, door, DoubtsForm(stored=_stored(door)), form)


def _changing(door: Door) -> ChangingForm:
    return ChangingForm(initial={"amend_days": door.organisation.amend_days})


def _stored(door: Door) -> dict[str, int]:
    return {name: getattr(door.organisation, name) for name in (*BOUNDS, "suspect_traps")}


def _page(
    request: HttpRequest, door: Door, form: DoubtsForm, changing: ChangingForm
) -> HttpResponse:
    may_edit = door.may(Permission.EDIT_ORGANISATION)
    context = {"form": form, "changing": changing, "may_edit": may_edit}
    status = 422 if form.errors or changing.errors else 200
    return page(request, door, "settings/answering.html", context, status=status)
