"""Settings of the organisation, and the trail of who changed what."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries.audit import audit_trail
from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.filters import Filter
from console.forms.organisations import OrganisationForm
from console.organisation_forms import form_of, is_saved
from console.shown.audit import lines_of


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.organisation", Permission.EDIT_ORGANISATION)
def edit(request: HttpRequest, door: Door) -> HttpResponse:
    form = form_of(request, door, OrganisationForm)
    if is_saved(request, door, form):
        return redirect("console:settings", door.slug)
    status = 422 if form.errors else 200
    return page(request, door, "settings/organisation.html", {"form": form}, status=status)


@require_safe
@inside("settings.audit", Permission.VIEW_AUDIT)
def trail(request: HttpRequest, door: Door) -> HttpResponse:
    found = audit_trail(after=Filter(request.GET).read()["after"] or None)
    context = {"found": found, "entries": lines_of(found.rows)}
    return page(request, door, "settings/audit.html", context)
