"""Bring the catalogues of translations up to date with the product's texts, and compile them.

For whoever changes a text: new sentences are added without words, changed ones keep their old
words marked as fuzzy, gone ones leave. Needs the tools of `pip install .[test]`; an installation
needs neither them nor this command, for the compiled catalogues are committed.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import to_locale

from cxapp.catalogues import Entry, entries
from surveys.rules.languages import NAMES, SOURCE, SPOKEN, django_tag

HEADER = "What customers read in {name}, by its place and its English."
DRAFT = "machine-drafted"
KEPT = ("X-State", "X-Reviewed-By")
# No sentence of ours depends on a number so far; translators' tools want the rule all the same.
TWO, ONE = "nplurals=2; plural=(n != 1);", "nplurals=1; plural=0;"
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 ? 4 : 5);",
    "zh": ONE,
    "ja": ONE,
}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reviewed", nargs=2, metavar=("LANGUAGE", "WHO"))

    def handle(self, *_args: Any, reviewed: list[str] | None = None, **_options: Any) -> None:
        for language in SPOKEN:
            if language != SOURCE:
                who = reviewed[1] if reviewed and reviewed[0] == language else None
                self._refresh(language, who)

    def _refresh(self, language: str, reviewer: str | None) -> None:
        path = catalogue_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        old = polib.pofile(str(path)) if path.exists() else polib.POFile()
        new = refreshed(language, old, reviewer)
        new.save(str(path))
        path.with_suffix(".mo").write_bytes(new.to_binary())
        missing = len(new.untranslated_entries()) + len(new.fuzzy_entries())
        self.stdout.write(f"{language}: {len(new)} sentences, {missing} without words")


def catalogue_of(language: str) -> Path:
    locale = to_locale(django_tag(language))
    return Path(settings.LOCALE_PATHS[0]) / locale / "LC_MESSAGES" / "django.po"


def refreshed(language: str, old: Any, reviewer: str | None) -> Any:
    """Return the catalogue with exactly the product's sentences, in their order."""
    known = {(one.msgctxt, one.msgid): one for one in old}
    # By its place alone, where the English has changed; the fixed sentences share one place.
    placed = {one.msgctxt: one for one in old if one.msgctxt != "page"}
    new = polib.POFile(wrapwidth=100)
    new.header = HEADER.format(name=NAMES[language])
    new.metadata = {
        "Language": to_locale(django_tag(language)),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS.get(language, TWO),
        "X-Sentences": str(len(entries())),
        "X-State": DRAFT,
        **{name: said for name, said in old.metadata.items() if name in KEPT},
    }
    if reviewer:
        new.metadata |= {"X-State": "reviewed", "X-Reviewed-By": reviewer}
    for entry in entries():
        new.append(_row(entry, known.get((entry.place, entry.text)), placed.get(entry.place)))
    return new


def _row(entry: Entry, same: Any, before: Any) -> Any:
    row = polib.POEntry(msgctxt=entry.place, msgid=entry.text, comment=entry.note)
    if same is not None:
        row.msgstr, row.flags = same.msgstr, same.flags
    elif before is not None and before.msgstr:
        row.msgstr, row.flags, row.previous_msgid = before.msgstr, ["fuzzy"], before.msgid
    return row
