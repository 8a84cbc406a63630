"""The forms with which an organisation begins: what it is called, and who owns it."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from console.forms.fields import LanguageField, LineField, ZoneField
from console.signin.forms import AT_LEAST_TEN


class CompanyForm(forms.Form):
    """What somebody tells who has signed in."""

    company = LineField(
        max_length=120,
        label="Your company",
        help_text="Customers read this name in every question.",
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
    )
    time_zone = ZoneField(
        label="Time zone",
        initial="UTC",
        help_text="Days and weeks on all pages begin here.",
        widget=forms.Select(attrs={"data-zone": ""}),
    )
    language = LanguageField(label="Language of your questions", initial="en")


class NewcomerForm(CompanyForm):
    """The same and who she is: from then on she signs in with this address and password."""

    name = forms.CharField(
        max_length=120,
        label="Your name",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        max_length=254,
        label="Your e-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        label="Choose a password",
        help_text=AT_LEAST_TEN,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if User.objects.filter(email=email.strip().lower()).exists():
            raise ValidationError("Somebody signs in with this address: sign in first.")
        return email
