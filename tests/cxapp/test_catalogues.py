"""Every language says everything, with the same variables, and the compiled files are fresh."""

import re
from datetime import date

import polib
import pytest

from cxapp.catalogues import entries
from cxapp.management.commands.catalogues import catalogue_of, refreshed
from kit.catalogues import day_and_month, is_draft, number, say, whole_day
from surveys.channels.letters import LONGEST_SUBJECT
from surveys.queries.told import default_wording, labels_told
from surveys.rules.languages import NAMES, SOURCE, SPOKEN, django_tag
from surveys.rules.metrics import SCALES, Metric
from surveys.rules.text_names import check_known
from surveys.rules.wording import VARIABLES, fill, variables_in

SPOKEN_ELSEWHERE = [language for language in SPOKEN if language != SOURCE]
# The same in any language that writes so.
MAY_BE_THE_SAME = {"from_name", "contact_no", "signature", "privacy", "greeting"}
VARIABLES_ONLY = {"from_name", "signature", "occasion.on_date", "kind.both"}
DIGITS = re.compile(r"\d+")
SCRIPTS = {
    "ar": "\u0600-\u06ff", "he": "\u0590-\u05ff", "hi": "\u0900-\u097f",
    "zh": "\u4e00-\u9fff", "ja": "\u3040-\u30ff\u4e00-\u9fff",
}  # fmt: skip


@pytest.fixture(params=SPOKEN_ELSEWHERE)
def language(request):
    return request.param


def test_every_sentence_is_there_and_nothing_else_in_the_order_of_the_product(language):
    rows = polib.pofile(str(catalogue_of(language)))
    assert [(row.msgctxt, row.msgid) for row in rows] == [(e.place, e.text) for e in entries()]
    assert [row.msgid for row in rows if not row.msgstr or row.flags] == []


def test_what_is_compiled_is_what_is_written(language):
    """`manage.py catalogues` was run: nobody needs gettext's programs, on no machine."""
    path = catalogue_of(language)
    rows = polib.pofile(str(path))
    assert path.with_suffix(".mo").read_bytes() == rows.to_binary()
    assert str(refreshed(language, rows, None)) == path.read_text()


def test_variables_numbers_and_plainness_are_kept(language):
    for entry in entries():
        said = say(language, entry.place, entry.text)
        assert set(variables_in(said)) == set(variables_in(entry.text)), said
        assert sorted(DIGITS.findall(said)) == sorted(DIGITS.findall(entry.text)), said
        # No markup, no half brackets, no invisible characters, and nobody shouts.
        assert not re.search(r"[<>&\\\u200b-\u200f\u202a-\u202e!]", said), said
        assert said.count("[") == said.count("]"), said
        assert said == " ".join(said.split()), said


def test_nothing_was_left_in_english(language):
    left = [
        entry.place
        for entry in entries()
        if say(language, entry.place, entry.text) == entry.text
        and entry.place not in MAY_BE_THE_SAME
    ]
    assert left == []
    if language in SCRIPTS:
        letters = re.compile(f"[{SCRIPTS[language]}]")
        said = (say(language, e.place, e.text) for e in entries() if e.place not in VARIABLES_ONLY)
        assert [text for text in said if not letters.search(text)] == []


@pytest.mark.parametrize("metric", Metric)
def test_every_text_can_stand_where_it_stands(language, metric):
    """The editor would take each of them, with and without the values that may be missing."""
    wording = default_wording(metric, language)
    known = {**VARIABLES, "organisation": "Acme Mobile"}
    for name in wording.__slots__:
        check_known(name, getattr(wording, name))
        for values in (known, {"organisation": "Acme Mobile"}):
            assert not set("{}[]|") & set(fill(getattr(wording, name), values))
    for subject in (wording.subject, wording.reminder_subject):
        assert 0 < len(fill(subject, {"organisation": "Acme Mobile"})) <= 78 < LONGEST_SUBJECT
    assert len(fill(wording.preheader, known)) <= 90
    # A button that is named in a sentence is called what the sentence calls it.
    for sentence in (wording.chose, wording.choose, wording.no_score, wording.opens):
        assert wording.send_plain.casefold() in sentence.casefold()
    for sentence in (wording.hidden, wording.too_long):
        assert wording.add.casefold() in sentence.casefold()


@pytest.mark.parametrize("metric", Metric)
def test_the_points_of_a_scale_say_different_things(language, metric):
    labels = labels_told(metric, language, {})
    assert labels.keys() == SCALES[metric].labels.keys()
    assert len(set(labels.values())) == len(labels)


def test_what_nobody_reviewed_says_so(language, monkeypatch):
    rows = polib.pofile(str(catalogue_of(language)))
    assert is_draft(language) == (rows.metadata["X-State"] == "machine-drafted")
    reviewed = refreshed(language, rows, "Ada Okafor")
    assert reviewed.metadata["X-Reviewed-By"] == "Ada Okafor"
    assert reviewed.metadata["X-State"] == "reviewed"


def test_a_changed_text_asks_for_its_translation_again():
    rows = polib.pofile(str(catalogue_of("de")))
    rows[3].msgid = "Choose something."
    row = refreshed("de", rows, None)[3]
    assert (row.flags, row.previous_msgid) == (["fuzzy"], "Choose something.")
    assert row.msgid == entries()[3].text


@pytest.mark.parametrize(
    ("tag", "day", "whole", "many"),
    [
        ("de", "3. Mai", "3. Mai 2026", "10.001"),
        ("fr", "3 mai", "3 mai 2026", "10\u202f001"),
        ("es", "3 de mayo", "3 de mayo de 2026", None),
        ("pt", "3 de maio", "3 de maio de 2026", None),
        ("it", "3 maggio", "3 maggio 2026", "10.001"),
        ("nl", "3 mei", "3 mei 2026", "10.001"),
        ("pl", "3 maja", "3 maja 2026", None),
        ("tr", "3 May\u0131s", "3 May\u0131s 2026", "10.001"),
        ("ar", "3 مايو", "3 مايو، 2026", None),
        ("he", "3 במאי", "3 במאי 2026", "10,001"),
        ("hi", "3 मई", "3 मई 2026", "10,001"),
        ("zh", "5月3日", "2026年5月3日", "10,001"),
        ("ja", "5月3日", "2026年5月3日", "10,001"),
    ],
)
def test_days_and_numbers_are_written_as_the_language_writes_them(tag, day, whole, many):
    third = date(2026, 5, 3)
    assert (day_and_month(tag, third), whole_day(tag, third)) == (day, whole)
    assert DIGITS.findall(number(tag, 10_001)) in (["10", "001"], ["10001"])
    if many:
        assert number(tag, 10_001).replace("\xa0", "\u202f") == many


def test_the_languages_of_django_are_those_of_the_rules(settings):
    assert [tag for tag, _ in settings.LANGUAGES] == [django_tag(tag) for tag in SPOKEN]
    assert set(SPOKEN) <= set(NAMES)
