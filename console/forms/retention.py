"""The form of what is kept how long: a number in each sentence, 0 for ever."""

from typing import Any

from django import forms

from console.forms.sending import number
from surveys.rules.retention import LONGEST_MONTHS, LONGEST_YEARS, SHORTEST_MONTHS, Rules

TOO_SHORT = (
    f"At least {SHORTEST_MONTHS} months: links in mails still work for a while. 0: for ever."
)


class RetentionForm(forms.Form):
    keep_words_months = number(0, LONGEST_MONTHS, "Months in which words are kept")
    keep_contexts_months = number(0, LONGEST_MONTHS, "Months in which contexts are kept")
    keep_silent_years = number(0, LONGEST_YEARS, "Years in which silent customers are kept")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in ("keep_words_months", "keep_contexts_months"):
            if 0 < said.get(name, 0) < SHORTEST_MONTHS:
                self.add_error(name, TOO_SHORT)
        return said

    def changes(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def rules(self) -> Rules:
        said = self.cleaned_data
        return Rules(
            words_months=said["keep_words_months"],
            contexts_months=said["keep_contexts_months"],
            silent_years=said["keep_silent_years"],
        )
