"""`python -m tests.entrance [--check]`: the style of the pages before the door, inside them.

Whoever comes for the first time has no sheet yet: a second trip for 25 kB of which these pages use
a third. So they carry what they use themselves: the rules of the three sheets, in their order,
whose classes, elements and attributes stand in one of these pages' templates. With --check nothing
is written: fails where the committed rules are others.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.trimming import (
    CARRIED,
    FIELD,
    ROOT,
    Rule,
    keep,
    names_of_fields,
    selectors,
    templates_of_fields,
    trimmed,
)

STATIC = ROOT / "console/static/console"
SHEETS = ("vendor/tabler/tabler.css", "console.css", "entrance.css")
NOTE = "{# Made by `python -m tests.entrance`; never edited by hand. #}{% load static %}"
# What forms draw in Python, and what browsers say of it.
ELEMENTS = {"html", "body", "input", "select", "option", "textarea", "label", "button"}
ATTRIBUTES = {"type", "hidden", "disabled", "multiple", "size", "aria-current"}
_BELOW = re.compile(r"""{% (?:extends|include) ["']([^"']+)""")
_CLASS = re.compile(r'class="([^"]*)"|block body_class %}([^{]*)')
_ELEMENT = re.compile(r"<([a-z][a-z0-9]*)")
_ATTRIBUTE = re.compile(r"\s([a-z][a-z-]*)=")
_NAMED = re.compile(r"(?<![\w.#-])[a-z][a-z0-9]*")
_ADDRESS = re.compile(r'url\("(vendor/[^"]+)"\)')
_WORD = re.compile(r"[A-Za-z_][\w-]*")


@dataclass(frozen=True)
class Used:
    """What stands in the templates of these pages."""

    classes: frozenset[str]
    elements: frozenset[str]
    attributes: frozenset[str]

    def fits(self, selector: str) -> bool:
        """Whether these pages have its elements and attributes; the brackets of `:is()` aside."""
        bare = selector
        while (inner := re.sub(r"\([^()]*\)", "", bare)) != bare:
            bare = inner
        named = {*re.findall(r"\[([\w-]+)", bare)}
        bare = re.sub(r"\[[^\]]*\]|::?[\w-]+", "", bare)
        return named <= self.attributes and {*_NAMED.findall(bare)} <= self.elements


def main(*asked: str) -> int:
    return keep(CARRIED, style(), asked, by="tests.entrance")


def style() -> str:
    """The rules as a part of a template: their fonts are static files like all others."""
    text = "".join((STATIC / name).read_text(encoding="utf-8") for name in SHEETS)
    found = used()
    kept = [*_fitting(trimmed(text, {*found.classes}), found)]
    lines = map(str, trimmed("".join(map(str, kept)), {*found.classes}))
    return _ADDRESS.sub(r"""url("{% static 'console/\1' %}")""", "\n".join([NOTE, *lines]) + "\n")


def used() -> Used:
    texts = [path.read_text(encoding="utf-8") for path in _templates()]
    classes = {
        name
        for text in texts
        for said in _CLASS.findall(text)
        for name in _WORD.findall(" ".join(said))
    }
    fields = [path.read_text(encoding="utf-8") for path in templates_of_fields(FIELD)]
    drawn = names_of_fields([ROOT / "console/signin"]).union(*map(_WORD.findall, fields))
    return Used(
        classes=frozenset(classes | drawn),
        elements=frozenset(ELEMENTS.union(*map(_ELEMENT.findall, texts))),
        attributes=frozenset(ATTRIBUTES.union(*map(_ATTRIBUTE.findall, texts))),
    )


def _templates() -> Iterator[Path]:
    """Every page that is one of these, all that it stands on, and what draws its fields."""
    below = ROOT / "templates"
    ours = [path for path in sorted(below.rglob("*.html")) if "signin/base.html" in _names_in(path)]
    ahead, seen = ours, set[Path]()
    while ahead:
        path = ahead.pop()
        if path not in seen and path.exists():
            seen.add(path)
            ahead += [below / name for name in _names_in(path)]
    yield from sorted(seen)
    yield from templates_of_fields(FIELD)


def _names_in(path: Path) -> list[str]:
    return _BELOW.findall(path.read_text(encoding="utf-8"))


def _fitting(rules: Iterable[Rule], found: Used) -> Iterator[Rule]:
    for rule in rules:
        if rule.head.startswith(("@keyframes", "@font-face")):
            yield rule
        elif rule.rules:
            yield replace(rule, rules=tuple(_fitting(rule.rules, found)))
        else:
            heads = [one for one in selectors(rule.head) if found.fits(one)]
            yield replace(rule, head=",".join(heads), declared=rule.declared if heads else ())


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
