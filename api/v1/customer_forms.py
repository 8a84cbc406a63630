"""What may be said of a customer, and what is shown of her."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import available_timezones

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.queries.keys import Identity
from accounts.rules.scopes import Scope
from api.expanding import Part, Shaped
from api.fields import (
    REFUSED,
    Address,
    Body,
    Day,
    Id,
    Identifier,
    Line,
    Moment,
    Properties,
    moment,
)
from api.problems import Fault, Kind, Problem
from kit.arrays import among_numbers
from surveys.actions.customers import CustomerFields
from surveys.models import Customer
from surveys.rules.bases import LONGEST_SOURCE, Basis, LegalBasis

LANGUAGE = "^([a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})?)?$"
# A day may have begun where the caller is; nobody is further ahead than fourteen hours.
CLOCKS_DIFFER_BY = timedelta(hours=14)
ZONES = frozenset(available_timezones())


class Zone(Line):
    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if name and name not in ZONES:
            sentence = "Expected a time zone by its IANA name, such as Europe/Madrid."
            raise ValidationError(sentence, REFUSED)
        return name


@extend_schema_field({"type": "string", "pattern": LANGUAGE})
class Language(serializers.RegexField):
    def __init__(self, **options: Any) -> None:
        super().__init__(LANGUAGE, trim_whitespace=False, **options)
        self.error_messages["invalid"] = "Expected a language such as en, de or pt-BR."

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and not isinstance(data, str):
            raise ValidationError(self.error_messages["invalid"])
        return super().run_validation(data)


class LegalBasisBody(Body):
    """Why this person may be asked: all three together."""

    basis = serializers.ChoiceField(
        [(basis.value, basis.label) for basis in Basis],
        help_text="`refused` is kept like the others, and whoever refused is never asked.",
    )
    on = Day(help_text="Since which day. An interaction that tells an older day changes nothing.")
    source = Identifier(  # type: ignore[assignment]
        max_length=LONGEST_SOURCE, help_text="Where it was said, such as the checkout form."
    )

    example: ClassVar[dict[str, Any]] = {
        "basis": "consent",
        "on": "2026-05-03",
        "source": "Checkout form",
    }


class CustomerBody(Body):
    """What is said of a customer. Keys that are left out stay as they are."""

    external_id = Identifier(
        required=False, max_length=120, help_text="Your own id of this person, the best match."
    )
    email = Address(required=False, max_length=254, help_text="Where the question is sent.")
    name = Line(required=False, allow_blank=True, max_length=200)
    phone = Line(required=False, allow_blank=True, max_length=40)
    company = Line(
        required=False, allow_blank=True, max_length=200, help_text="By name; made if new."
    )
    language = Language(required=False, allow_blank=True, max_length=12)
    time_zone = Zone(required=False, allow_blank=True, max_length=64, help_text="IANA name.")
    legal_basis = LegalBasisBody(
        required=False, allow_null=True, help_text="Null takes out what is recorded."
    )
    properties = Properties(
        required=False,
        help_text="Merged name by name. The first value of a name gives its type.",
    )

    example: ClassVar[dict[str, Any]] = {
        "external_id": "C-2041",
        "email": "ada@mail.example",
        "name": "Ada Okafor",
        "company": "Okafor Ltd",
        "language": "en",
        "time_zone": "Europe/London",
        "legal_basis": LegalBasisBody.example,
        "properties": {"plan": "Basic", "lines": 3, "autopay": True},
    }


class NewCustomer(CustomerBody):
    """A customer needs an `external_id` or an `email`."""

    any_of = ("external_id", "email")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("external_id") and not attrs.get("email"):
            raise ValidationError("Send an external_id or an email, so that we know who is meant.")
        return attrs


class LegalBasisAnswer(serializers.Serializer[Any]):
    """Why this person may be asked, as stored."""

    basis = serializers.ChoiceField([(basis.value, basis.label) for basis in Basis])
    on = Day()
    source = serializers.CharField()  # type: ignore[assignment]


class CustomerAnswer(serializers.Serializer[Any]):
    """A customer as stored."""

    id = Id()
    url = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    email = serializers.CharField()
    name = serializers.CharField()
    phone = serializers.CharField()
    company = serializers.CharField(allow_null=True)
    language = serializers.CharField()
    time_zone = serializers.CharField()
    legal_basis = LegalBasisAnswer(allow_null=True)
    properties = Properties()
    created_at = Moment()


EXAMPLE = {
    "id": "812",
    "url": "/api/v1/customers/812",
    **CustomerBody.example,
    "phone": "",
    "created_at": "2026-11-21T14:05:12Z",
}


# What an answer carries of each, read without models: those of a page cost more than the rest.
CARRIED = (
    "pk", "external_id", "email", "name", "phone", "language", "time_zone", "legal_basis",
    "legal_basis_on", "legal_basis_source", "properties", "created_at", "company__name",
)  # fmt: skip


def shape(customer: Customer) -> dict[str, Any]:
    return _shape(customer, customer.company.name if customer.company else None)


def _shape(customer: Any, company: str | None) -> dict[str, Any]:
    return {
        "id": str(customer.pk),
        "url": f"/api/v1/customers/{customer.pk}",
        "external_id": customer.external_id,
        "email": customer.email,
        "name": customer.name,
        "phone": customer.phone,
        "company": company,
        "language": customer.language,
        "time_zone": customer.time_zone,
        "legal_basis": _basis(customer),
        "properties": customer.properties,
        "created_at": moment(customer.created_at),
    }


def _basis(customer: Any) -> dict[str, Any] | None:
    if customer.legal_basis_on is None:
        return None
    return {
        "basis": customer.legal_basis,
        "on": customer.legal_basis_on.isoformat(),
        "source": customer.legal_basis_source,
    }


def told(body: Mapping[str, Any], now: datetime, pointer: str = "#") -> CustomerFields:
    """Return what a checked body says of a customer."""
    fields = dict(body)
    if "legal_basis" in fields:
        fields["legal_basis"] = _told_basis(fields["legal_basis"], now, pointer)
    return CustomerFields(**fields)


def _told_basis(said: Mapping[str, Any] | None, now: datetime, pointer: str) -> LegalBasis:
    if said is None:
        return LegalBasis()
    if said["on"] > (now + CLOCKS_DIFFER_BY).date():
        sentence = "This day lies in the future. Record a basis when it holds."
        raise Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, f"{pointer}/legal_basis/on")])
    return LegalBasis(basis=Basis(said["basis"]), on=said["on"], source=said["source"])


_CARRIED = Customer.objects.present().values_list(*CARRIED, named=True)


def shaped(_: Identity, ids: Collection[int]) -> Shaped:
    """Customers by id, for answers that carry them whole."""
    return {
        row.pk: _shape(row, row.company__name) for row in _CARRIED.filter(among_numbers("pk", ids))
    }


PART = Part(
    name="customer",
    scope=Scope.CUSTOMERS_READ,
    answer=CustomerAnswer,
    example=EXAMPLE,
    read=shaped,
)
