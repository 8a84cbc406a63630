"""How each metric is counted: every version, and the form that makes the next."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.definitions import DefinitionForm
from console.forms.filters import NoFilter
from console.shown.definitions import FIXED, effect_url, metrics_of
from kit.clock import now
from kit.periods import local_day
from metrics.actions.defining import BadDefinition, DefinedMeanwhile, redefine_metric
from metrics.queries.definitions import definitions_of, stored_versions
from metrics.statistics.definitions import Kind
from reports.queries.effects import effects
from reports.rules.words import NAMES

MEANWHILE = "Somebody made a new version meanwhile. Look at it, then save again if you still want."


@require_safe
@inside("settings.definitions", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    NoFilter(request.GET).read()
    ours = door.organisation.pk
    metrics = metrics_of(definitions_of(ours), stored_versions(ours), door)
    return page(request, door, "settings/definitions.html", {"metrics": metrics})


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.definitions", Permission.EDIT_MEASURING)
def change(request: HttpRequest, door: Door, metric: str) -> HttpResponse:
    moment, ours, kind = now(), door.organisation.pk, Kind(metric)
    today = local_day(moment, door.organisation.time_zone)
    definitions = definitions_of(ours)
    found = effects(organisation_id=ours, definitions=definitions, kind=kind, today=today)
    newest = definitions.newest(kind)
    url = effect_url(found, door)
    form = DefinitionForm(posted(request), newest=newest, found=found, today=today, url=url)
    if request.method == "POST" and form.is_valid():
        try:
            made = redefine_metric(
                organisation_id=ours,
                kind=kind,
                wanted=form.wanted(),
                seen_version=form.cleaned_data["seen_version"],
                actor=actor(request, door),
                today=today,
                now=moment,
            )
        except (BadDefinition, DefinedMeanwhile) as refused:
            form.add_error(None, str(refused) or MEANWHILE)
        else:
            messages.success(request, f"{NAMES[kind]} version {made.version} counts from now on.")
            return redirect("console:definitions", door.slug)
    status = 422 if form.errors else 200
    context = {"form": form, "newest": newest, "name": NAMES[kind], "fixed": FIXED}
    return page(request, door, "settings/definition_form.html", context, status=status)
