"""Say what the rules would decide of an interaction now, and store nothing."""

from datetime import datetime

from django.db import transaction

from accounts.models import Organisation
from surveys.actions.considering import decide, lock_addresses
from surveys.actions.recording import InteractionFields, record_interaction
from surveys.models import Decision
from surveys.queries.asking import programmes_at


def try_interaction(
    *, organisation_id: int, fields: InteractionFields, now: datetime
) -> list[Decision]:
    """Return the decision of each programme, as it would be stored, after undoing everything.

    It walks the real path and rolls it back, so that a dry run cannot differ from the truth.
    Raises what `record_interaction` raises.
    """
    with transaction.atomic():
        recorded = record_interaction(organisation_id=organisation_id, fields=fields, now=now)
        interaction = recorded.interaction
        organisation = Organisation.objects.get(pk=organisation_id)
        lock_addresses(organisation_id, [interaction.customer.address_key])
        decisions = [
            decide(
                organisation=organisation,
                programme=programme,
                customer=interaction.customer,
                interaction=interaction,
                occasion=f"interaction:{interaction.pk}",
                now=now,
            )
            for programme in programmes_at(interaction.touchpoint_id)
        ]
        transaction.set_rollback(True)
    return decisions
