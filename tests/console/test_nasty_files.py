"""Sixty ill files: each is taken with a report of every row or refused in words; none half."""

import time

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.rules.actors import Actor
from surveys.actions.bringing import work_on_imports
from surveys.actions.uploading import Chosen, choose_columns_of, start_import
from surveys.models import Customer, Import
from surveys.rules.meanings import Kind, faults_of
from tests import memory
from tests.console.nasty_files import QUICK, large

MAYA = Actor(name="maya@acme.example")
OPTIONS = {"zone": "UTC", "order": "year", "source": "import", "metric": "", "place": ""}
# The rest is read: whatever is wrong is wrong of single rows.
REFUSED = {
    "a mark alone", "only ends of lines", "nothing", "blanks alone", "headings alone",
    "headings without a name", "two hundred columns", "a line of a megabyte", "an empty workbook",
    "a claimed size of nonsense", "formulas of a workbook", "a row at the end of the sheet",
    "entities from elsewhere", "entities that laugh", "a workbook cut in half",
    "a zip of something else", "a zip with a sheet alone", "two letters of a zip",
}  # fmt: skip
MEMORY = 150 * 1024  # kB
SECONDS = 60


def sent(acme, client, content):
    content = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile("people.csv", content)
    return client.post(acme.url("import_new"), {"kind": "customers", "file": file})


def brought(acme):
    """The newest file through to its end; what came of each of its rows."""
    with acme.inside():
        file = Import.objects.latest("id")
        chosen = Chosen(meanings=file.meanings, options=OPTIONS)
        choose_columns_of(file=file, chosen=chosen, actor=MAYA, now=acme.now)
        work_on_imports(clock=lambda: acme.now, seconds=SECONDS)
        file.refresh_from_db()
        assert file.state == "checked", file.trouble
        start_import(file=file, asks=False, actor=MAYA, now=acme.now)
        work_on_imports(clock=lambda: acme.now, seconds=SECONDS)
        file.refresh_from_db()
    return file


def told(acme, client, content):
    """What the page says of the file: refused, or each row accounted for."""
    with acme.inside():
        before = Customer.objects.count()
    answer = sent(acme, client, content)
    if answer.status_code == 422:
        return "refused" if b"field-error" in answer.content else "refused without a word"
    if answer.status_code != 302:
        return f"answered {answer.status_code}"
    if client.get(answer["Location"]).status_code != 200:
        return "its columns cannot be shown"
    file = brought(acme)
    with acme.inside():
        came = Customer.objects.count() - before
    whole = file.new + file.same + file.changed + file.refused
    is_whole = (file.state, whole, came) == ("done", file.rows, file.new)
    return "whole" if is_whole else f"{file.state}: {whole} of {file.rows}, {came} came"


def test_each_of_sixty_ill_files_comes_in_whole_or_is_refused_in_words(acme):
    assert len(QUICK) == 61
    client = acme.client("manager")
    found = {name: told(acme, client, content) for name, content in QUICK.items()}
    assert {name for name, what in found.items() if what == "refused"} == REFUSED
    assert {name: what for name, what in found.items() if what not in ("whole", "refused")} == {}


def test_files_without_a_column_of_people_cannot_be_started(acme):
    assert faults_of(Kind.CUSTOMERS, ["when"], [""]) == [
        "Choose the column of the e-mail address or of your id of the customer."
    ]


def test_large_ill_files_take_a_minute_and_little_memory_at_most(acme):
    client, found = acme.client("manager"), {}
    for name, content in large():
        before, begun = memory.begin(), time.monotonic()
        what = told(acme, client, content)
        took = time.monotonic() - begun
        grew = memory.highest() - before
        found[name] = what, took < SECONDS, grew < MEMORY
    refused, whole = ("refused", True, True), ("whole", True, True)
    assert found == {
        "a hundred thousand columns": refused,
        "one field of five megabytes": refused,
        "a row too many": refused,
        "a zip that grows": refused,
        "texts that fill the memory": refused,
        "texts without a letter": refused,
        "texts called a sheet": refused,
        "few texts": whole,
        "a wide workbook": whole,
    }
