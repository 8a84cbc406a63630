"""What is stored of webhooks and alerts."""

from followup.models.alerts import Alert, AlertRecipient, AlertRule
from followup.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "Alert",
    "AlertRecipient",
    "AlertRule",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]
