"""What webhooks were told of a person, for the export of what is kept about her."""

from followup.models import WebhookAttempt, WebhookDelivery
from surveys.queries.person_parts import Part, register_part

PARTS = (
    Part(
        name="told_to_programs",
        title="What other programs were told",
        about="Messages of webhooks about her, with their bodies; kept for thirty days.",
        model=WebhookDelivery,
        hers="customer_id",
        hidden=frozenset({"customer_id", "due_at", "tries_before"}),
    ),
    Part(
        name="answers_of_programs",
        title="What those programs answered",
        about="The beginning of each answer, which may repeat what was said of her.",
        model=WebhookAttempt,
        hers="delivery__customer_id",
    ),
)


def register_parts() -> None:
    """Tell the export of a person where else she is named."""
    for part in PARTS:
        register_part(part)
