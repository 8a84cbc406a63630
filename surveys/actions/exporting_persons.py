"""Hand out everything that is kept about a person, and note in the audit trail that it was."""

from datetime import datetime

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from surveys.models import Customer
from surveys.queries.person_export import PersonExport, person_export


def export_person(*, customer_id: int, form: str, actor: Actor, now: datetime) -> PersonExport:
    """Return all that is kept about the customer; raises Customer.DoesNotExist.

    One entry in the trail each time: in which form, and how many rows. Doors hand it out by
    `person_export.as_document` and the like.
    """
    export = person_export(customer_id=customer_id, now=now)
    customer = Customer.objects.only("organisation_id").get(pk=customer_id)
    record_change(
        organisation_id=customer.organisation_id,
        actor=actor,
        action="customer.exported",
        object_type="customer",
        object_id=customer_id,
        after={"format": form, "rows": sum(len(part.rows) for part in export.parts)},
        now=now,
    )
    return export
