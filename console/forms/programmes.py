"""The forms of a programme: what it is, whom it asks and how often."""

from collections.abc import Sequence
from typing import Any

from django import forms

from console.forms.fields import LineField
from surveys.actions.editing_programmes import ProgrammeDetails
from surveys.models import Programme, Touchpoint
from surveys.rules.channels import Preference

KINDS = [
    (Programme.Kind.TRANSACTIONAL, "After a contact: one survey for what just happened"),
    (Programme.Kind.RELATIONAL, "By the calendar: the relationship as a whole"),
]
METRICS = [
    ("csat", "CSAT: how satisfied were you, 1 to 5"),
    ("ces", "CES: was it easy, 1 to 7"),
    ("nps", "NPS: would you recommend us, 0 to 10"),
]


class ProgrammeForm(forms.Form):
    """Whom a programme asks and how often; kind and metric are fixed once it exists."""

    name = LineField(max_length=120, label="Name")
    public_name = LineField(
        max_length=60,
        required=False,
        label="What customers call it",
        help_text="Completes “questions about …” where they choose what to be asked: support,"
        " your bill. If empty, the topics of its touchpoints.",
    )
    channel = forms.ChoiceField(
        choices=[(each.value, each.label) for each in Preference],
        required=False,
        label="How it asks",
        help_text="Texts need a gateway; without one they wait until they expire.",
    )
    touchpoint_ids = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        label="After contacts at",
        widget=forms.CheckboxSelectMultiple,
    )
    delay_minutes = forms.IntegerField(
        min_value=0,
        max_value=43200,
        initial=0,
        label="Wait before asking, in minutes",
        help_text="0 asks within seconds; 1440 is a day.",
    )
    rest_days = forms.IntegerField(
        min_value=0,
        max_value=1000,
        initial=30,
        label="Ask the same customer again after, in days",
    )
    expires_after_days = forms.IntegerField(
        min_value=1, max_value=365, initial=30, label="An answer is taken for, in days"
    )
    cadence_months = forms.IntegerField(
        min_value=1,
        max_value=24,
        required=False,
        label="Ask every so many months",
        help_text="Only for programmes that ask by the calendar.",
    )

    def __init__(
        self, data: Any = None, *, kind: str = "", touchpoints: Sequence[Touchpoint], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fixed_kind = kind
        choices = [(place.pk, place.name) for place in touchpoints]
        self.fields["touchpoint_ids"].choices = choices  # type: ignore[attr-defined]
        if kind == Programme.Kind.TRANSACTIONAL:
            del self.fields["cadence_months"]
        if kind == Programme.Kind.RELATIONAL:
            del self.fields["touchpoint_ids"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = self.fixed_kind or cleaned.get("kind")
        places, months = cleaned.get("touchpoint_ids"), cleaned.get("cadence_months")
        if kind == Programme.Kind.TRANSACTIONAL and not places and not self.errors:
            self.add_error("touchpoint_ids", "Choose at least one touchpoint.")
        if kind == Programme.Kind.RELATIONAL and not months and not self.errors:
            self.add_error("cadence_months", "Say after how many months it asks again.")
        return cleaned

    def details(self) -> ProgrammeDetails:
        said = self.cleaned_data
        is_relational = (self.fixed_kind or said.get("kind")) == Programme.Kind.RELATIONAL
        return ProgrammeDetails(
            name=said["name"],
            touchpoint_ids=[] if is_relational else said.get("touchpoint_ids", []),
            delay_minutes=said["delay_minutes"],
            rest_days=said["rest_days"],
            expires_after_days=said["expires_after_days"],
            cadence_months=said.get("cadence_months") if is_relational else None,
            public_name=said["public_name"],
            channel=said["channel"] or Preference.EMAIL,
        )


class NewProgrammeForm(ProgrammeForm):
    kind = forms.ChoiceField(choices=KINDS, widget=forms.RadioSelect, label="When it asks")
    metric = forms.ChoiceField(choices=METRICS, widget=forms.RadioSelect, label="What it asks")
    is_anonymous = forms.BooleanField(
        required=False,
        label="Anonymous: nobody can see who gave which answer",
        help_text="For good, for nothing leads back. Figures come by months, in groups of five"
        " or more; no follow-up questions, no changing an answer, no contact about it.",
    )
    kept_property = forms.ChoiceField(
        required=False,
        label="If anonymous, what is kept with an answer",
        help_text="One property at most, for groups such as plan or region. Whoever is asked"
        " reads it on the page. Take none that only a few people share.",
    )
    field_order = (
        "name", "public_name", "kind", "metric", "is_anonymous", "kept_property", "touchpoint_ids",
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, properties: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        choices = [("", "Nothing but the month"), *properties]
        self.fields["kept_property"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kept_property") and not cleaned.get("is_anonymous"):
            self.add_error("kept_property", "Only of an anonymous programme.")
        return cleaned
