"""One customer who was stored twice: two entries became one, as merging leaves them."""

from datetime import timedelta

from accounts.models import AuditEntry
from cxapp import demo
from cxapp.demo.loading_setup import Ground
from cxapp.demo.story.calendar import DAY, DAYS, Calendar
from kit.texts import address_key
from surveys.actions.registering import written
from surveys.models import Customer

WHOSE = "AM-BEN"
FORMER_ID, FORMER_ADDRESS = "WEBSHOP-20417", "bharris@quillpost.example"
MERGED_DAYS = 9  # before the story ends
MANAGER = next(address for role, _, address in demo.PEOPLE if role == "manager")


def load_merged(ground: Ground, calendar: Calendar) -> None:
    """The web shop had made an entry of its own; history publishes no event, so no action runs."""
    kept = Customer.objects.get(external_id=WHOSE)
    merged_at = calendar.moment((DAYS - MERGED_DAYS) * DAY + 11 * 3600)
    former = Customer.objects.create(
        organisation_id=ground.organisation_id,
        external_id=FORMER_ID,
        email=FORMER_ADDRESS,
        address_key=address_key(FORMER_ADDRESS),
        created_at=merged_at - timedelta(days=400),
        archived_at=merged_at,
        merged_at=merged_at,
        merged_into=kept,
    )
    AuditEntry.objects.create(
        organisation_id=ground.organisation_id,
        at=merged_at,
        actor=MANAGER,
        action="customer.merged",
        object_type="customer",
        object_id=kept.pk,
        before=written(kept),
        after={**written(kept), "merged_customer": former.pk},
    )
