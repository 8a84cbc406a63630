"""`python -m tests.trimming [--check]`: Tabler's style sheet without the rules that no page uses.

A rule stays where each class it names is a word of some template, script or Python text that
pages are made of; so does a variable that something left reads. What is kept stands in Tabler's
own order and words. With --check nothing is written: fails where the committed sheet is another.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WHOLE = ROOT / "tests/vendor/tabler.min.css"
IN_USE = ROOT / "console/static/console/vendor/tabler/tabler.css"
CARRIED = ROOT / "templates/signin/_style.css"  # made of this one, by `python -m tests.entrance`
NOTE = "/* Cut to the rules in use by `python -m tests.trimming`; never edited by hand. */"
# Where names of classes stand: in ours, and in what draws a field of a form.
OURS = ("templates", "accounts", "api", "console", "cxapp", "kit", "reports", "respond")
FIELD = "bootstrap5/field.html"
KINDS = (".html", ".svg", ".js", ".py")

_WORD = re.compile(r"[A-Za-z_][\w-]*")
_CLASS = re.compile(r"\.((?:\\.|[\w-])+)")
_CLASSES = re.compile(r"[a-z0-9_ -]{1,60}")
_READ = re.compile(r"var\(\s*(--[\w-]+)")
_MOVED = re.compile(r"animation(?:-name)?:([^;}]*)")
_PIECES = re.compile(
    r"""/\*.*?\*/|[{};]|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^{};"'/]+|.""", re.DOTALL
)


@dataclass(frozen=True)
class Rule:
    """A selector or a condition with its declarations or its rules; `@charset` has neither."""

    head: str
    declared: tuple[str, ...] = ()
    rules: tuple["Rule", ...] = field(default=())

    def __str__(self) -> str:
        if not self.declared and not self.rules:
            return f"{self.head};"
        inner = "".join(map(str, self.rules)) if self.rules else ";".join(self.declared)
        return f"{self.head}{{{inner}}}"


def main(*asked: str) -> int:
    return keep(IN_USE, sheet(), asked, by="tests.trimming")


def keep(place: Path, made: str, asked: Sequence[str], *, by: str) -> int:
    """Write what was made to its place, or with --check only tell whether it is what stands there.

    Returns the exit code; `by` is the module to run where it is stale.
    """
    if "--check" not in asked:
        place.write_text(made, encoding="utf-8")
        return 0
    if place.exists() and place.read_text(encoding="utf-8") == made:
        return 0
    sys.stderr.write(f"{place.relative_to(ROOT)} is stale: python -m {by}\n")
    return 1


def sheet() -> str:
    """The sheet in use, with its licence above it."""
    text = WHOLE.read_text(encoding="utf-8")
    licence = re.search(r"/\*!.*?\*/", text, re.DOTALL)
    assert licence is not None
    own = "".join(path.read_text(encoding="utf-8") for path in _files(OURS, (".css", *KINDS)))
    kept = trimmed(text, words(), set(_READ.findall(own)))
    return f'@charset "UTF-8";{licence[0]}\n{NOTE}\n' + "\n".join(map(str, kept)) + "\n"


def words() -> set[str]:
    """Every word of what pages are made of."""
    found = set[str]()
    for path in [*_files(OURS, KINDS), *templates_of_fields(FIELD), *_tags_of_fields()]:
        text = path.read_text(encoding="utf-8")
        for told in _told(text) if path.suffix == ".py" else [text]:
            found.update(_WORD.findall(told))
    return found


def trimmed(text: str, used: set[str], read: Iterable[str] = ()) -> list[Rule]:
    """The rules that fit these words, with the variables that they or `read` go by."""
    pieces = (piece for piece in _PIECES.findall(text) if not piece.startswith("/*"))
    rules = [rule for rule in _rules(pieces) if not rule.head.startswith("@charset")]
    fitting = _fitting(rules, used)
    before = -1
    while before != (now := sum(len(str(rule)) for rule in fitting)):
        before, left = now, "".join(map(str, fitting))
        fitting = _needed(fitting, {*_READ.findall(left), *read}, _moved(left))
    return fitting


def _files(places: Iterable[str], kinds: tuple[str, ...]) -> Iterator[Path]:
    for place in places:
        below = (path for path in sorted((ROOT / place).rglob("*")) if path.suffix in kinds)
        yield from (path for path in below if path not in {IN_USE, CARRIED})


def templates_of_fields(name: str) -> Iterator[Path]:
    """A template of crispy forms, and those that it includes."""
    path = _installed("crispy_bootstrap5") / "templates" / name
    yield path
    for inner in re.findall(r"include ['\"]([^'\"]+)", path.read_text(encoding="utf-8")):
        yield from templates_of_fields(inner)


def names_of_fields(places: Iterable[Path]) -> set[str]:
    """The classes that forms in these places may give to their fields."""
    modules = (path for place in places for path in sorted(place.rglob("*.py")))
    return {
        word
        for path in [*modules, *_tags_of_fields()]
        for told in _told(path.read_text(encoding="utf-8"))
        for word in _WORD.findall(told)
    }


def _tags_of_fields() -> Iterator[Path]:
    return (_installed("crispy_forms") / "templatetags").glob("*.py")


def _installed(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _told(text: str) -> Iterator[str]:
    """The texts of a module that may be classes; sentences, which speak to people, are none."""
    for node in ast.walk(ast.parse(text)):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and _CLASSES.fullmatch(value):
            yield value


def _rules(pieces: Iterator[str]) -> Iterator[Rule]:
    """Read rules up to the brace that closes them."""
    head = ""
    for piece in pieces:
        if piece == "}":
            return
        if piece == ";":
            yield Rule(head.strip())
            head = ""
        elif piece == "{":
            yield _rule(head.strip(), pieces)
            head = ""
        else:
            head += piece


def _rule(head: str, pieces: Iterator[str]) -> Rule:
    if head.startswith(("@media", "@supports", "@keyframes", "@layer", "@container")):
        return Rule(head, rules=tuple(_rules(pieces)))
    declared, said = list[str](), ""
    for piece in pieces:
        if piece == "{":
            raise ValueError(f"A rule inside the rule {head}.")
        if piece in ";}":
            declared.append(said.strip())
            said = ""
            if piece == "}":
                break
        else:
            said += piece
    return Rule(head, tuple(one for one in declared if one))


def _fitting(rules: Iterable[Rule], used: set[str]) -> list[Rule]:
    """Without the selectors that name a class nobody bears, and what is empty after that."""
    kept = []
    for rule in rules:
        if rule.head.startswith(("@keyframes", "@font-face")):
            kept.append(rule)
        elif rule.rules:
            if inner := _fitting(rule.rules, used):
                kept.append(replace(rule, rules=tuple(inner)))
        elif heads := [one for one in selectors(rule.head) if fits(one, used)]:
            kept.append(replace(rule, head=",".join(heads)))
    return [rule for rule in kept if rule.rules or rule.declared]


def selectors(head: str) -> list[str]:
    """Divide a list of selectors at its own commas, not at those inside brackets."""
    found, depth = [""], 0
    for letter in head:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return found


def fits(selector: str, used: set[str]) -> bool:
    """Whether somebody bears each class; what :not() and :is() name may be borne or not."""
    bare, before = re.sub(r"\[[^\]]*\]", "", selector), ""
    while bare != before:
        before, bare = bare, re.sub(r"\([^()]*\)", "", bare)
    return all(name.replace("\\", "") in used for name in _CLASS.findall(bare))


def _moved(text: str) -> set[str]:
    return {name for names in _MOVED.findall(text) for name in _WORD.findall(names)}


def _needed(rules: Iterable[Rule], read: set[str], moved: set[str]) -> list[Rule]:
    """Without variables and movements that nothing left goes by."""
    kept = []
    for rule in rules:
        is_frames = rule.head.startswith("@keyframes")
        if is_frames and rule.head.split()[1] not in moved:
            continue
        inner = rule.rules if is_frames else tuple(_needed(rule.rules, read, moved))
        stated = tuple(one for one in rule.declared if _is_read(one, read))
        if inner or stated:
            kept.append(replace(rule, rules=inner, declared=stated))
    return kept


def _is_read(declared: str, read: set[str]) -> bool:
    return not declared.startswith("--") or declared.partition(":")[0].strip() in read


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
