"""Which months of an anonymous programme a page shows: the first and the last of whole blocks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from metrics.rules.gate import Block


class MonthsForm(forms.Form):
    """Only beginnings and ends of blocks are offered: nothing in between can be cut out."""

    def __init__(self, data: Any, *, blocks: Sequence[Block]) -> None:
        super().__init__(data)
        # "from" is a word of Python's and cannot be written as an attribute.
        for name, all_of_it, months in (
            ("from", "the first", [block.first for block in blocks]),
            ("to", "the last", [block.last for block in blocks]),
        ):
            named = [(f"{month:%Y-%m}", f"{month:%b %Y}") for month in months]
            self.fields[name] = forms.ChoiceField(
                choices=[("", all_of_it), *named],
                required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def months(self) -> tuple[date, date]:
        """The chosen months; what makes no sense is all there is."""
        if not self.is_valid():
            return date.min, date.max
        first, last = (self._month(name) for name in ("from", "to"))
        return first or date.min, last or date.max

    def _month(self, name: str) -> date | None:
        text = self.cleaned_data[name]
        return date.fromisoformat(f"{text}-01") if text else None
