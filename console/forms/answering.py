"""The form of the rules that tell people from machines: a switch and a number in each sentence."""

from collections.abc import Mapping
from typing import Any

from django import forms

from console.forms.sending import number

# Of each rule: its field, its number's bounds, and the number that stands there while it is off.
SOON, QUICK, SCORES = "suspect_within_seconds", "suspect_shown_seconds", "suspect_scores"
BOUNDS = {SOON: (1, 600, 10), QUICK: (1, 10, 1), SCORES: (2, 11, 2)}


def switch(label: str) -> forms.BooleanField:
    attrs = {"class": "form-check-input", "role": "switch", "aria-label": label}
    return forms.BooleanField(required=False, label=label, widget=forms.CheckboxInput(attrs=attrs))


class DoubtsForm(forms.Form):
    """Every rule can be switched off; its number is asked for only while it is on."""

    suspect_within_seconds_on = switch("Doubt answers right after hand-over")
    suspect_within_seconds = number(*BOUNDS[SOON][:2], "Seconds after hand-over")
    suspect_shown_seconds_on = switch("Doubt answers right after the page was shown")
    suspect_shown_seconds = number(*BOUNDS[QUICK][:2], "Seconds after the page was shown")
    suspect_scores_on = switch("Doubt answers after several scores of one mail were opened")
    suspect_scores = number(*BOUNDS[SCORES][:2], "Different scores within a minute")
    suspect_traps = switch("Doubt answers that fill in the hidden field")

    def __init__(self, data: Any = None, *, stored: Mapping[str, Any]) -> None:
        super().__init__(data, initial=_shown(stored))
        for name in BOUNDS:
            self.fields[name].required = not self.is_bound or self._is_on(name)

    def _is_on(self, name: str) -> bool:
        return bool(self.data.get(f"{name}_on"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in BOUNDS:
            if not self._is_on(name):  # whatever stands in its box is not what was meant
                self.errors.pop(name, None)
                said[name] = 0
        return said

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in (*BOUNDS, "suspect_traps")}


class ChangingForm(forms.Form):
    """How long an answer may be changed by the link that it came by."""

    amend_days = number(0, 90, "Days in which an answer may be changed")

    def changes(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


def _shown(stored: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: stored[name] or usual for name, (_, _, usual) in BOUNDS.items()}
    switches = {f"{name}_on": bool(stored[name]) for name in BOUNDS}
    return {**numbers, **switches, "suspect_traps": stored["suspect_traps"]}
