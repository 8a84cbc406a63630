"""The forms of an import: which file, what its columns mean, and whether to ask."""

from collections.abc import Sequence
from typing import Any

from django import forms

from console.forms.fields import LineField, ZoneField
from surveys.models import Import, Touchpoint
from surveys.rules.meanings import KEPT, LABELS, LARGEST_FILE, OUT, PARTS, Kind, choice_faults
from surveys.rules.metrics import SCALES, Metric
from surveys.rules.moments_written import ORDERS, Order

KINDS = {
    Kind.CUSTOMERS: "Customers",
    Kind.INTERACTIONS: "Interactions",
    Kind.RESPONSES: "Past responses",
}
SAYS = {
    Metric.NPS: "0 to 10: would recommend (NPS)",
    Metric.CSAT: "1 to 5: satisfied (CSAT)",
    Metric.FACES: "Five faces, 1 to 5 (CSAT by faces)",
    Metric.CES: "1 to 7: made it easy (CES)",
}
NEW_KIND = [
    (Touchpoint.Kind.SERVICE.value, "Service: somebody was helped"),
    (Touchpoint.Kind.EXPERIENCE.value, "Experience: buying, using, paying"),
]


class UploadForm(forms.Form):
    """One file of one kind."""

    kind = forms.ChoiceField(
        choices=[(kind.value, name) for kind, name in KINDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the file holds."},
    )
    file = forms.FileField(
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={
            "required": "Choose a file first.",
            "empty": "This file is empty: nothing stands in it.",
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                "This file is larger than 10 MB. Cut it into several; rows that are in two of them "
                "come in once."
            )
        return file


class ColumnsForm(forms.Form):
    """What each column means, and how dates, scores and places are read."""

    zone = ZoneField(
        label="Time zone",
        help_text="Of times that carry no offset of their own.",
    )
    order = forms.ChoiceField(
        label="Dates are written",
        choices=[(order.value, label) for order, label in ORDERS.items()],
    )
    metric = forms.ChoiceField(
        label="Scale of the score",
        choices=[(metric.value, label) for metric, label in SAYS.items()],
    )
    place = LineField(
        label="Touchpoint",
        required=False,
        max_length=120,
        help_text="Where it was, for rows that name no touchpoint. A new name makes a new one.",
    )
    touchpoint_kind = forms.ChoiceField(label="New touchpoints are", choices=NEW_KIND)
    source = LineField(
        label="Source",
        max_length=40,
        help_text="The system the file comes from. With it an id is known again.",
    )

    def __init__(self, file: Import, data: Any = None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.file, self.kind = file, Kind(file.kind)
        self.chosen_faults: list[str] = []
        for name in self._unneeded():
            del self.fields[name]
        if "place" in self.fields:
            self.fields["place"].widget.attrs["list"] = "place-names"
        for place, heading in enumerate(file.header):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                choices=meanings(self.kind),
                required=False,
                initial=file.meanings[place] if place < len(file.meanings) else OUT,
                label=heading or f"Column {place + 1}",
            )
            self.fields[f"column-{place}"].widget.attrs |= {
                "class": "form-select",
                "aria-label": f"What column {place + 1} says",
            }

    def _unneeded(self) -> Sequence[str]:
        if self.kind is Kind.CUSTOMERS:
            return ("zone", "order", "metric", "place", "touchpoint_kind", "source")
        return ("metric",) if self.kind is Kind.INTERACTIONS else ()

    @property
    def columns(self) -> list[Any]:
        return [self[f"column-{place}"] for place in range(len(self.file.header))]

    @property
    def options(self) -> list[Any]:
        return [field for field in self if not field.name.startswith("column-")]

    @property
    def meanings(self) -> list[str]:
        return [
            self.cleaned_data.get(f"column-{place}", OUT) for place in range(len(self.file.header))
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(name.startswith("column-") for name in self.errors):
            self.chosen_faults = choice_faults(
                self.kind, self.file.header, self.meanings, cleaned.get("place") or ""
            )
            for fault in self.chosen_faults:
                self.add_error(None, fault)
        return cleaned

    def said(self) -> dict[str, Any]:
        """The options as they are kept with the file."""
        given = {"zone": "UTC", "order": Order.YEAR.value, "metric": "", "place": "",
                 "touchpoint_kind": Touchpoint.Kind.SERVICE.value, "source": "import"}  # fmt: skip
        return given | {name: self.cleaned_data[name] for name in given if name in self.fields}


def meanings(kind: Kind) -> list[tuple[str, Any]]:
    """What a column of such a file may say."""
    kept = "Keep as a property" if kind is Kind.CUSTOMERS else "Keep as context"
    return [
        (OUT, "Leave out"),
        *((part, LABELS[part]) for part in PARTS[kind]),
        (KEPT, kept),
    ]


class StartForm(forms.Form):
    """Whether those who may be asked are asked."""

    asks = forms.BooleanField(required=False)


def scale_of(samples: Sequence[str]) -> Metric:
    """The smallest scale on which all these scores lie."""
    numbers = [int(one) for one in samples if one.strip().isascii() and one.strip().isdigit()]
    for metric in (Metric.CSAT, Metric.CES):
        if numbers and all(number in SCALES[metric].scores for number in numbers):
            return metric
    return Metric.NPS
