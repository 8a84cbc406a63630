"""React to two entries of one person: what was told of the one is filed under the other."""

from collections.abc import Sequence
from datetime import datetime

from events.dispatching import Happening
from followup.models import WebhookDelivery


def file_anew(organisation_id: int, happenings: Sequence[Happening], now: datetime) -> None:  # noqa: ARG001
    """Name who is left, so that her copy holds it and erasing her empties it. May run twice."""
    for event in happenings:
        told = WebhookDelivery.objects.filter(customer_id=event.payload["merged"])
        told.update(customer_id=event.payload["customer"])
