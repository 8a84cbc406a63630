"""The form of what a survey asks after the score, and of the review that follows the thanks."""

from typing import Any

from django import forms
from django.core.validators import URLValidator

from surveys.rules.contents import Content
from surveys.rules.differences import ASKS

LABELS = {
    "asks_why": "Ask for the reason, in own words",
    "asks_feeling": "Ask how it felt: six words, any of them or none",
    "asks_contact": "Ask those with low scores whether somebody may contact them",
}
REVIEW = "A link begins with https:// and has at most 300 characters."


def _tick(label: str) -> forms.BooleanField:
    widget = forms.CheckboxInput(attrs={"class": "form-check-input"})
    return forms.BooleanField(required=False, label=label, widget=widget)


class SecondStepForm(forms.Form):
    asks_why = _tick(LABELS["asks_why"])
    asks_feeling = _tick(LABELS["asks_feeling"])
    asks_contact = _tick(LABELS["asks_contact"])
    review_url = forms.CharField(
        required=False,
        max_length=300,
        label="Link to a page for public reviews",
        validators=[URLValidator(schemes=["https"], message=REVIEW)],
        error_messages={"max_length": REVIEW},
        widget=forms.URLInput(attrs={"class": "form-control"}),
    )

    def __init__(self, data: Any = None, *, content: Content) -> None:
        super().__init__(data, initial=content.stored(), auto_id="step_%s")

    @property
    def ticks(self) -> list[forms.BoundField]:
        return [self[name] for name in ASKS]
