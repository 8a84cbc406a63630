"""The form of a programme's own sending rules: sentences, and conditions row by row."""

from collections.abc import Sequence
from typing import Any

from django import forms

from console.forms.fields import LineField
from console.forms.sending import number
from surveys.actions.ruling_programmes import ProgrammeRules
from surveys.models import Programme
from surveys.rules.conditions import Comparison, Condition, ConditionIsWrong, split_values

ROWS = 5
TRANSACTIONAL, RELATIONAL = ("priority", "oldest_days"), ("newcomer_days",)


class ConditionForm(forms.Form):
    """One row: a property, how it is compared, and with what; an empty row is none."""

    key = forms.ChoiceField(required=False, label="Property")
    comparison = forms.ChoiceField(
        required=False, label="How", choices=[(each.value, each.value) for each in Comparison]
    )
    values = LineField(required=False, max_length=400, label="With what")

    def __init__(self, *args: Any, properties: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = [("", "nothing more"), *properties]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            css = "form-control in-line mid" if name == "values" else "form-select in-line"
            field.widget.attrs |= {"class": css, "aria-label": field.label}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        try:
            said["condition"] = self._condition(said)
        except ConditionIsWrong as wrong:
            self.add_error("values", str(wrong))
        return said

    def _condition(self, said: dict[str, Any]) -> Condition | None:
        if not said.get("key"):
            # A row that is taken away may keep its values; in a new one they were meant.
            if said.get("values") and "key" not in self.errors and not self.initial:
                raise ConditionIsWrong(f"Choose the property that is to be {said['values']}.")
            return None
        comparison = Comparison(said.get("comparison") or Comparison.IS)
        values = split_values(said.get("values", ""))
        # A comma between two values means one of them; nobody should have to choose it twice.
        if comparison is Comparison.IS and len(values) > 1:
            comparison = Comparison.ONE_OF
        return Condition(said["key"], comparison, values)


class RulesForm(forms.Form):
    """The numbers of the sentences; which of them there are depends on the programme's kind."""

    rest_days = number(0, 1000, "Days in which the same customer is not asked again")
    sampling_percent = number(1, 100, "Share that is drawn")
    priority = number(1, 99, "Its place among programmes")
    oldest_days = number(1, 7, "Age of a contact in days, at most")
    newcomer_days = number(0, 365, "Days in which a new customer is left alone")
    reminder_days = number(1, 60, "Days until the reminder")

    def __init__(
        self,
        data: Any = None,
        *,
        programme: Programme,
        rules: ProgrammeRules,
        properties: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data, initial=vars(rules))
        self.stored = rules
        self.fields["reminder_days"].required = False
        is_relational = programme.kind == Programme.Kind.RELATIONAL
        for name in TRANSACTIONAL if is_relational else RELATIONAL:
            del self.fields[name]
        begin = [_typed(each) for each in rules.conditions] + [{}] * ROWS
        self.rows = [
            ConditionForm(data, prefix=f"row{n}", initial=begin[n], properties=properties)
            for n in range(max(ROWS, len(rules.conditions)))
        ]

    @property
    def rows_in_use(self) -> Sequence[ConditionForm]:
        """The rows that say something, and one to say more."""
        return self.rows[: self._used() + 1]

    @property
    def rows_to_spare(self) -> Sequence[ConditionForm]:
        return self.rows[self._used() + 1 :]

    def _used(self) -> int:
        says = [bool(row["key"].value() or row["values"].value()) for row in self.rows]
        return max((n for n, does in enumerate(says, 1) if does), default=0)

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(row.is_valid() for row in self.rows)])

    def rules(self) -> ProgrammeRules:
        found = [row.cleaned_data["condition"] for row in self.rows]
        numbers = {**vars(self.stored), **self.cleaned_data}
        return ProgrammeRules(**{**numbers, "conditions": tuple(filter(None, found))})


def _typed(condition: Condition) -> dict[str, str]:
    return {
        "key": condition.key,
        "comparison": condition.test.value,
        "values": ", ".join(condition.values),
    }
