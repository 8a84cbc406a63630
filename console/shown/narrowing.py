"""What a list of answers is narrowed by besides its boxes: each part with the way without it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from console.forms.filters import STATES, ResponseFilter
from surveys.models import Company, Stage

KINDS = {
    "programme_kind": {
        "transactional": "asked right after",
        "relational": "asked about the relationship",
    },
    "touchpoint_kind": {"service": "at service", "experience": "at experience touchpoints"},
    "state": {key: text.lower() for key, text in STATES.items()},
    "latest": {"on": "the latest of each customer"},
    "suspects": {"on": "suspected machines too"},
    "scored": {"on": "with a score"},
}


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One part of the filter in words, and the address without it."""

    text: str
    query: str


def chips_of(form: ResponseFilter) -> list[Chip]:
    """Return what links from numbers asked for and no box shows."""
    pairs = [
        (name, value) for name, values in form.asked.lists() for value in values if name != "after"
    ]
    return [
        Chip(text=_text(name, value), query=urlencode([pair for pair in pairs if pair != mine]))
        for mine in form.kept_quietly
        for name, value in [mine]
    ]


def _text(name: str, value: str) -> str:
    if name in KINDS:
        return KINDS[name].get(value, value)
    if name == "segment":
        return " = ".join(value.split(":", 1))
    if name == "company":
        return f"of {Company.objects.filter(pk=value).values_list('name', flat=True).first()}"
    if name == "stage":
        return f"in {Stage.objects.filter(pk=value).values_list('name', flat=True).first()}"
    return f"{name} {value}"
