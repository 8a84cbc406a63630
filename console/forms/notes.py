"""The forms of what people write beside figures: annotations, goals, benchmarks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from console.forms.fields import LineField
from metrics.actions.aiming import Found
from metrics.actions.annotating import FIRST_DAY, LAST_DAY, Noted
from metrics.models import Benchmark

EVERYWHERE = ("", "On every trend")


class DayInput(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"type": "date"})


class AnnotationForm(forms.Form):
    on_day = forms.DateField(label="Day", widget=DayInput())
    text = LineField(
        max_length=80,
        label="What happened",
        help_text="Such as New billing system. Short enough to stand in a picture.",
    )
    where = forms.ChoiceField(required=False, label="Where it is shown")

    def __init__(
        self,
        data: Any = None,
        *,
        programmes: Sequence[tuple[int, str]],
        touchpoints: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["where"].choices = [  # type: ignore[attr-defined]
            EVERYWHERE,
            ("Only at one touchpoint", [(f"touchpoint:{pk}", name) for pk, name in touchpoints]),
            ("Only for one programme", [(f"programme:{pk}", name) for pk, name in programmes]),
        ]

    def clean_on_day(self) -> date:
        day: date = self.cleaned_data["on_day"]
        if not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError("No answer can lie on this day.")
        return day

    def noted(self) -> Noted:
        kind, _, number = self.cleaned_data["where"].partition(":")
        row_id = int(number) if number else None
        return Noted(
            on_day=self.cleaned_data["on_day"],
            text=self.cleaned_data["text"],
            touchpoint_id=row_id if kind == "touchpoint" else None,
            programme_id=row_id if kind == "programme" else None,
        )


def initial_of(noted: Noted) -> dict[str, Any]:
    """What the form of an annotation begins with."""
    if noted.touchpoint_id is not None:
        where = f"touchpoint:{noted.touchpoint_id}"
    else:
        where = "" if noted.programme_id is None else f"programme:{noted.programme_id}"
    return {"on_day": noted.on_day, "text": noted.text, "where": where}


class GoalForm(forms.Form):
    value = forms.IntegerField()
    by_on = forms.DateField(required=False, label="By", widget=DayInput())

    def __init__(self, data: Any = None, *, card: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        low = 0 if card == Benchmark.Card.SERVICE else -100
        self.fields["value"] = forms.IntegerField(
            min_value=low, max_value=100, label="Score to reach", help_text=_unit(card)
        )


def _unit(card: str) -> str:
    if card == Benchmark.Card.SERVICE:
        return "Satisfied answers in a hundred."
    return "A Net Promoter Score from -100 to 100."


class BenchmarkForm(forms.Form):
    card = forms.ChoiceField(choices=Benchmark.Card.choices, label="Held against")
    value = forms.IntegerField(min_value=-100, max_value=100, label="Its score")
    source = LineField(max_length=120, label="Source", help_text="Who published it, and where.")
    year = forms.IntegerField(min_value=1990, max_value=2100, label="Year it was measured in")
    method = LineField(
        max_length=200,
        label="Method",
        help_text="Whom they asked, how, and with which cut. Published scores of one industry "
        "and year differ by up to 25 points for such reasons.",
    )
    n = forms.IntegerField(min_value=1, max_value=2**31 - 1, label="Answers behind it")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("card") == Benchmark.Card.SERVICE and cleaned.get("value", 0) < 0:
            self.add_error("value", "A share of satisfied answers is not below 0.")
        return cleaned

    def found(self) -> Found:
        return Found(**self.cleaned_data)
