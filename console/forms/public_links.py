"""The form of a public link: where it hangs, what it is called, and until when it is open."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from console.forms.fields import LineField
from console.forms.notes import DayInput
from kit.periods import Period, bounds, local_day
from surveys.actions.opening import LinkDetails


class PublicLinkForm(forms.Form):
    name = LineField(
        max_length=120,
        label="Name",
        help_text="Such as Receipts or Poster at the till. Each answer keeps it as its source.",
    )
    touchpoint_id = forms.TypedChoiceField(
        coerce=int,
        required=False,
        empty_value=None,
        label="Touchpoint",
        help_text="Where people stand when they answer. The question may name it.",
    )
    branch = LineField(
        max_length=120,
        required=False,
        label="Branch",
        help_text="Optional. Answers can be compared by it under Segments.",
    )
    last_day = forms.DateField(
        required=False,
        label="Last day",
        widget=DayInput(),
        help_text="Optional. Without one it stays open until you revoke it.",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        zone_name: str,
        touchpoints: Sequence[tuple[int, str]],
        today: date | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.zone_name, self.today = zone_name, today
        choices = [("", "None in particular"), *touchpoints]
        self.fields["touchpoint_id"].choices = choices  # type: ignore[attr-defined]

    def clean_last_day(self) -> date | None:
        day: date | None = self.cleaned_data["last_day"]
        if day is not None and day.year > 2999:
            raise forms.ValidationError("Choose a day before the year 3000.")
        if day is not None and self.today is not None and day < self.today:
            raise forms.ValidationError("This day is over. To close a link now, revoke it.")
        return day

    def details(self) -> LinkDetails:
        day: date | None = self.cleaned_data["last_day"]
        return LinkDetails(
            name=self.cleaned_data["name"],
            branch=self.cleaned_data["branch"],
            touchpoint_id=self.cleaned_data["touchpoint_id"],
            closes_at=None if day is None else bounds(Period(day, day), self.zone_name)[1],
        )


def initial_of(details: LinkDetails, zone_name: str) -> dict[str, Any]:
    """Return what the form shows of a link that exists."""
    ends = details.closes_at
    last = None if ends is None else local_day(ends - timedelta(seconds=1), zone_name)
    return {
        "name": details.name,
        "branch": details.branch,
        "touchpoint_id": details.touchpoint_id,
        "last_day": last,
    }
