"""The form behind the address of every page with figures."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from console.forms.fields import LineField
from console.forms.filters import COUNTED_BY, PERIOD, Filter
from console.problems import BadAddress
from metrics.rules.dimensions import VALUE_LENGTH
from metrics.rules.segments import split
from metrics.rules.windows import Against

KEY_LENGTH = 60
MOST_SEGMENTS = 8
SEGMENT = LineField(max_length=2 * KEY_LENGTH + 1 + VALUE_LENGTH)  # each sign may be escaped
AGAINST = "against"
AGAINST_DAYS = ("against_from", "against_to")
# In the order in which links write them.
NAMES = (
    AGAINST, *AGAINST_DAYS, "programme", "touchpoint", "segment", "q", "suspects", "definition",
)  # fmt: skip
# A form without a script cannot join two boxes; the page goes on to `segment=key:value`.
TYPED = ("segment_key", "segment_value")


class SelectionForm(Filter):
    """Comparison, programme, touchpoint, segments, words, suspects; the period has its own form."""

    after = None  # type: ignore[assignment]
    against = forms.ChoiceField(choices=[(one.value, "") for one in Against], required=False)
    against_from = forms.DateField(required=False, label="Compare from")
    against_to = forms.DateField(required=False, label="Compare to")
    programme = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    touchpoint = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    q = LineField(max_length=200, required=False, label="Words in the comment")
    suspects = forms.ChoiceField(choices=[("on", "")], required=False)

    def __init__(
        self,
        data: QueryDict,
        *,
        programmes: Sequence[tuple[int, str]],
        touchpoints: Sequence[tuple[int, str]],
        without: Collection[str] = (),
        also: Collection[str] = (),
    ) -> None:
        super().__init__(data)
        self.extra = PERIOD | COUNTED_BY | {"segment", *also}
        self.fields["programme"].choices = [("", ""), *programmes]  # type: ignore[attr-defined]
        self.fields["touchpoint"].choices = [("", ""), *touchpoints]  # type: ignore[attr-defined]
        for name in without:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if set(AGAINST_DAYS) & set(self.errors):
            return cleaned
        first, last = (cleaned.get(name) for name in AGAINST_DAYS)
        if (first is None) != (last is None):
            self.add_error("against_to", "A comparison needs both its first and its last day.")
        if first and last and first > last:
            self.add_error("against_to", "The first day lies after the last one.")
        if (first or last) and cleaned.get(AGAINST):
            self.add_error("against_to", "Send against, or two days, not both.")
        return cleaned


def read_segments(data: QueryDict, name: str = "segment") -> tuple[tuple[str, str], ...]:
    """Read `segment=key:value`, any number of them; raises BadAddress."""
    found: dict[str, str] = {}
    given = data.getlist(name)
    for text in given:
        key, value = _segment(text)
        if found.get(key, value) != value:
            raise BadAddress(f"segment: {key} can have one value at a time.")
        found[key] = value
    if len(found) > MOST_SEGMENTS:
        raise BadAddress(f"segment: at most {MOST_SEGMENTS} at a time.")
    return tuple(found.items())


def _segment(text: str) -> tuple[str, str]:
    try:
        key, value = split(str(SEGMENT.clean(text)))
    except forms.ValidationError as refused:
        raise BadAddress(f"segment: {refused.messages[0]}") from refused
    key, value = key.strip(), value.strip()
    if not (0 < len(key) <= KEY_LENGTH and 0 < len(value) <= VALUE_LENGTH):
        raise BadAddress("segment: a property and its value are needed, such as plan:Basic.")
    return key, value
