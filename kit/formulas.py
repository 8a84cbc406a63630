"""Keeps text from being taken for a formula by whoever opens a CSV file, and takes that back.

An apostrophe is put before a risky character wherever a spreadsheet might take it for the first
of a cell: at the start of the text, and after a semicolon, a tab or a line break, because a
spreadsheet that splits at semicolons ends a quoted text there. The apostrophe is itself risky, so
that taking one away at each of these places gives the text back exactly. Tabs and line breaks are
risky at the start only. Numbers with a sign and phone numbers are left alone: they can reach
nothing outside their own cell.
"""

import re
from typing import Any

from django.db.models import CharField, Func

RISKY = "=+-@|%'\uff1d\uff0b\uff0d\uff20\uff5c\uff05"  # and full-width
RISKY_AT_START = "\t\r\n\0"
BREAKS = ";\t\r\n"


def _places(at_start: str) -> str:
    """Find the places; Python and PostgreSQL read this alike."""
    return f"(?<![^{BREAKS}])(?=[{re.escape(RISKY)}])|^(?=[{at_start}])"


# PostgreSQL holds no NUL in any text, and is slow to look around: first it looks whether to look.
_PLACES = _places(RISKY_AT_START.replace("\0", ""))
_ANY_PLACE = _PLACES.replace(f"(?<![^{BREAKS}])", f"(^|[{BREAKS}])").replace("(?=", "(")
_HARMLESS = "^[+-][0-9(][0-9 ().,-]*$"

_places_of = re.compile(_places(RISKY_AT_START))
_marks = re.compile(f"(?<![^{BREAKS}])'")
_harmless = re.compile(_HARMLESS[1:-1])


def guarded(text: str) -> str:
    """Return the text as a CSV file may hold it."""
    return text if _harmless.fullmatch(text) else _places_of.sub("'", text)


def unguarded(text: str) -> str:
    """Return the text that was guarded."""
    return _marks.sub("", text)


class Guarded(Func):
    """The same, done by PostgreSQL while it reads the rows."""

    output_field = CharField()

    def as_postgresql(self, compiler: Any, *_rest: Any) -> tuple[str, list[Any]]:
        text, given = compiler.compile(self.source_expressions[0])
        statement = (
            f"CASE WHEN {text} !~ %s OR {text} ~ %s THEN {text}"
            f" ELSE regexp_replace({text}, %s, $$'$$, 'g') END"
        )
        values = [*given, _ANY_PLACE, *given, _HARMLESS, *given, *given, _PLACES]
        return statement, values
