"""The forms of the sending rules: limits inside sentences, and pauses for incidents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from console.forms.fields import LineField
from kit.clock import now
from surveys.actions.pausing import PauseFields
from surveys.rules.conditions import split_values

MOMENT = "%Y-%m-%dT%H:%M"


def number(low: int, high: int, label: str) -> forms.IntegerField:
    """A number inside a sentence: its label is for those who cannot see the sentence."""
    widget = forms.NumberInput(attrs={"class": "form-control in-line", "aria-label": label})
    return forms.IntegerField(min_value=low, max_value=high, label=label, widget=widget)


class LimitsForm(forms.Form):
    """How often people may be asked, whichever programme asks."""

    ask_again_after_days = number(0, 365, "Days between two surveys")
    asks_per_year = number(1, 366, "Surveys in twelve months")
    people_per_company = number(0, 1000, "People of one company")
    company_days = number(1, 365, "Days within which people of a company are counted")
    holdout_percent = number(0, 50, "Share of customers who are never asked")
    needs_legal_basis = forms.TypedChoiceField(
        choices=[
            (False, "everybody who did not refuse"),
            (True, "only those of whom a legal basis is recorded"),
        ],
        coerce=lambda said: said == "True",
        required=False,
        empty_value=False,  # type: ignore[arg-type]
        label="Who may be asked",
        widget=forms.Select(
            attrs={"class": "form-select in-line wide", "aria-label": "Who may be asked"}
        ),
    )


class MomentInput(forms.DateTimeInput):
    def __init__(self, label: str) -> None:
        attrs = {"type": "datetime-local", "class": "form-control", "aria-label": label}
        super().__init__(format=MOMENT, attrs=attrs)


class PauseForm(forms.Form):
    """An incident: why, whom it is about, from when and until when."""

    reason = LineField(max_length=120, label="What happened")
    key = forms.ChoiceField(required=False, label="Whom it is about")
    values = LineField(max_length=400, required=False, label="Which")
    begins_at = forms.DateTimeField(
        required=False, label="From", input_formats=[MOMENT], widget=MomentInput("From")
    )
    ends_at = forms.DateTimeField(
        required=False, label="Until", input_formats=[MOMENT], widget=MomentInput("Until")
    )

    def __init__(
        self, data: Any = None, *, properties: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["key"].choices = [  # type: ignore[attr-defined]
            ("", "to anybody"),
            *((key, f"where {name} is") for key, name in properties),
        ]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("key") and not split_values(said.get("values", "")):
            self.add_error("values", "Say which: one value, or several with commas.")
        begins, ends = said.get("begins_at"), said.get("ends_at")
        if ends is not None and ends <= (begins or now()):
            self.add_error("ends_at", "It would end before it begins.")
        return said

    def fields_from(self, moment: datetime) -> PauseFields:
        said = self.cleaned_data
        return PauseFields(
            reason=said["reason"],
            key=said["key"],
            values=split_values(said["values"]) if said["key"] else (),
            begins_at=said["begins_at"] or moment,
            ends_at=said["ends_at"],
        )
