"""What a new organisation finds: a journey with the usual stages, ready to be changed."""

from datetime import datetime

from django.db import transaction

from surveys.models import Journey, Stage

STAGES = ("Discover", "Buy", "Start", "Use and pay", "Get help", "Renew")


@transaction.atomic
def lay_out_journey(*, organisation_id: int, now: datetime) -> Journey:
    """Create the first journey with its stages in order; repeating it returns the same one."""
    journey, is_new = Journey.objects.get_or_create(
        organisation_id=organisation_id, name="Customer journey", defaults={"created_at": now}
    )
    if is_new:
        Stage.objects.bulk_create(
            Stage(organisation_id=organisation_id, journey=journey, name=name, position=position)
            for position, name in enumerate(STAGES, start=1)
        )
    return journey
