"""The forms of the set-up: few fields of larger forms, in the words of somebody who begins."""

from typing import Any

from django import forms

from console.forms.brand import BrandForm
from console.forms.fields import LineField
from console.forms.sender import SenderForm
from console.forms.waves import LARGEST
from surveys.rules.bases import Basis
from surveys.rules.starters import STARTERS

MOST_PASTED = 50
BASES = [
    (Basis.INTEREST, "They are our customers, and we ask about what they had from us"),
    (Basis.CONSENT, "They agreed to such mails"),
    (Basis.CONTRACT, "It is part of their contract"),
]


class LookForm(BrandForm):
    """Colour and logo; the host of links is for later."""

    field_order = ("logo", "accent", "without_logo")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["survey_host"]

    def changes(self) -> dict[str, str]:
        said = self.cleaned_data
        changes = {"accent": said["accent"]}
        if said["logo"] or said["without_logo"]:
            changes["logo"] = said["logo"]
        return changes


class AskerForm(SenderForm):
    """Who asks; a mail from nobody is answered by nobody."""

    LATER = ("sender_role", "reads_replies", "dkim_selector", "resend_uncertain_after_hours")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sender_name"].required = True
        for name in self.LATER:
            del self.fields[name]


class StarterForm(forms.Form):
    starter = forms.ChoiceField(
        choices=[(key, one.name) for key, one in STARTERS.items()],
        error_messages={"required": "Choose one; the others can follow any day."},
    )


class PeopleForm(forms.Form):
    """Whom to ask first, and why they may be written to."""

    lines = forms.CharField(
        required=False,
        max_length=20_000,
        label="Paste up to 50 people",
        help_text="One a line: an e-mail address, and a name if you have it.",
        widget=forms.Textarea(
            attrs={
                "rows": 7,
                "spellcheck": "false",
                "placeholder": "ada@mail.example, Ada Okafor\nBen Harris <ben@mail.example>",
            }
        ),
    )
    file = forms.FileField(
        required=False,
        label="Or a file",
        help_text="CSV or Excel. Columns: email, customer id, name.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    basis = forms.ChoiceField(
        choices=BASES,
        widget=forms.RadioSelect,
        label="Why may we mail them?",
        error_messages={"required": "Say why: it is kept with each of them."},
    )
    source = LineField(
        max_length=200,
        required=False,
        label="Where that is written",
        help_text="Such as: our terms, section 4. Kept with each of them, with today's date.",
    )

    def clean_lines(self) -> str:
        lines: str = self.cleaned_data["lines"]
        if sum(bool(line.strip()) for line in lines.splitlines()) > MOST_PASTED:
            raise forms.ValidationError("These are more than 50 lines: choose a file instead.")
        return lines

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file and file.size > LARGEST:
            self.add_error("file", "This file is larger than 5 MB.")
        if not file and not (cleaned.get("lines") or "").strip() and "lines" not in self.errors:
            self.add_error("lines", "Paste at least one address, or choose a file.")
        return cleaned
