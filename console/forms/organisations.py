"""The form of the organisation: how it is named and what stands on its pages."""

from typing import Any

from django import forms

from console.forms.fields import LanguageField, LineField, ZoneField


class OrganisationForm(forms.Form):
    name = LineField(max_length=120, label="Name", help_text="Customers see it in every question.")
    time_zone = ZoneField(label="Time zone", help_text="Days and weeks on all pages begin here.")
    language = LanguageField(label="Language of the questions")
    postal_address = LineField(max_length=300, required=False, label="Postal address")
    privacy_url = forms.URLField(
        max_length=500, required=False, label="Privacy page", assume_scheme="https"
    )
    thanks_note = LineField(
        max_length=300,
        required=False,
        label="What changed because of answers",
        help_text="Stands on the thanks page: Because of answers like yours: ...",
    )

    def changes(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
