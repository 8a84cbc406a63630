"""What a list of answers is narrowed by besides its boxes: each part with the way without it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from console.forms.filters import FEELINGS, PAIRED, STATES, ResponseFilter
from console.periods import days_text
from metrics.rules.segments import split
from surveys.models import Company, Programme, PublicLink, Question, Stage, Touchpoint

BUT = "but_"
THEN = (*PAIRED, "elsewhere")
# Parts told by their names: how, and of what.
NAMED: dict[str, tuple[str, type[Company | Programme | PublicLink | Stage | Touchpoint]]] = {
    "company": ("of ", Company),
    "link": ("by ", PublicLink),
    "stage": ("in ", Stage),
    "programme": ("", Programme),
    "touchpoint": ("", Touchpoint),
}
KINDS = {
    "programme_kind": {
        "transactional": "asked right after",
        "relational": "asked about the relationship",
    },
    "touchpoint_kind": {"service": "at service", "experience": "at experience touchpoints"},
    "feeling": {name: f"felt {word}" for name, word in FEELINGS.items()},
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
    quiet = form.kept_quietly
    # Parts that go as a whole, whatever they are made of.
    but = [pair for pair in quiet if pair[0].startswith(BUT)]
    then = [pair for pair in quiet if pair[0] in THEN]

    def chip(text: str, gone: Sequence[tuple[str, str]]) -> Chip:
        return Chip(text=text, query=urlencode([pair for pair in pairs if pair not in gone]))

    chips = [chip(_text(*mine), [mine]) for mine in quiet if mine not in (*but, *then)]
    if but:
        told = ", ".join(_text(name.removeprefix(BUT), value) for name, value in but)
        chips.append(chip(f"without {told}", but))
    if paired := form.cleaned_data["paired"]:
        how = "stood elsewhere" if form.cleaned_data["elsewhere"] else "also there"
        chips.append(chip(f"{how} {days_text(paired)}", then))
    return chips


def _text(name: str, value: str) -> str:
    if name in KINDS:
        return KINDS[name].get(value, value)
    if name == "question":
        asked = Question.objects.filter(pk=value).values_list("text", flat=True).first()
        return f"\u201c{asked}\u201d answered"
    if name == "segment":
        return " = ".join(split(value))
    if name in NAMED:
        how, model = NAMED[name]
        return f"{how}{model.objects.filter(pk=value).values_list('name', flat=True).first()}"
    return f"\u201c{value}\u201d" if name == "q" else f"{name} {value}"
