"""The form of one touchpoint."""

from collections.abc import Sequence
from typing import Any

from django import forms

from console.forms.fields import LineField
from surveys.actions.editing_touchpoints import TouchpointDetails
from surveys.models import Stage, Touchpoint


class TouchpointForm(forms.Form):
    name = LineField(max_length=120, label="Name", help_text="Such as Billing enquiry or Parcel.")
    kind = forms.ChoiceField(
        choices=[
            (Touchpoint.Kind.SERVICE, "Service: a person or a bot helped with something"),
            (Touchpoint.Kind.EXPERIENCE, "Experience: everything else, such as a delivery"),
        ],
        widget=forms.RadioSelect,
        label="Kind",
        help_text="Only service touchpoints count for the Service score on the overview.",
    )
    stage_id = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, label="Stage of the journey"
    )
    new_stage = LineField(max_length=120, required=False, label="Or a new stage")
    topic = LineField(
        max_length=120,
        required=False,
        label="What the help was about",
        help_text="Stands in the question: How satisfied were you with the help with your bill?",
    )
    deed = LineField(
        max_length=120,
        required=False,
        label="What the customer did",
        help_text="Stands in the mail: On Tuesday you talked to us about your bill.",
    )
    owner_team = LineField(max_length=80, required=False, label="Team that owns it")
    target = forms.IntegerField(
        min_value=-100,
        max_value=100,
        required=False,
        label="Target score",
        help_text="Every score asked here is held against it.",
    )

    def __init__(self, data: Any = None, *, stages: Sequence[Stage], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        choices = [(stage.pk, f"{stage.journey.name}: {stage.name}") for stage in stages]
        self.fields["stage_id"].choices = [("", "Choose a stage"), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = bool(cleaned.get("stage_id")), bool(cleaned.get("new_stage"))
        if "stage_id" not in self.errors and chosen == (False, False):
            self.add_error("stage_id", "Choose a stage or name a new one.")
        if chosen == (True, True):
            self.add_error("new_stage", "Choose a stage or name a new one, not both.")
        return cleaned

    def details(self) -> TouchpointDetails:
        return TouchpointDetails(**self.cleaned_data)
