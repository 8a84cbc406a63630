"""How wide one point of a page's trends is: as the period suggests, or thirty days."""

from django import forms

from console.forms.filters import Filter

# It changes no figure, only how trends are drawn, so that links to other pages go without it.
NAMES = frozenset({"trend"})


class TrendFilter(Filter):
    extra = frozenset()
    after = None  # type: ignore[assignment]

    trend = forms.ChoiceField(choices=[("month", "")], required=False)
