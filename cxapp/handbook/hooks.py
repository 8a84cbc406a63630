"""What MkDocs is told while it builds: the reference made from the code, and the decisions."""

import re
from pathlib import Path

import django
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

DECISIONS = Path(__file__).resolve().parent.parent.parent / "docs" / "decisions"
HEADING = re.compile(r"^# (?:\d+\. )?(.+)$", re.MULTILINE)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that nobody writes by hand."""
    django.setup()
    from cxapp.handbook.reference import pages  # noqa: PLC0415  (the product's settings come first)

    for uri, text in {**pages(), "decisions/index.md": decisions()}.items():
        files.append(File.generated(config, uri, content=text))
    return files


def decisions() -> str:
    """A list of all records, newest first."""
    paths = sorted(DECISIONS.glob("[0-9]*.md"), reverse=True)
    found = [(path.name, HEADING.search(path.read_text())) for path in paths]
    lines = [f"- [{int(name[:4])}. {head[1]}]({name})" for name, head in found if head]
    return "# Decisions\n\nWhy things are as they are, one page each.\n\n" + "\n".join(lines)
