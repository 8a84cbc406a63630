"""The reference names what the code has: every call, event, metric and setting, once."""

import json
import re
from pathlib import Path

from api.reference import description
from cxapp.handbook.hooks import decisions
from cxapp.handbook.reference import METHODS, pages, settings_page
from followup.rules.happenings import Type

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def first_cells(page):
    return re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)


def test_every_call_of_the_description_stands_there_with_what_it_does():
    paths = json.loads(description())["paths"]
    calls = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, operations in paths.items()
        for method in METHODS
        if method in operations
    }
    page = pages()["reference/api.md"]

    assert sorted(first_cells(page)) == sorted(calls)
    assert re.findall(r"^\| `[^`]+` \|\s*\|$", page, re.MULTILINE) == []


def test_every_event_and_every_metric_stands_there():
    made = pages()

    assert first_cells(made["reference/events.md"]) == [one.value for one in Type]
    rows = made["reference/metrics.md"].splitlines()
    assert "| CSAT | answers 4 and 5" in made["reference/metrics.md"].replace("Answers", "answers")
    assert len([row for row in rows if row.startswith("| ")]) == 6


def test_every_setting_of_the_example_stands_there_with_its_words():
    text = (ROOT / ".env.example").read_text()
    names = re.findall(r"^([A-Z_]+)=", text, re.MULTILINE)
    page = settings_page(text)

    assert re.findall(r"`([A-Z_]+)`", " ".join(re.findall(r"^## .+$", page, re.MULTILINE))) == names
    assert settings_page("# Says.\nONE=\n\n# Else\n# here.\nTWO=3\nTHREE=\n") == (
        page[: page.index("\n\n## ")]
        + "\n\n## `ONE`\n\nSays.\n\n## `TWO`, `THREE`\n\nElse here.\n\nUsually `3`.\n"
    )


def test_every_variable_that_compose_hands_on_is_in_the_example():
    names = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    known = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert names <= known | {"ROLES_FILE"}


def test_decisions_are_listed_newest_first_and_none_is_lost():
    listed = re.findall(r"\]\((\d+)-", decisions())
    files = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")]

    assert listed == sorted(files, reverse=True)
