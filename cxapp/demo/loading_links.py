"""The codes on Acme's receipts and in its shops: open, and not yet answered by anybody."""

from datetime import datetime

from cxapp.demo import OWNER
from surveys.models import PropertyKey, PublicLink

VISITED = "shop-visit"
# Name, branch; each leads to the programme that asks after help.
CODES = (("Receipts", ""), ("Poster at the till", "Cardiff"))


def open_codes(
    *, organisation_id: int, programme_id: int, touchpoint_id: int | None, now: datetime
) -> None:
    """Rows as the action leaves them; history publishes no event, so no action is called."""
    PublicLink.objects.bulk_create(
        PublicLink(
            organisation_id=organisation_id,
            programme_id=programme_id,
            touchpoint_id=touchpoint_id,
            name=name,
            branch=branch,
            created_at=now,
            created_by=OWNER,
        )
        for name, branch in CODES
    )
    PropertyKey.objects.get_or_create(
        organisation_id=organisation_id,
        owner=PropertyKey.Owner.INTERACTION,
        key="source",
        defaults={"kind": PropertyKey.Kind.TEXT, "created_at": now},
    )
