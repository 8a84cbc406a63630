"""Formulas: nothing in a CSV cell can become one, and every text comes back as it was."""

import csv
import io

import pytest
from django.db import connection
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.formulas import BREAKS, RISKY, RISKY_AT_START, Guarded, guarded, unguarded
from surveys.models import Response

NASTY = [
    "=1+1",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    "\uff5c1",
    "\uff051",
    "|calc",
    "%0A=1",
    "'=1",
    "''",
    "'",
    "fine;=1+1",
    "fine\t@A1",
    "two lines\n- a dash\n=1",
    ";;=",
    ";'=",
]
UNHARMED = [
    "",
    "-5",
    "-12.50",
    "-1,234.5",
    "+49 30 1234567",
    "+1 (555) 010-0100",
    "+1-555-0100",
    "030 1234",
    "It took two calls, and then it worked.",
    "a = b, c@d.example, 5 % off | or so",
    "nice - really",
    "line\r\nbreak\n\n\tand tab; and so on",
    "\u00e4\u00e9\u015f \u5f88\u597d \U0001f600",
]
TEXTS = st.lists(
    st.text(
        st.one_of(
            st.sampled_from(RISKY + RISKY_AT_START + BREAKS + ',"ab 1.()'),
            st.characters(codec="utf-8"),
        )
    ),
    min_size=100,
    max_size=100,
)


@pytest.mark.parametrize("text", NASTY)
def test_what_might_be_a_formula_is_guarded_and_comes_back(text):
    kept = guarded(text)

    assert kept != text
    assert unguarded(kept) == text
    assert cells_that_might_compute(kept) == []


@pytest.mark.parametrize("text", UNHARMED)
def test_numbers_phones_and_plain_words_stay_as_they_are(text):
    assert guarded(text) == text
    assert unguarded(text) == text


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_ten_thousand_texts_come_back_through_a_file(texts):
    file = io.StringIO()
    csv.writer(file).writerows([guarded(text)] for text in texts)
    rows = csv.reader(io.StringIO(file.getvalue(), newline=""))

    cells = [row[0] if row else "" for row in rows]

    assert [unguarded(cell) for cell in cells] == texts
    assert [cell for cell in cells if cells_that_might_compute(cell)] == []


@settings(max_examples=20, deadline=None)
@given(TEXTS)
def test_postgresql_guards_as_python_does(db_open, texts):
    known = [text.replace("\0", "") for text in [*texts, *NASTY, *UNHARMED]]

    assert guarded_by_postgresql(known) == [guarded(text) for text in known]


@pytest.fixture(scope="module")
def db_open(django_db_setup, django_db_blocker):
    """A connection for examples that write nothing."""
    with django_db_blocker.unblock():
        yield
        connection.close()


def guarded_by_postgresql(texts):
    query = Response.objects.annotate(kept=Guarded(F("comment"))).values("kept").query
    statement, values = query.sql_with_params()
    expression = statement.removeprefix("SELECT ").partition(' AS "kept"')[0]
    expression = expression.replace('"surveys_response"."comment"', "told")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {expression} FROM unnest(%s::text[]) WITH ORDINALITY u (told, n) ORDER BY n",
            [*values, texts],
        )
        return [row[0] for row in cursor.fetchall()]


def cells_that_might_compute(cell):
    """Split at everything a spreadsheet may split at; no part may begin like a formula."""
    parts = [cell]
    for mark in BREAKS:
        parts = [part for whole in parts for part in whole.split(mark)]
    if all(character in "+-0123456789 ().," for character in cell):
        return []
    risky = [part for part in parts if part and part[0] in RISKY and part[0] != "'"]
    return risky + ([cell] if cell and cell[0] in RISKY_AT_START else [])
