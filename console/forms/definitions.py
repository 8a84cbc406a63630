"""The form that makes the next version of a metric."""

from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html

from console.forms.fields import LineField
from console.periods import DAYS
from metrics.actions.defining import Wanted
from metrics.statistics.definitions import Definition
from reports.queries.effects import Effects, becomes
from reports.rules.words import count_text


class DefinitionForm(forms.Form):
    cut = forms.TypedChoiceField(
        coerce=int, widget=forms.RadioSelect, label="Which answers make the score"
    )
    reason = LineField(
        max_length=120,
        label="What changed",
        help_text="Trends are marked with it. New words in the question count too, such as "
        "numbers to words, even where nothing else changes.",
    )
    since_on = forms.DateField(
        label="Since",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The day the change holds from. Scores of all days are counted by the new "
        "version; trends show a line on this day.",
    )
    smallest_change = forms.IntegerField(
        min_value=1,
        max_value=50,
        label="Smallest change that matters, in points",
        help_text="A change that is certainly smaller is called steady.",
    )
    change_to_see = forms.IntegerField(
        min_value=1,
        max_value=100,
        label="Change you want to be able to see, in points",
        help_text="Where nothing can be called, pages say how many answers this would take.",
    )
    window_days = forms.TypedChoiceField(
        coerce=int,
        choices=[(days, f"Last {days} days") for days in DAYS],
        label="Period when none is named",
        help_text="A page opens with the longest of all metrics, the API with this one.",
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, newest: Definition, found: Effects | None, today: date, url: str
    ) -> None:
        """`url`: where the answers are of which the effects are told."""
        super().__init__(data, initial=_initial(newest, today))
        if found is None:
            del self.fields["cut"]
            return
        self.fields["cut"].choices = [  # type: ignore[attr-defined]
            (option.cut, _label(found, option.cut, option.words)) for option in found.options
        ]
        self.fields["cut"].help_text = (
            format_html(
                'What {} of the last {} days becomes: <a href="{}">n = {}</a>.',
                *(found.about, found.days, url, count_text(found.n)),
            )
            if found.n
            else f"No {found.about} in the last {found.days} days to show the effect on."
        )

    def wanted(self) -> Wanted:
        given = {name: value for name, value in self.cleaned_data.items() if name != "seen_version"}
        return Wanted(**{"cut": None, **given})


def _initial(newest: Definition, today: date) -> dict[str, Any]:
    return {
        "cut": newest.cut,
        "since_on": today,
        "smallest_change": round(newest.smallest_change * 100),
        "change_to_see": round(newest.change_to_see * 100),
        "window_days": newest.window_days,
        "seen_version": newest.version,
    }


def _label(found: Effects, cut: int, words: str) -> str:
    effect = becomes(found, cut)
    return f"{words}: {effect}" if effect else words
