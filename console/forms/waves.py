"""The forms that start a wave: everybody, or a list that is pasted or uploaded."""

from typing import Any

from django import forms
from django.core.signing import BadSignature

from console.lists import unsealed
from surveys.rules.listing import Person

LARGEST = 5 * 1024 * 1024
# What a page carries of a list until it is sent; Django reads a megabyte.
MOST_CARRIED = 900_000
WHOM = [("listed", "The people on a list"), ("everybody", "Every customer")]


class WaveForm(forms.Form):
    """Whom to ask now; the list is read first and shown before anybody is asked."""

    whom = forms.ChoiceField(choices=WHOM, widget=forms.RadioSelect, initial="listed", label="Whom")
    lines = forms.CharField(
        required=False,
        max_length=500_000,
        label="Paste the list",
        help_text="One person a line: an e-mail address, and a name if you have it.",
        widget=forms.Textarea(
            attrs={"rows": 6, "placeholder": "ada@mail.example, Ada Okafor", "spellcheck": "false"}
        ),
    )
    file = forms.FileField(
        required=False,
        label="Or upload it",
        help_text="CSV or Excel, up to 5 MB and 50,000 lines. Columns: email, customer id, name.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    adds_unknown = forms.BooleanField(
        required=False,
        initial=True,
        label="Add those who are not customers here yet",
        help_text="They are added when you ask them; checking stores nothing.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file and file.size > LARGEST:
            self.add_error("file", "This file is larger than 5 MB.")
        if cleaned.get("whom") == "listed" and not file and not cleaned.get("lines"):
            self.add_error("lines", "Paste at least one address, or choose a file.")
        return cleaned


class StartForm(forms.Form):
    """What was shown is started: everybody, or the ids of those on the list."""

    whom = forms.ChoiceField(choices=WHOM)
    ids = forms.CharField(required=False, max_length=MOST_CARRIED)

    def clean_ids(self) -> list[int]:
        words = self.cleaned_data["ids"].split(",")
        if not all(word.isascii() and word.isdigit() and len(word) < 19 for word in words if word):
            raise forms.ValidationError("Start again from the list.")
        return [int(word) for word in words if word]


class StartListForm(StartForm):
    """Beside the ids of those who are known, whoever is added first."""

    new = forms.CharField(required=False, max_length=MOST_CARRIED)

    def clean_new(self) -> list[Person]:
        try:
            return unsealed(self.cleaned_data["new"]) if self.cleaned_data["new"] else []
        except BadSignature:
            raise forms.ValidationError("Start again from the list.") from None
