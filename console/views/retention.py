"""What is kept how long: counted first, then decided."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.retention import RetentionForm
from console.organisation_forms import form_of, is_saved
from kit.clock import now
from metrics.queries.tracking import tracked_keys
from surveys.actions.retaining import would_forget

SAVED = "Saved. It is done in the night, for the first time in the coming one."


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.privacy", Permission.EDIT_ORGANISATION)
def keep(request: HttpRequest, door: Door) -> HttpResponse:
    form = form_of(request, door, RetentionForm)
    is_counting = request.POST.get("act") == "count"
    if not is_counting and is_saved(request, door, form, said=SAVED):
        return redirect("console:retention", door.slug)
    tracked = tracked_keys()
    context = {"form": form, "tracked": tracked, "may_edit": True}
    if is_counting and form.is_valid():
        context["would"] = would_forget(rules=form.rules(), tracked=tracked, now=now())
    status = 422 if form.errors else 200
    return page(request, door, "settings/retention.html", context, status=status)
