"""The form of one customer, and the one that asks her something."""

from collections.abc import Sequence
from typing import Any

from django import forms

from console.forms.fields import LanguageField, LineField, ZoneField
from console.forms.notes import DayInput
from surveys.actions.customers import CustomerFields
from surveys.models import Customer
from surveys.rules.bases import LONGEST_SOURCE, Basis, LegalBasis

TEXTS = ("name", "email", "phone", "company", "external_id", "language", "time_zone")
MISSING = {
    "legal_basis_on": "Say since which day.",
    "legal_basis_source": "Say where it was said, so that it can be shown later.",
}


WITHOUT = "Choose why, or empty the day and the source: without a reason they are not kept."


class CustomerForm(forms.Form):
    name = LineField(max_length=200, required=False, label="Name")
    email = forms.EmailField(
        max_length=254,
        required=False,
        label="E-mail address",
        help_text="Questions go here. Without an address nobody can be asked.",
    )
    phone = LineField(max_length=40, required=False, label="Phone")
    company = LineField(max_length=200, required=False, label="Company")
    external_id = LineField(
        max_length=120,
        required=False,
        label="Your own id",
        help_text="The number under which your other systems know this customer.",
    )
    language = LanguageField(empty="As the organisation", required=False, label="Language")
    time_zone = ZoneField(empty="As the organisation", required=False, label="Time zone")

    legal_basis = forms.ChoiceField(
        choices=[("", "Nothing is recorded"), *((one.value, one.label) for one in Basis)],
        required=False,
        label="Why may we ask this person?",
    )
    legal_basis_on = forms.DateField(required=False, label="Since", widget=DayInput())
    legal_basis_source = LineField(
        max_length=LONGEST_SOURCE,
        required=False,
        label="Where it was said",
        help_text="Such as the checkout form, the contract, a call with her on Tuesday.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned[one] for one in ("name", "email", "external_id")):
            raise forms.ValidationError("Fill in a name, an address or your own id.")
        for name in MISSING if cleaned.get("legal_basis") else ():
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, MISSING[name])
        if not self.errors and not cleaned["legal_basis"] and self._says_half(cleaned):
            self.add_error("legal_basis", WITHOUT)
        return cleaned

    def _says_half(self, cleaned: dict[str, Any]) -> bool:
        """Whether a day or a source was filled in; whoever takes a basis away leaves both."""
        told = {name: cleaned[name] or None for name in MISSING}
        known = {name: self.initial.get(name) or None for name in MISSING}
        return any(told.values()) and not (self.initial.get("legal_basis") and told == known)

    def said(self) -> CustomerFields:
        """What the form says; an empty field empties what is stored."""
        said = {name: self.cleaned_data[name] for name in TEXTS}
        basis = self.cleaned_data["legal_basis"]
        return CustomerFields(**said, legal_basis=self._basis() if basis else LegalBasis())

    def _basis(self) -> LegalBasis:
        said = self.cleaned_data
        return LegalBasis(
            basis=Basis(said["legal_basis"]),
            on=said["legal_basis_on"],
            source=said["legal_basis_source"],
        )


def written(customer: Customer) -> dict[str, Any]:
    """What stands on the customer, as the form shows it."""
    texts = ("name", "email", "phone", "language", "time_zone")
    return {
        **{name: getattr(customer, name) for name in texts},
        "external_id": customer.external_id or "",
        "company": customer.company.name if customer.company else "",
        "legal_basis": customer.legal_basis,
        "legal_basis_on": customer.legal_basis_on,
        "legal_basis_source": customer.legal_basis_source,
    }


class AskForm(forms.Form):
    """Which programme asks; only those of the organisation can be chosen."""

    programme = forms.TypedChoiceField(coerce=int, label="Programme")

    def __init__(self, data: Any = None, *, programmes: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["programme"].choices = programmes  # type: ignore[attr-defined]


class StopForm(AskForm):
    """Which programme asks no more; empty for all of them."""

    def __init__(self, data: Any = None, *, programmes: Sequence[tuple[int, str]]) -> None:
        super().__init__(data, programmes=programmes)
        field = self.fields["programme"]
        field.required, field.empty_value = False, None  # type: ignore[attr-defined]
        field.choices = [("", "All surveys"), *programmes]  # type: ignore[attr-defined]
