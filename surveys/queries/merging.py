"""Two entries that may be one person: what each says, and who might be somebody's double."""

from django.db.models import Q

from surveys.models import Customer
from surveys.queries.customers import called
from surveys.rules.bases import Basis, LegalBasis
from surveys.rules.merging import Entry

MOST = 10


def entry_of(customer: Customer) -> Entry:
    basis = LegalBasis()
    if customer.legal_basis_on is not None:
        basis = LegalBasis(
            basis=Basis(customer.legal_basis),
            on=customer.legal_basis_on,
            source=customer.legal_basis_source,
        )
    return Entry(
        external_id=customer.external_id,
        email=customer.email,
        address_key=customer.address_key,
        phone=customer.phone,
        name=customer.name,
        company_id=customer.company_id,
        language=customer.language,
        time_zone=customer.time_zone,
        basis=basis,
        properties=customer.properties,
    )


def doubles_of(customer: Customer, shown: int = MOST) -> list[Customer]:
    """Who has the same address, number or name, those known longest first."""
    alike = Q(pk__in=[])
    if customer.address_key:
        alike |= Q(address_key=customer.address_key)
    if customer.phone:
        alike |= Q(phone=customer.phone)
    if customer.name:
        alike |= Q(name=customer.name)
    rows = Customer.objects.present().filter(alike).exclude(pk=customer.pk)
    return list(rows.select_related("company").order_by("id")[:shown])


def others_called(customer: Customer, words: str, shown: int = MOST) -> list[Customer]:
    """Who is meant by these words, as the list of customers finds them, but her."""
    rows = Customer.objects.present().filter(called(words)).exclude(pk=customer.pk)
    return list(rows.select_related("company").order_by("name", "id")[:shown])


def merged_into(customer_id: int) -> int | None:
    """Whom this entry was merged into, as long as she is not erased."""
    rows = Customer.objects.filter(pk=customer_id, erased_at__isnull=True)
    return rows.values_list("merged_into_id", flat=True).first()
