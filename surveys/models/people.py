"""Customers who may be asked, the companies they work for, and the properties known of them."""

from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from accounts.models import Tenant
from surveys.rules.bases import Basis

if TYPE_CHECKING:
    from django.db.models import QuerySet

BASES = [(basis.value, basis.label) for basis in Basis]


class Company(Tenant):
    external_id = models.CharField(max_length=120, null=True, blank=True)  # noqa: DJ001 (null = none)
    name = models.CharField(max_length=200)
    properties = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="company_name_once"),
            models.UniqueConstraint(
                fields=["organisation", "external_id"],
                condition=Q(external_id__isnull=False),
                name="company_external_id_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Customers(models.Manager["Customer"]):
    def present(self) -> "QuerySet[Customer]":
        return self.filter(archived_at__isnull=True, erased_at__isnull=True)


class Customer(Tenant):
    """A person. Families share an address, so e-mail is not unique; the external id is."""

    external_id = models.CharField(max_length=120, null=True, blank=True)  # noqa: DJ001 (null = none)
    email = models.EmailField(max_length=254, blank=True)
    address_key = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, null=True, blank=True, related_name="customers"
    )
    # Why this person may be asked, since when, and where that was said: all three or none.
    legal_basis = models.CharField(
        max_length=8, choices=BASES, blank=True, default="", db_default=""
    )
    legal_basis_on = models.DateField(null=True, blank=True)
    legal_basis_source = models.CharField(max_length=200, blank=True, default="", db_default="")
    language = models.CharField(max_length=12, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    properties = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    # Who was found to be somebody else keeps the names she was known by, and nothing else.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="former",
        db_index=False,
    )
    merged_at = models.DateTimeField(null=True, blank=True)

    objects = Customers()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "external_id"],
                condition=Q(external_id__isnull=False),
                name="customer_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(email="", name="", phone="", external_id__isnull=True, legal_basis_source=""),
                name="customer_erased_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(legal_basis="", legal_basis_on__isnull=True, legal_basis_source="")
                | (
                    Q(legal_basis__in=list(Basis), legal_basis_on__isnull=False)
                    & ~Q(legal_basis_source="")
                ),
                name="customer_legal_basis",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True, merged_at__isnull=True)
                | Q(
                    merged_into__isnull=False,
                    merged_at__isnull=False,
                    archived_at__isnull=False,
                    name="",
                    legal_basis="",
                    company__isnull=True,
                ),
                name="customer_merged_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "address_key"], name="customer_address"),
            models.Index(fields=["organisation", "name", "id"], name="customer_by_name"),
            models.Index(fields=["organisation", "company"], name="customer_by_company"),
            models.Index(fields=["organisation", "-created_at", "-id"], name="customer_newest"),
            models.Index(
                fields=["organisation", "merged_into"],
                condition=Q(merged_into__isnull=False),
                name="customer_merged",
            ),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="customer_name_trgm"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or f"customer {self.pk}"

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]


class PropertyKey(Tenant):
    """A property seen at least once; its first value gave its type, a later mismatch is refused."""

    class Owner(models.TextChoices):
        CUSTOMER = "customer", "Customer"
        COMPANY = "company", "Company"
        INTERACTION = "interaction", "Interaction"

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        BOOLEAN = "boolean", "Yes or no"

    owner = models.CharField(max_length=12, choices=Owner.choices)
    key = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "owner", "key"], name="property_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.owner}.{self.key}"
