"""React to an erased person: what webhooks said of her, and what was answered, is emptied."""

from collections.abc import Sequence
from datetime import datetime

from events.dispatching import Happening
from followup.actions.holding import hold_deliveries
from followup.models import WebhookAttempt, WebhookDelivery
from surveys.models import Customer


def forget_told(organisation_id: int, happenings: Sequence[Happening], now: datetime) -> None:  # noqa: ARG001
    """Empty bodies and answers; that something was sent, and when, stays. May run twice.

    What still waits is written anew when it is sent, from what is left of her then.
    """
    erased = [event.payload["customer"] for event in happenings]
    former = Customer.objects.filter(merged_into__in=erased).values_list("id", flat=True)
    people = [*erased, *former]  # whose messages may not have been filed under her yet
    hers = WebhookDelivery.objects.filter(customer_id__in=people)
    # Locked first: a worker that is keeping answers waits, and then sees that they are not kept.
    ids = hold_deliveries(hers)
    WebhookAttempt.objects.filter(delivery__in=ids).exclude(answer="").update(answer="")
    hers.filter(pk__in=ids).update(body="", emptied_at=now)
