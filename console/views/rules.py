"""A programme's own sending rules, as sentences."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.rules import RulesForm
from console.shown.changes import after_change
from kit.clock import now
from surveys.actions.ruling_programmes import change_rules, rules_of
from surveys.models import Programme
from surveys.queries.pauses import property_choices


@require_http_methods(["GET", "HEAD", "POST"])
@inside("programmes", Permission.EDIT_PROGRAMMES)
def edit(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    known = Programme.objects.filter(archived_at__isnull=True)
    programme = get_object_or_404(known, pk=programme_id)
    rules = rules_of(programme)
    form = RulesForm(
        posted(request),
        programme=programme,
        rules=rules,
        properties=property_choices({each.key for each in rules.conditions}),
    )
    if request.method == "POST" and form.is_valid():
        new = form.rules()
        change_rules(programme=programme, rules=new, actor=actor(request, door), now=now())
        messages.success(request, "Saved. Whoever is decided about from now on is measured by it.")
        return redirect(after_change(door.slug, programme, rules.stored(), new.stored()))
    is_refused = request.method == "POST"
    context = {"programme": programme, "form": form, "is_refused": is_refused}
    return page(request, door, "programmes/rules.html", context, status=422 if is_refused else 200)
