"""Acme's helpdesk in the demo: takes the webhooks of this very machine, as a customer's would."""

import hmac
import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.queries.lookups import organisation_of_slug
from cxapp.demo import SLUG
from cxapp.demo.loading_webhooks import DESK
from followup.models import WebhookEndpoint
from followup.queries.endpoints import secrets_of
from followup.rules.signing import headers
from kit import tenancy
from kit.clock import now

app_name = "help_desk"


@csrf_exempt
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Say what was understood; a message that is not signed as ours is refused."""
    if not any(
        hmac.compare_digest(request.headers.get("webhook-signature", ""), one)
        for one in _signatures(request)
    ):
        return JsonResponse({"error": "not signed by cxapp"}, status=401)
    return JsonResponse({"noted": json.loads(request.body)["type"]})


def _signatures(request: HttpRequest) -> list[str]:
    organisation_id = organisation_of_slug(SLUG)
    stamp = request.headers.get("webhook-timestamp", "")
    if organisation_id is None or not stamp.isdigit():
        return []
    with tenancy.organisation(organisation_id):
        desk = WebhookEndpoint.objects.filter(name=DESK).order_by("id").first()
        secrets = secrets_of(desk, now()) if desk else []
    signed = headers(
        webhook_id=request.headers.get("webhook-id", ""),
        timestamp=int(stamp),
        body=request.body,
        secrets=secrets,
    )
    return [signed["webhook-signature"]] if secrets else []


urlpatterns = [path("", take, name="take")]
