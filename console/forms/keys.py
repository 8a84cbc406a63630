"""The form of a new API key."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone

from accounts.actions.keys import Wanted
from accounts.rules.scopes import USUAL, Scope
from console.forms.fields import LineField

SCOPES = [
    (
        "Interactions",
        [
            (Scope.INTERACTIONS_WRITE, "Report interactions"),
            (Scope.INTERACTIONS_READ, "Read interactions"),
        ],
    ),
    (
        "Customers and companies",
        [
            (Scope.CUSTOMERS_WRITE, "Create and change customers"),
            (Scope.CUSTOMERS_READ, "Read customers"),
            (Scope.CUSTOMERS_MERGE, "Merge two customers into one, for good"),
            (Scope.CUSTOMERS_EXPORT, "Take out all that is stored of a person"),
            (Scope.ERASURE_WRITE, "Erase people, for good"),
            (Scope.COMPANIES_WRITE, "Create and change companies"),
            (Scope.COMPANIES_READ, "Read companies"),
        ],
    ),
    (
        "Asking",
        [
            (Scope.INVITATIONS_WRITE, "Get personal links for customers"),
            (Scope.INVITATIONS_READ, "Read who was invited"),
            (Scope.DECISIONS_READ, "Read who was asked and why"),
            (Scope.SUPPRESSIONS_WRITE, "Stop asking an address, and lift it"),
            (Scope.SUPPRESSIONS_READ, "Read which addresses are not asked"),
        ],
    ),
    (
        "Answers and figures",
        [
            (Scope.RESPONSES_WRITE, "Add, correct, exclude and tag responses"),
            (Scope.RESPONSES_READ, "Read responses"),
            (Scope.METRICS_READ, "Read scores"),
            (Scope.MEASURING_WRITE, "Write annotations, goals, definitions, tracked properties"),
        ],
    ),
    (
        "Files and alerts",
        [
            (Scope.IMPORTS_WRITE, "Import files, and read how far they are"),
            (Scope.EXPORTS_WRITE, "Take answers and figures out as files"),
            (Scope.ALERTS_WRITE, "Create and change alerts on answers"),
        ],
    ),
    (
        "How we ask",
        [
            (Scope.TOUCHPOINTS_WRITE, "Create and change touchpoints"),
            (Scope.SURVEYS_WRITE, "Change surveys and publish them"),
            (Scope.SURVEYS_READ, "Read surveys"),
            (Scope.PROGRAMMES_WRITE, "Create and change programmes, ask many at once by them"),
            (Scope.SENDING_WRITE, "Pause sending, and change how often people may be asked"),
        ],
    ),
    (
        "Webhooks and the audit trail",
        [
            (Scope.WEBHOOKS_WRITE, "Create and change webhooks"),
            (Scope.WEBHOOKS_READ, "Read webhooks and what was delivered"),
            (Scope.AUDIT_READ, "Read who changed what"),
        ],
    ),
]


class KeyForm(forms.Form):
    name = LineField(max_length=80, label="Name", help_text="Such as Helpdesk or Billing system.")
    scopes = forms.TypedMultipleChoiceField(
        choices=SCOPES,
        coerce=Scope,
        initial=USUAL,
        widget=forms.CheckboxSelectMultiple,
        label="What it may do",
    )
    is_test = forms.BooleanField(
        required=False,
        label="Test mode",
        help_text="Reports, answers and asks as a live key does, but nobody ever gets a mail. "
        "Everything else it only reads.",
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
