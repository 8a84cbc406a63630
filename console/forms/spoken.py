"""The form by which staff write down what a customer said in person."""

import secrets
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from console.forms.fields import LineField, NoteField
from console.forms.filters import Filter
from console.forms.notes import DayInput
from kit.texts import address_key
from surveys.actions.hearing import Told
from surveys.models import Customer
from surveys.queries.heard import Asking
from surveys.queries.meant import left_of
from surveys.rules.metrics import SCALES
from surveys.rules.spoken import OLDEST, DayRefused, check_day
from surveys.rules.words import LONGEST_COMMENT

NOBODY = "No customer has this address or id. Leave it empty if you do not know who it was."
SEVERAL = "Several customers have this address. Open the right one and begin there."
LONGEST_ID = 254


class SpokenFilter(Filter):
    """Of whom, and about what; both may still be open."""

    extra = frozenset()
    after = None  # type: ignore[assignment]
    customer = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    touchpoint = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    about = forms.RegexField(r"\A[1-9][0-9]{0,17}:([1-9][0-9]{0,17})?\Z", required=False)


class SpokenForm(forms.Form):
    score = forms.TypedChoiceField(
        coerce=int,
        widget=forms.RadioSelect,
        label="The answer",
        error_messages={"required": "Choose what the customer said."},
    )
    comment = NoteField(
        max_length=LONGEST_COMMENT,
        required=False,
        label="In the customer's own words",
        help_text="What was said, not what you make of it. Leave out passwords and card numbers.",
    )
    on = forms.DateField(label="Said on", widget=DayInput())
    who = LineField(
        max_length=LONGEST_ID,
        required=False,
        label="Who said it",
        help_text="E-mail address or your own id of the customer; empty if you do not know.",
    )
    key = forms.RegexField(r"\A[A-Za-z0-9_-]{16,64}\Z", widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, asking: Asking, customer: Customer | None, today: date
    ) -> None:
        super().__init__(data, initial={"on": today, "key": secrets.token_urlsafe(16)})
        self.asking, self.customer, self.today = asking, customer, today
        scale = SCALES[asking.metric]
        self.fields["score"].choices = [  # type: ignore[attr-defined]
            (score, scale.label(score)) for score in scale.scores
        ]
        days = {"min": (today - OLDEST).isoformat(), "max": today.isoformat()}
        self.fields["on"].widget.attrs |= days
        if customer is not None:
            del self.fields["who"]

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        try:
            check_day(on, self.today)
        except DayRefused as refused:
            raise ValidationError(str(refused)) from refused
        return on

    def clean_who(self) -> str:
        who: str = self.cleaned_data["who"].strip()
        if who:
            self.customer = _named(who)
        return who

    def told(self) -> Told:
        said = self.cleaned_data
        return Told(
            programme_id=self.asking.programme_id,
            touchpoint_id=self.asking.touchpoint_id,
            score=said["score"],
            comment=said["comment"].replace("\r\n", "\n").strip(),
            on=said["on"],
            key=said["key"],
            customer_id=self.customer.pk if self.customer else None,
        )


def _named(who: str) -> Customer:
    """The one customer that is meant: by an id, an address, or one from before she was merged."""
    present, key = Customer.objects.present(), address_key(who)
    rows = (
        present.filter(pk__in=left_of(external_id=who))[:1],
        present.filter(address_key=key).order_by("id")[:2],
        present.filter(pk__in=left_of(address_key=key)).order_by("id")[:2],
    )
    found = next(filter(None, map(list, rows)), [])
    if len(found) != 1:
        raise ValidationError(SEVERAL if found else NOBODY)
    return found[0]
