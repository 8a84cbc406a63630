"""The form of a new API key."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone

from accounts.actions.keys import Wanted
from accounts.rules.scopes import EVERYTHING, Scope
from console.forms.fields import LineField

SCOPES = [
    (Scope.INTERACTIONS_WRITE, "Report interactions"),
    (Scope.INTERACTIONS_READ, "Read interactions"),
    (Scope.CUSTOMERS_WRITE, "Create and change customers"),
    (Scope.CUSTOMERS_READ, "Read customers"),
    (Scope.DECISIONS_READ, "Read who was asked and why"),
    (Scope.RESPONSES_READ, "Read responses"),
    (Scope.METRICS_READ, "Read scores"),
]


class KeyForm(forms.Form):
    name = LineField(max_length=80, label="Name", help_text="Such as Helpdesk or Billing system.")
    scopes = forms.TypedMultipleChoiceField(
        choices=SCOPES,
        coerce=Scope,
        initial=EVERYTHING,
        widget=forms.CheckboxSelectMultiple,
        label="What it may do",
    )
    is_test = forms.BooleanField(
        required=False,
        label="Test mode",
        help_text="Everything works as with a live key, but nobody ever gets a mail.",
    )
    programme_id = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, label="Only for one programme"
    )
    expires_on = forms.DateField(
        required=False,
        label="Works until, this day included",
        validators=[MaxValueValidator(date(2100, 12, 31))],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Empty: until it is revoked.",
    )

    def __init__(self, data: Any = None, *, programmes: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        choices = [("", "All programmes"), *programmes]
        self.fields["programme_id"].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        said = self.cleaned_data
        return Wanted(
            name=said["name"],
            scopes=said["scopes"],
            is_test=said["is_test"],
            programme_id=said["programme_id"],
            expires_at=self._expires_at(),
        )

    def _expires_at(self) -> datetime | None:
        last = self.cleaned_data["expires_on"]
        if last is None:
            return None
        return datetime.combine(last + timedelta(days=1), time.min, timezone.get_current_timezone())
