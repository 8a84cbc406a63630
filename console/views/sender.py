"""The sender's page: who asks, a test with the server's own words, and what receivers look up."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.checking_senders import ask_check
from accounts.models import SenderCheck
from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page
from console.forms.sender import SenderForm
from console.organisation_forms import form_of, is_saved
from console.shown.sender import checks_of, sender_line
from kit.clock import now


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.sender", Permission.EDIT_ORGANISATION)
def edit(request: HttpRequest, door: Door) -> HttpResponse:
    form = form_of(request, door, SenderForm)
    if is_saved(request, door, form):
        return redirect("console:sender", door.slug)
    checks = checks_of(SenderCheck.objects.all(), now=now())
    context = {
        "form": form,
        "checks": checks,
        "line": sender_line(door.organisation, settings.DEFAULT_FROM_EMAIL),
    }
    status = 422 if form.errors else 200
    return page(request, door, "settings/sender.html", context, status=status)


@require_POST
@inside("settings.sender", Permission.EDIT_ORGANISATION)
def check(request: HttpRequest, door: Door, kind: str) -> HttpResponse:
    ask_check(
        organisation_id=door.organisation.pk,
        kind=SenderCheck.Kind(kind),
        actor=actor(request, door),
        now=now(),
    )
    is_setup = request.POST.get("back") == "setup" and door.may(Permission.SET_UP)
    return redirect("console:setup_asker" if is_setup else "console:sender", door.slug)
