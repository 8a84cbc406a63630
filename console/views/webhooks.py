"""Webhooks: who is told what happens here, what each was told, and what she answered."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.filters import NoFilter
from console.forms.webhooks import LogFilter, ReplayForm, WebhookForm
from console.shown.webhooks import indented, line_of, lines_of, narrowed, one_sent, sent_of
from followup.actions import endpoints as acts
from followup.actions import repeating, switching
from followup.models import WebhookDelivery, WebhookEndpoint
from followup.queries.log import deliveries, health, webhooks
from kit import boxes
from kit.clock import now
from surveys.queries.programmes import programme_choices
from surveys.queries.touchpoints import touchpoint_choices

MAY = Permission.EDIT_WEBHOOKS
UNREADABLE = "The key that locked the address is gone. Type the address again."


@require_safe
@inside("settings.webhooks", MAY)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    NoFilter(request.GET).read()
    rows = list(webhooks())
    context = {"lines": lines_of(rows, health(rows, now()))}
    return page(request, door, "settings/webhooks.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.webhooks", MAY)
def create(request: HttpRequest, door: Door) -> HttpResponse:
    """Make a webhook and show its secret in this one answer."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint, secret = acts.add_endpoint(
                organisation_id=door.organisation.pk,
                details=form.details(),
                actor=actor(request, door),
                now=now(),
            )
        except acts.TooMany:
            form.add_error(None, f"There are {acts.MOST} webhooks already: remove one first.")
        else:
            return _secret_page(request, door, endpoint, secret)
    return _form_page(request, door, form, None)


@require_safe
@inside("settings.webhooks", MAY)
def detail(request: HttpRequest, door: Door, webhook_id: int) -> HttpResponse:
    return _detail_page(request, door, _known(webhook_id), ReplayForm())


@require_http_methods(["GET", "HEAD", "POST"])
@inside("settings.webhooks", MAY)
def edit(request: HttpRequest, door: Door, webhook_id: int) -> HttpResponse:
    endpoint = _known(webhook_id)
    form = _form(request, endpoint)
    if request.method == "POST" and form.is_valid():
        acts.change_endpoint(
            endpoint=endpoint, details=form.details(), actor=actor(request, door), now=now()
        )
        return redirect("console:webhook", door.slug, webhook_id)
    return _form_page(request, door, form, endpoint)


@never_cache
@require_POST
@inside("settings.webhooks", MAY)
def rotate(request: HttpRequest, door: Door, webhook_id: int) -> HttpResponse:
    """Make a new secret and show it in this one answer."""
    endpoint = _known(webhook_id)
    is_leaked = request.POST.get("leaked") == "yes"
    secret = acts.rotate_secret(
        endpoint=endpoint, is_leaked=is_leaked, actor=actor(request, door), now=now()
    )
    return _secret_page(request, door, _known(webhook_id), secret)


@require_POST
@inside("settings.webhooks", MAY)
def switch(request: HttpRequest, door: Door, webhook_id: int) -> HttpResponse:
    endpoint = _known(webhook_id)
    if request.POST.get("on") == "yes":
        switching.switch_on(endpoint=endpoint, actor=actor(request, door), now=now())
        messages.success(request, f"{endpoint.name} is told again, what waits first.")
    else:
        switching.pause(endpoint=endpoint, actor=actor(request, door), now=now())
        messages.success(request, f"{endpoint.name} is paused: what happens waits for it.")
    return redirect("console:webhook", door.slug, webhook_id)


@require_POST
@inside("settings.webhooks", MAY)
def test(request: HttpRequest, door: Door, webhook_id: int) -> HttpResponse:
    endpoint = _known(webhook_id)
    sent = repeating.send_test(endpoint=endpoint, actor=actor(request, door), now=now())
    messages.success(request, "A test is on its way; this page shows within seconds what came.")
    return redirect("console:webhook_delivery", door.slug, webhook_id, sent.pk)


@require_POST
@inside("settings.webhooks", MAY)
def replay(request: HttpRequest, door: Door, webhook_id: int) -> HttpResponse:
    endpoint = _known(webhook_id)
    form = ReplayForm(request.POST)
    if form.is_valid():
        by, moment = actor(request, door), now()
        try:
            count = repeating.replay(endpoint=endpoint, **form.cleaned_data, actor=by, now=moment)
        except repeating.TooManyEvents:
            form.add_error(None, f"More than {repeating.MOST_REPLAYED:,} events: take less.")
        else:
            messages.success(request, f"{count} message{'' if count == 1 else 's'} to send.")
            return redirect("console:webhook", door.slug, webhook_id)
    return _detail_page(request, door, endpoint, form, status=422)


@require_POST
@inside("settings.webhooks", MAY)
def remove(request: HttpRequest, door: Door, webhook_id: int) -> HttpResponse:
    endpoint = _known(webhook_id)
    acts.remove_endpoint(endpoint=endpoint, actor=actor(request, door), now=now())
    messages.success(request, f"{endpoint.name} is told nothing any more.")
    return redirect("console:webhooks", door.slug)


@require_safe
@inside("settings.webhooks", MAY)
def delivery(request: HttpRequest, door: Door, webhook_id: int, delivery_id: int) -> HttpResponse:
    NoFilter(request.GET).read()
    row = _known_delivery(webhook_id, delivery_id)
    context = {
        "endpoint": row.endpoint,
        "sent": one_sent(row, now()),
        "body": indented(row.body),
        "tries": list(row.tries.order_by("-id")[:50]),
    }
    return page(request, door, "settings/webhook_delivery.html", context)


@require_POST
@inside("settings.webhooks", MAY)
def resend(request: HttpRequest, door: Door, webhook_id: int, delivery_id: int) -> HttpResponse:
    row = _known_delivery(webhook_id, delivery_id)
    repeating.send_again(delivery=row, actor=actor(request, door), now=now())
    messages.success(request, "It is sent again, under the same id.")
    return redirect("console:webhook_delivery", door.slug, webhook_id, delivery_id)


def _known(webhook_id: int) -> WebhookEndpoint:
    return get_object_or_404(webhooks(), pk=webhook_id)


def _known_delivery(webhook_id: int, delivery_id: int) -> WebhookDelivery:
    rows = WebhookDelivery.objects.select_related("endpoint")
    return get_object_or_404(rows, pk=delivery_id, endpoint=_known(webhook_id))


def _form(request: HttpRequest, endpoint: WebhookEndpoint | None = None) -> WebhookForm:
    return WebhookForm(
        posted(request),
        programmes=programme_choices(),
        touchpoints=touchpoint_choices(),
        initial=_initial(endpoint) if endpoint else {},
    )


def _initial(endpoint: WebhookEndpoint) -> dict[str, Any]:
    try:
        return vars(acts.details_of(endpoint))
    except boxes.Locked:
        return {"name": endpoint.name, "events": endpoint.events, "detail": endpoint.detail}


def _form_page(
    request: HttpRequest, door: Door, form: WebhookForm, endpoint: WebhookEndpoint | None
) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "endpoint": endpoint}
    return page(request, door, "settings/webhook_form.html", context, status=status)


def _secret_page(
    request: HttpRequest, door: Door, endpoint: WebhookEndpoint, secret: str
) -> HttpResponse:
    context = {"endpoint": endpoint, "secret": secret, "old_until": _old_until(endpoint)}
    return page(request, door, "settings/webhook_secret.html", context)


def _detail_page(
    request: HttpRequest, door: Door, endpoint: WebhookEndpoint, form: ReplayForm, status: int = 200
) -> HttpResponse:
    narrow = LogFilter(request.GET)
    asked = narrow.read()
    found = deliveries(
        endpoint, state=asked["state"], type_=asked["type"], after=asked["after"] or None
    )
    moment = now()
    context = {
        "line": line_of(endpoint, health([endpoint], moment)[endpoint.pk]),
        "only": narrowed(endpoint, dict(programme_choices()), dict(touchpoint_choices())),
        "address": _address(endpoint),
        "old_until": _old_until(endpoint),
        "narrow": narrow,
        "is_narrowed": bool(asked["state"] or asked["type"]),
        "found": found,
        "log": sent_of(found.rows, moment),
        "replay": form,
    }
    return page(request, door, "settings/webhook.html", context, status=status)


def _address(endpoint: WebhookEndpoint) -> str:
    try:
        return acts.details_of(endpoint).url
    except boxes.Locked:
        return UNREADABLE


def _old_until(endpoint: WebhookEndpoint) -> Any:
    """Until when the secret before signs as well; None where it does not any more."""
    until = endpoint.secret_before_until
    return until if until is not None and until > now() else None
