"""The form of one customer, and the one that asks her something."""

from collections.abc import Sequence
from typing import Any

from django import forms

from console.forms.fields import LanguageField, LineField, ZoneField
from surveys.actions.customers import CustomerFields
from surveys.models import Customer


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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned[one] for one in ("name", "email", "external_id")):
            raise forms.ValidationError("Fill in a name, an address or your own id.")
        return cleaned

    def said(self) -> CustomerFields:
        """What the form says; an empty field empties what is stored."""
        return CustomerFields(**self.cleaned_data)


def written(customer: Customer) -> dict[str, str]:
    """What stands on the customer, as the form shows it."""
    texts = ("name", "email", "phone", "language", "time_zone")
    return {
        **{name: getattr(customer, name) for name in texts},
        "external_id": customer.external_id or "",
        "company": customer.company.name if customer.company else "",
    }


class AskForm(forms.Form):
    """Which programme asks; only those of the organisation can be chosen."""

    programme = forms.TypedChoiceField(coerce=int, label="Programme")

    def __init__(self, data: Any = None, *, programmes: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["programme"].choices = programmes  # type: ignore[attr-defined]
