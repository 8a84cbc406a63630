"""Which customer is meant by an id or an address."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from kit.arrays import among_texts
from kit.texts import address_key
from surveys.models import Customer


def find_customer(
    *, external_id: str | None, email: str | None, is_held: bool = False
) -> Customer | None:
    """Return who is meant: by external id, else by address (then the one known longest).

    The names of an entry that was merged mean whom it was merged into. Held, nobody else
    changes her until the transaction ends.
    """
    present = Customer.objects.present().select_related("company")
    if is_held:
        present = present.select_for_update(of=("self",), no_key=True)
    if external_id:
        found = present.filter(pk__in=left_of(external_id=external_id)).first()
        if found or not email:
            return found
        # Known so far by address only: the external id is news about the same person.
        known = present.filter(external_id__isnull=True, address_key=address_key(email))
        return known.order_by("id").first()
    return meant_by_address(present, address_key(email)).first() if email else None


def meant_by_address(present: QuerySet[Customer], key: str) -> QuerySet[Customer]:
    """Whose address it is now come first, then those who had it in an entry that was merged."""
    had = Case(When(address_key=key, then=Value(0)), default=Value(1), output_field=IntegerField())
    return present.filter(pk__in=left_of(address_key=key)).order_by(had, "id")


def left_of(*among: Any, **named: Any) -> QuerySet[Customer, Any]:
    """The ids of whom these names mean: the row itself, or the one it was merged into."""
    rows = Customer.objects.filter(*among, erased_at__isnull=True, **named)
    return rows.values(meant=Coalesce(F("merged_into"), F("pk")))


def former_names(customer_ids: Collection[int]) -> list[tuple[int, str | None, str]]:
    """Ids and addresses of entries that were merged into these: whose, the id, the address."""
    former = Customer.objects.filter(merged_into__in=customer_ids).order_by("id")
    return list(former.values_list("merged_into_id", "external_id", "address_key"))


def find_customers(said: Sequence[tuple[str, str]]) -> list[int | None]:
    """Return who is meant by each id and address key ("": not told), by the same rule."""
    present = Q(merged_into__isnull=True, archived_at__isnull=True)
    left = Q(merged_into__archived_at__isnull=True, merged_into__erased_at__isnull=True)
    rows = Customer.objects.filter(
        present | left & Q(merged_into__isnull=False), erased_at__isnull=True
    )
    is_former, meant = Q(merged_into__isnull=False), Coalesce(F("merged_into"), F("pk"))
    ids = {external_id for external_id, _ in said if external_id}
    keys = {key for _, key in said if key}
    by_id = dict(rows.filter(among_texts("external_id", ids)).values_list("external_id", meant))
    met = rows.filter(among_texts("address_key", keys)).annotate(is_former=is_former, meant=meant)
    of_address: dict[str, int] = {}
    without_id: dict[str, int] = {}
    # The last one of an address stays: who has it now, and of these the one known longest.
    ordered = met.order_by("-is_former", "-meant")
    told = ordered.values_list("address_key", "external_id", "is_former", "meant")
    for key, external_id, was_merged, pk in told:
        of_address[key] = pk
        if external_id is None and not was_merged:
            without_id[key] = pk
    return [
        by_id.get(external_id) or (without_id if external_id else of_address).get(key)
        for external_id, key in said
    ]
