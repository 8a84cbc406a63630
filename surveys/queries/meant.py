"""Which customer is meant by an id or an address."""

from kit.texts import address_key
from surveys.models import Customer


def find_customer(
    *, external_id: str | None, email: str | None, is_held: bool = False
) -> Customer | None:
    """Return who is meant: by external id, else by address (then the one known longest).

    Held, nobody else changes her until the transaction ends.
    """
    present = Customer.objects.present().select_related("company")
    if is_held:
        present = present.select_for_update(of=("self",), no_key=True)
    if external_id:
        found = present.filter(external_id=external_id).first()
        if found or not email:
            return found
        # Known so far by address only: the external id is news about the same person.
        present = present.filter(external_id__isnull=True)
    if not email:
        return None
    return present.filter(address_key=address_key(email)).order_by("id").first()
