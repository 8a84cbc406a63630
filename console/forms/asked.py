"""What lists of questions and of those who were met can be narrowed by."""

from collections.abc import Mapping

from django import forms
from django.http import QueryDict

from console.forms.fields import LineField
from console.forms.filters import Filter

BECAME = {
    "answered": "Answered",
    "reached": "Silent, mail delivered",
    "silent": "Silent",
    "bounced": "Bounced",
    "opted_out": "Opted out",
    "suspect": "Suspected machine",
}
MET = {
    "asked": "Asked",
    "left": "Mail handed over",
    "delivered": "Delivered",
    "answered": "Answered",
    "over": "Time to answer over",
}
CAME = [
    ("asked", "Asked"),
    ("waiting", "Waiting to be sent"),
    ("mailed", "Mail or text handed over"),
    ("left", "Handed over, links too"),
    ("uncertain", "Uncertain"),
    ("lost", "Not sent"),
    ("delivered", "Known to be delivered"),
    ("bounced", "Bounced"),
    ("complained", "Reported as spam"),
    ("reminded", "Reminded once"),
    ("opted_out", "Opted out"),
    ("answered", "Answered"),
    ("finished", "Finished the form"),
    ("over", "Time to answer over"),
]


class AskedFilter(Filter):
    """Beside what pages about questions are narrowed by, what became of those listed."""

    became = forms.ChoiceField(choices=[("", ""), *BECAME.items()], required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__({name: data.get(name, "") for name in self.base_fields})


class MetFilter(AskedFilter):
    """How far the listed interactions of a touchpoint came, or the rule that decided."""

    became = None  # type: ignore[assignment]
    step = forms.ChoiceField(choices=[("", ""), *MET.items()], required=False)
    rule = forms.CharField(max_length=40, required=False)


class DecisionFilter(Filter):
    """Beside what every page of a programme is narrowed by, which decisions are listed."""

    customer = LineField(max_length=200, required=False, label="Customer")
    verdict = forms.ChoiceField(
        choices=[("", "All"), ("asked", "Asked"), ("not_asked", "Not asked")],
        required=False,
        label="Outcome",
    )
    rule = forms.ChoiceField(required=False, label="Rule")
    came = forms.ChoiceField(choices=[("", "Anywhere"), *CAME], required=False, label="It came to")
    # The days are those on which the question left.
    by = forms.ChoiceField(choices=[("", ""), ("left", "")], required=False)
    wave = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False, label="Wave")

    def __init__(self, data: QueryDict, *, rules: Mapping[str, str]) -> None:
        super().__init__({name: data.get(name, "") for name in self.base_fields})
        self.is_narrowed = any(self.data[name] for name in self.base_fields if name != "after")
        self.fields["rule"].choices = [("", "All"), *rules.items()]  # type: ignore[attr-defined]
