"""Reference pages that are read from the code: settings, API, metrics and events."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from api.reference import description
from followup.rules.happenings import MEANINGS, Type
from metrics.statistics.definitions import DEFAULTS, Definition, Kind

SETTINGS = Path(__file__).resolve().parent.parent.parent / ".env.example"
METHODS = ("get", "post", "put", "patch", "delete")
NAMES = {Kind.NPS: "NPS", Kind.CSAT: "CSAT", Kind.FACES: "CSAT (faces)", Kind.CES: "CES"}


def settings_page(text: str) -> str:
    """The environment as `.env.example` explains it, one heading for each group."""
    intro = (
        "Read from the environment, once, at the start. `.env.example` holds the same lines to "
        "fill in; a secret has no default."
    )
    parts = ["# Settings", intro]
    for words, names in _groups(text.splitlines()):
        parts += ["## " + ", ".join(f"`{name}`" for name, _ in names), words]
        parts += [f"Usually `{value}`." for _, value in names if value]
    return "\n\n".join(part for part in parts if part) + "\n"


def _groups(lines: Iterable[str]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What stands above some names, and the names with their usual values."""
    words: list[str] = []
    names: list[tuple[str, str]] = []
    for line in [*lines, "#"]:
        name, is_setting, value = line.partition("=")
        if is_setting and not line.startswith("#"):
            names.append((name, value))
            continue
        if names:
            yield " ".join(words), names
            words, names = [], []
        if not line.strip():
            words = []
        elif line.startswith("#"):
            words.append(line.removeprefix("#").strip())


def metrics_page(definitions: Mapping[Kind, Definition]) -> str:
    rows = [
        (
            NAMES[kind],
            one.words,
            str(one.scale),
            "groups of the NPS" if one.cut is None else f"from {one.cut}",
            f"{one.smallest_change:.0%}",
            f"{one.change_to_see:.0%}",
            f"{one.window_days} days",
        )
        for kind, one in definitions.items()
    ]
    head = ("Metric", "Counts", "Scale", "Good", "Matters from", "To be seen", "Without a period")
    return (
        "# Metrics, version 1\n\nWhat the product begins with; each organisation makes versions of "
        "its own under Settings > Definitions. [Every formula with its paper](../metrics.md).\n\n"
        + _table(head, rows)
    )


def events_page() -> str:
    rows = [(f"`{one.value}`", f"`{one.subject}`", MEANINGS[one]) for one in Type]
    return (
        "# Events\n\nWhat a [webhook](../webhooks.md) can be told. Each body begins with the type; "
        "how it is signed, tried again and compared stands with the webhooks.\n\n"
        + _table(("Type", "About", "What happened"), rows)
    )


def api_page(document: Mapping[str, Any]) -> str:
    """Every operation by its resource; the installation's own `/api/v1/docs` tries them."""
    by_tag: dict[str, list[tuple[str, str]]] = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if operation := operations.get(method):
                call = f"`{method.upper()} {path.removeprefix('/api/v1')}`"
                said = str(operation.get("summary", ""))
                by_tag.setdefault(operation["tags"][0], []).append((call, said))
    intro = (
        "Below `/api/v1`. Begin with [the quick start](../api.md); fields, filters and answers "
        "stand in each installation under `/api/v1/docs` and `/api/v1/openapi.json`."
    )
    parts = ["# API, call by call", intro]
    for tag, calls in sorted(by_tag.items()):
        parts += [f"## {tag}", _table(("Call", "What it does"), calls)]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[str, str]:
    """The address of each page below docs/, and its text."""
    return {
        "reference/settings.md": settings_page(SETTINGS.read_text()),
        "reference/metrics.md": metrics_page(DEFAULTS),
        "reference/events.md": events_page(),
        "reference/api.md": api_page(json.loads(description())),
    }


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(each) for each in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
