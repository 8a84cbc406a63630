"""What the list of names behind the gap can be narrowed by."""

from django import forms

from console.forms.filters import Filter
from metrics.statistics.quadrants import Felt, Served
from reports.rules.both_words import FELT, SERVED


class NamesFilter(Filter):
    """How a customer was served, and how she feels."""

    served = forms.ChoiceField(
        choices=[("", "Well or poorly"), *((each.value, SERVED[each]) for each in Served)],
        required=False,
        label="Served",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    felt = forms.ChoiceField(
        choices=[("", "All"), *((each.value, FELT[each]) for each in Felt)],
        required=False,
        label="How likely to recommend you",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
