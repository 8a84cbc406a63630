"""The form of the brand: colour, logo, and the host that survey links lead to."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.http.request import validate_host

from accounts.rules.logos import LogoRefused, read_logo

LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = rf"^{LABEL}(?:\.{LABEL})*(?::[0-9]{{1,5}})?$"
LARGEST_UPLOAD = 256 * 1024


class BrandForm(forms.Form):
    accent = forms.CharField(
        max_length=7,
        label="Colour",
        widget=forms.TextInput(attrs={"type": "color", "class": "form-control-color"}),
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "A colour such as #0b5fff.")],
        help_text="Of the Send button. It is made darker or lighter until everybody can read it.",
    )
    logo = forms.FileField(
        required=False,
        label="Logo",
        widget=forms.FileInput(attrs={"accept": "image/png"}),
        help_text="A PNG of at most 4 kB, shown up to 160 x 32 pixels large. In the dark it stands"
        " on white.",
    )
    without_logo = forms.BooleanField(required=False, label="Take the logo out")
    survey_host = forms.CharField(
        max_length=253,
        required=False,
        label="Host of survey links",
        help_text="Such as feedback.example.com. Empty: this installation's own host.",
    )

    def clean_logo(self) -> str:
        """Return the logo as it is stored, "" where none was chosen."""
        upload = self.cleaned_data["logo"]
        if not upload:
            return ""
        if upload.size > LARGEST_UPLOAD:
            raise forms.ValidationError("This file is far too large; at most 4.1 kB fit.")
        try:
            return read_logo(upload.read()).text
        except LogoRefused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean_survey_host(self) -> str:
        host: str = self.cleaned_data["survey_host"].strip().lower()
        if not host:
            return ""
        RegexValidator(HOST, "A host such as feedback.example.com, without https and path.")(host)
        if not validate_host(host.partition(":")[0], settings.ALLOWED_HOSTS):
            raise forms.ValidationError(
                f"This installation does not answer for {host} yet. Whoever runs it adds the host "
                "to ALLOWED_HOSTS, with its DNS and its certificate; then save again."
            )
        return host

    def changes(self) -> dict[str, str]:
        """What is to be stored; without a new file the logo stays unless it is taken out."""
        said: dict[str, Any] = self.cleaned_data
        changes = {name: said[name] for name in ("accent", "survey_host")}
        if said["logo"] or said["without_logo"]:
            changes["logo"] = said["logo"]
        return changes
