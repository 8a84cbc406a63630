"""Kept views in words: which page each opens, and what of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, unquote

from django.urls import Resolver404, resolve, reverse

from console.forms.filters import GROUPS, METRICS, ORIGINS, STATES
from console.periods import days_text
from console.shown.narrowing import KINDS
from kit.periods import Period
from metrics.models import SavedView
from metrics.rules.segments import split
from reports.rules.both_words import FELT, SERVED
from surveys.models import Company, Programme, Response, Tag, Touchpoint
from surveys.rules.metrics import name_of

# What a page is called; of those about one thing its name follows.
TITLES = {
    "overview": "Overview", "gap": "Gap", "gap_people": "Whom to talk to today",
    "journey": "Journey", "segments_of": "Segments", "segment": "Segment", "compare": "Compare",
    "responses": "Responses", "touchpoints": "Touchpoints", "touchpoint": "Touchpoint",
    "touchpoint_asked": "Asked or not", "touchpoint_people": "Who was met at",
    "asked": "Whom we asked",    "touchpoint_questions": "Follow-up questions",
    "customers": "Customers", "companies": "Companies", "company": "Company",
    "programmes": "Programmes", "programme": "Programme", "decisions": "Every decision",
    "delivery": "Delivery", "programme_questions": "Follow-up questions",
}  # fmt: skip
ABOUT: dict[str, type[Company | Programme | Tag | Touchpoint]] = {
    "company": Company,
    "programme": Programme,
    "tag": Tag,
    "touchpoint": Touchpoint,
}
CHOICES: dict[str, Mapping[str, str]] = {
    **KINDS,
    "metric": {"service": "service", "experience": "experience", **dict(METRICS)},
    "group": {key: name.lower() for key, name in GROUPS},
    "standing": {
        **{key: str(name).lower() for key, name in Response.Standing.choices},
        "superseded": "answered anew since",
    },
    "origin": {one.value: name.lower() for one, name in ORIGINS.items()},
    "against": {"before": "beside as many days before", "year": "beside the same weeks a year ago"},
    "suspects": {"on": "suspected machines too"},
    "commented": {"on": "with a comment"},
    "served": {each.value: SERVED[each].lower() for each in SERVED},
    "felt": {each.value: FELT[each].lower() for each in FELT},
    "state": {key: name.lower() for key, name in STATES.items()},
    "rest": {"on": "everybody else"},
    "elsewhere": {"on": "who stood elsewhere then"},
}
OTHER, BUT = "b_", "but_"
Names = Mapping[str, Mapping[str, str]]
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One view: the page it opens, and each part of what it shows."""

    view: SavedView
    page: str
    parts: Sequence[str]


def view_lines(views: Sequence[SavedView], slug: str) -> list[Line]:
    """Say each address in words; one statement for each kind of thing that any of them names."""
    read = [(view, *_read(view, slug)) for view in views]
    names = _names(read)
    return [
        Line(
            view=view,
            page=_titled(name, about, names),
            parts=list(_parts(query, names)) or ["as it opens"],
        )
        for view, name, about, query in read
    ]


def _read(view: SavedView, slug: str) -> tuple[str, dict[str, str], Pairs]:
    """The page's name in the addresses, what its path is about, and its query."""
    query = [pair for pair in parse_qsl(view.query) if pair[1]]
    try:
        match = resolve(reverse("console:overview", args=[slug]) + unquote(view.page))
    except Resolver404:
        return view.page, {}, query
    about = {key.removesuffix("_id"): str(value) for key, value in match.kwargs.items()}
    return match.url_name or "", about, query


def _names(read: Sequence[tuple[SavedView, str, dict[str, str], Pairs]]) -> Names:
    wanted: dict[str, set[int]] = {}
    for _, _, about, query in read:
        for name, value in [*about.items(), *query]:
            kind = name.removeprefix(OTHER).removeprefix(BUT)
            if kind in ABOUT and value.isdecimal():
                wanted.setdefault(kind, set()).add(int(value))
    return {
        kind: {
            str(pk): name
            for pk, name in ABOUT[kind].objects.filter(pk__in=ids).values_list("pk", "name")
        }
        for kind, ids in wanted.items()
    }


def _titled(name: str, about: Mapping[str, str], names: Names) -> str:
    title = TITLES.get(name, name)
    if "key" in about:
        return f"{title}: {about['key']}" + (f" = {about['value']}" if "value" in about else "")
    named = next(
        (names[kind].get(pk, "gone since") for kind, pk in about.items() if kind in names), ""
    )
    return f"{title}: {named}" if named else title


def _parts(query: Pairs, names: Names) -> Iterator[str]:
    """The sides of a comparison one after the other, each with its days first."""
    for prefix, lead in (("", ""), (OTHER, "beside ")):
        side = [
            (name.removeprefix(prefix), value)
            for name, value in query
            if name.startswith(OTHER) == bool(prefix)
        ]
        told = [*_days(dict(side)), *(text for pair in side if (text := _text(*pair, names)))]
        yield from (lead + text for text in told)


def _days(side: Mapping[str, str]) -> Iterator[str]:
    if days := side.get("days"):
        yield f"last {days} days"
    if shown := _between(side, ""):
        yield shown
    if compared := _between(side, "against_"):
        yield f"beside {compared}"
    if paired := _between(side, "paired_"):
        yield f"also there {paired}"


def _between(side: Mapping[str, str], prefix: str) -> str:
    try:
        first, last = (date.fromisoformat(side.get(f"{prefix}{end}", "")) for end in ENDS)
    except ValueError:
        return ""
    return days_text(Period(first, last))


def _text(name: str, value: str, names: Names) -> str:
    if name in DAYS:
        return ""
    if name.startswith(BUT):
        return f"without {_text(name.removeprefix(BUT), value, names)}"
    if name in names:
        return f"{name} {names[name].get(value, 'gone since')}"
    if write := WRITTEN.get(name):
        return write(value)
    return CHOICES.get(name, {}).get(value, f"{name.replace('_', ' ')} {value}")


def _quoted(words: str) -> str:
    return f"\u201c{words}\u201d"


def _version(text: str) -> str:
    metric, _, version = text.partition("@")
    return f"{name_of(metric)} by version {version}"


ENDS = ("from", "to")
DAYS = frozenset({"days", *ENDS, *(f"{of}_{end}" for of in ("against", "paired") for end in ENDS)})
WRITTEN: dict[str, Callable[[str], str]] = {
    "q": _quoted,
    "said": _quoted,
    "segment": lambda value: " = ".join(split(value)),
    "definition": _version,
}
