"""What a programme's rules were before a change, as an address keeps it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from surveys.models import Programme

NAMES = {
    "rest_days": "rest in days",
    "delay_minutes": "delay in minutes",
    "expires_after_days": "open for, in days",
    "cadence_months": "months between two asks",
    "newcomer_days": "days a new customer is left alone",
    "sampling_percent": "share asked, in %",
    "oldest_days": "oldest contact in days",
    "sending_days": "sending days",
    "sending_opens": "sending from, minute of the day",
    "sending_closes": "sending to, minute of the day",
    "sends_on_holidays": "on public holidays",
}


def _number(least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(min_value=least, max_value=most, required=False)


class BeforeForm(forms.Form):
    """Only what is in the address counts; the rest is as it is stored."""

    rest_days = _number(0, 1000)
    delay_minutes = _number(0, 43200)
    expires_after_days = _number(1, 365)
    cadence_months = _number(1, 24)
    newcomer_days = _number(0, 365)
    sampling_percent = _number(1, 100)
    oldest_days = _number(1, 7)
    sending_days = forms.RegexField(r"^1?2?3?4?5?6?7?$", required=False)
    sending_opens = _number(0, 1439)
    sending_closes = _number(1, 1440)
    sends_on_holidays = forms.NullBooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("sending_opens"), cleaned.get("sending_closes")
        if opens is not None and closes is not None and opens >= closes:
            self.add_error("sending_closes", "This is not after the beginning.")
        return cleaned

    def changed(self, programme: Programme) -> dict[str, Any]:
        """Return the old values that differ from what the programme has now."""
        said = {name: self.cleaned_data[name] for name in self.base_fields if name in self.data}
        return {
            name: value
            for name, value in said.items()
            if (value is not None or name == "cadence_months") and value != getattr(programme, name)
        }

    def words(self, programme: Programme) -> Sequence[str]:
        """Say each change as "rest in days: 30, was 7"."""
        return [
            f"{NAMES[name]}: {_said(getattr(programme, name))}, was {_said(value)}"
            for name, value in self.changed(programme).items()
        ]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, "") else str(value)
