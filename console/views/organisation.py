"""Settings of the organisation, and the trail of who changed what."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.editing_organisations import FIELDS, update_organisation
from accounts.queries.audit import audit_trail
from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.filters import Filter
from console.forms.organisations import OrganisationForm
from console.shown.audit import lines_of
from kit.clock import now


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.organisation", Permission.EDIT_ORGANISATION)
def edit(request: HttpRequest, door: Door) -> HttpResponse:
    stored = {name: getattr(door.organisation, name) for name in FIELDS}
    form = OrganisationForm(posted(request), initial=stored)
    if request.method == "POST" and form.is_valid():
        update_organisation(
            organisation=door.organisation,
            changes=form.changes(),
            actor=actor(request, door),
            now=now(),
        )
        messages.success(request, "Saved.")
        return redirect("console:settings", door.slug)
    status = 422 if form.errors else 200
    return page(request, door, "settings/organisation.html", {"form": form}, status=status)


@require_safe
@inside("settings.audit", Permission.VIEW_AUDIT)
def trail(request: HttpRequest, door: Door) -> HttpResponse:
    found = audit_trail(after=Filter(request.GET).read()["after"] or None)
    context = {"found": found, "entries": lines_of(found.rows)}
    return page(request, door, "settings/audit.html", context)
