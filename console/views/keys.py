"""API keys: with which programs come in; the text of a key is shown once."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.keys import BadKey, create_key, revoke_key
from accounts.models import ApiKey
from accounts.queries.keys import keys
from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.filters import NoFilter
from console.forms.keys import KeyForm
from console.shown.keys import lines_of
from kit.clock import now
from surveys.queries.programmes import programme_choices
from surveys.queries.touchpoints import example_slug


@require_safe
@inside("settings.keys", Permission.MANAGE_KEYS)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    NoFilter(request.GET).read()
    lines = lines_of(keys(), dict(programme_choices()), now())
    return page(request, door, "settings/keys.html", {"keys": lines})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.keys", Permission.MANAGE_KEYS)
def create(request: HttpRequest, door: Door) -> HttpResponse:
    """Create a key and show its text in this one answer; it is stored nowhere."""
    form = KeyForm(posted(request), programmes=programme_choices())
    if request.method == "POST" and form.is_valid():
        try:
            new = create_key(
                organisation_id=door.organisation.pk,
                wanted=form.wanted(),
                actor=actor(request, door),
                now=now(),
            )
        except BadKey as refused:
            form.add_error(None, str(refused))
        else:
            context = {
                "new": new,
                "base": settings.BASE_URL,
                "touchpoint": example_slug(),
                "moment": now().isoformat(timespec="seconds"),
            }
            return page(request, door, "settings/key_made.html", context)
    status = 422 if form.errors else 200
    return page(request, door, "settings/key_form.html", {"form": form}, status=status)


@require_POST
@inside("settings.keys", Permission.MANAGE_KEYS)
def revoke(request: HttpRequest, door: Door, key_id: int) -> HttpResponse:
    key = get_object_or_404(ApiKey, pk=key_id)
    revoke_key(
        organisation_id=door.organisation.pk, key_id=key.pk, actor=actor(request, door), now=now()
    )
    messages.success(request, f"The key {key.name} does not work any more.")
    return redirect("console:keys", door.slug)
