"""What rules were before a change, as an address keeps it: a programme's, and the house's."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from surveys.models import Programme
from surveys.queries.programmes import touchpoint_ids_of
from surveys.rules.channels import Preference
from surveys.rules.conditions import conditions_of

HOUSE = "house"
NAMES = {
    "rest_days": "rest in days",
    "delay_minutes": "delay in minutes",
    "expires_after_days": "open for, in days",
    "cadence_months": "months between two asks",
    "newcomer_days": "days a new customer is left alone",
    "sampling_percent": "share asked, in %",
    "priority": "place among programmes",
    "oldest_days": "oldest contact in days",
    "channel": "way",
    "conditions": "only where",
    "touchpoint_ids": "touchpoints",
    "ask_again_after_days": "days between two surveys",
    "asks_per_year": "surveys in twelve months",
    "people_per_company": "people of one company",
    "company_days": "days in which they are counted",
    "holdout_percent": "never asked, in %",
    "needs_legal_basis": "only with a legal basis",
    "sending_days": "sending days",
    "sending_opens": "sending from",
    "sending_closes": "sending to",
    "sends_on_holidays": "on public holidays",
    "holiday_country": "holidays of",
    "holiday_subdivision": "holidays in",
}
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _number(least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(min_value=least, max_value=most, required=False)


class _Before(forms.Form):
    """Only what is in the address counts; the rest is as it is stored."""

    may_be_empty: ClassVar[frozenset[str]] = frozenset()

    sending_days = forms.RegexField(r"^1?2?3?4?5?6?7?$", required=False)
    sending_opens = _number(0, 1439)
    sending_closes = _number(1, 1440)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("sending_opens"), cleaned.get("sending_closes")
        if opens is not None and closes is not None and opens >= closes:
            self.add_error("sending_closes", "This is not after the beginning.")
        return cleaned

    def changed(self, row: Any) -> dict[str, Any]:
        """Return the old values that differ from what the row has now; none where one is wrong."""
        if not self.is_valid():
            return {}
        said = {
            name: self.cleaned_data[name]
            for name in self.base_fields
            if self.add_prefix(name) in self.data
        }
        return {
            name: value
            for name, value in said.items()
            if (value is not None or name in self.may_be_empty) and value != value_of(row, name)
        }

    def words(self, row: Any) -> Sequence[str]:
        """Say each change as "rest in days: 30, was 7"."""
        return [
            f"{NAMES[name]}: {_said(name, value_of(row, name))}, was {_said(name, value)}"
            for name, value in self.changed(row).items()
        ]


class BeforeForm(_Before):
    """What a programme's own rules were."""

    may_be_empty = frozenset({"cadence_months"})

    rest_days = _number(0, 1000)
    delay_minutes = _number(0, 43200)
    expires_after_days = _number(1, 365)
    cadence_months = _number(1, 24)
    newcomer_days = _number(0, 365)
    sampling_percent = _number(1, 100)
    priority = _number(1, 99)
    oldest_days = _number(1, 7)
    channel = forms.ChoiceField(choices=[(one.value, "") for one in Preference], required=False)
    conditions = forms.CharField(max_length=4000, required=False)
    touchpoint_ids = forms.RegexField(r"^(\d{1,18}(,\d{1,18}){0,99})?$", required=False)
    sends_on_holidays = forms.NullBooleanField(required=False)

    def clean_channel(self) -> str | None:
        return self.cleaned_data["channel"] or None

    def clean_conditions(self) -> list[dict[str, Any]]:
        try:
            stored = json.loads(self.cleaned_data["conditions"] or "[]")
            return [each.stored() for each in conditions_of([_texts(one) for one in stored])]
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise forms.ValidationError("These are no conditions.") from error

    def clean_touchpoint_ids(self) -> list[int]:
        return [int(one) for one in self.cleaned_data["touchpoint_ids"].split(",") if one]


class HouseBeforeForm(_Before):
    """What the organisation's rules for all programmes were."""

    may_be_empty = frozenset({"holiday_country", "holiday_subdivision"})

    ask_again_after_days = _number(0, 365)
    asks_per_year = _number(1, 366)
    people_per_company = _number(0, 1000)
    company_days = _number(1, 365)
    holdout_percent = _number(0, 50)
    needs_legal_basis = forms.NullBooleanField(required=False)
    holiday_country = forms.RegexField(r"^[A-Z]{2}$", required=False)
    holiday_subdivision = forms.RegexField(r"^[A-Z0-9-]{1,12}$", required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, prefix=HOUSE)


def value_of(row: Any, name: str) -> Any:
    """The value as a change of it is told."""
    if name == "touchpoint_ids" and isinstance(row, Programme):
        return list(touchpoint_ids_of(row))
    return getattr(row, name)


def as_text(value: Any) -> Any:
    """The value as an address carries it."""
    if isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        return json.dumps(value)
    if isinstance(value, list | tuple):
        return ",".join(str(one) for one in value)
    return "" if value is None else value


def _texts(one: Mapping[str, Any]) -> dict[str, Any]:
    """A condition as the address tells it: anything that is no text is none of ours."""
    key, values = one["key"], one["values"]
    if not isinstance(key, str) or not all(isinstance(each, str) for each in values):
        raise TypeError
    return {"key": key, "test": one["test"], "values": values}


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


_SAID: Mapping[str, Callable[[Any], str]] = {
    "conditions": lambda stored: "; ".join(str(each) for each in conditions_of(stored)),
    "touchpoint_ids": lambda ids: str(len(ids)),
    "sending_days": lambda days: ", ".join(DAYS[int(day) - 1] for day in days),
    "sending_opens": _clock,
    "sending_closes": _clock,
    "channel": lambda way: Preference(way).label.lower(),
}


def _said(name: str, value: Any) -> str:
    if value in (None, "", []):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _SAID.get(name, str)(value)
