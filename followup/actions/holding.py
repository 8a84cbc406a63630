"""The one order in which webhooks are locked: the address, then its messages by their numbers.

Two who hold what the other one wants would both wait until PostgreSQL ends one of them, and a
round that was told would be told once more.
"""

from django.db.models import QuerySet

from followup.models import WebhookDelivery, WebhookEndpoint


def hold_endpoint(endpoint_id: int) -> WebhookEndpoint | None:
    """Lock the address, before any of its messages; None: somebody has removed it."""
    rows = WebhookEndpoint.objects.select_for_update(no_key=True)
    return rows.filter(pk=endpoint_id).first()


def hold_deliveries(rows: QuerySet[WebhookDelivery]) -> list[int]:
    """Lock these messages and return their numbers."""
    held = rows.order_by("pk").select_for_update(no_key=True)
    return list(held.values_list("pk", flat=True))
