"""Settings, brand: how the organisation looks to customers, with mail and page beside it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.actions.branding import update_brand
from accounts.rules.logos import logo_of
from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page
from console.forms.brand import BrandForm
from console.shown.brand import frames_of
from kit.clock import now
from surveys.channels.links import base_of, survey_link


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.brand", Permission.EDIT_ORGANISATION)
def edit(request: HttpRequest, door: Door) -> HttpResponse:
    house = door.organisation
    stored = {"accent": house.accent, "survey_host": house.survey_host}
    form = BrandForm(initial=stored)
    if request.method == "POST":
        form = BrandForm(request.POST, request.FILES, initial=stored)
        if form.is_valid():
            changes, by = form.changes(), actor(request, door)
            update_brand(organisation=house, changes=changes, actor=by, now=now())
            messages.success(request, "Saved. Mails and pages look like this from now on.")
            return redirect("console:brand", door.slug)
    context = {
        "form": form,
        "logo": logo_of(house.logo),
        "frames": frames_of(house, now=now()),
        "base": base_of(house),
        "example": survey_link(10_000_000, house).url,
    }
    return page(request, door, "settings/brand.html", context, status=422 if form.errors else 200)
