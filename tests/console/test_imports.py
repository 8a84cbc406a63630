"""Importing on the page: a file, its columns, the check, the import."""

import csv
import io
from functools import partial

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry
from surveys.actions.bringing import work_on_imports
from surveys.models import Customer, Import, Interaction, Invitation
from surveys.queries.imports import history
from tests.builders import an_import
from tests.surveys.actions.test_bringing import PEOPLE, TICKETS

ODD = """email,name,note
ada@mail.example,"Ada, ""the"" Okafor",=1+1
ben@mail.example\r\nBcc: eve@mail.example,Ben,x
"eve@mail.example\r\nBcc: all@mail.example",Eve,@SUM(A1)
=cmd|'/c calc'!A0,Mal,-2+3
"""


def sent(acme, content, kind="customers", name="people.csv", role="manager"):
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    address = acme.url("import_new")
    return acme.client(role).post(address, {"kind": kind, "file": file}, follow=True)


def said(answer):
    return " ".join(BeautifulSoup(answer.content, "html.parser").main.get_text(" ").split())


def form_of(answer, ending):
    page = BeautifulSoup(answer.content, "html.parser")
    forms = page.select("main form")
    form = next(one for one in forms if (one.get("action") or ending).endswith(ending))
    fields = {
        one["name"]: (one.find("option", selected=True) or {"value": ""})["value"]
        if one.name == "select"
        else one.get("value", "")
        for one in form.select("select[name], input[name]:not([type=checkbox])")
    }
    return form.get("action") or answer.request["PATH_INFO"], fields


def chosen(acme, answer, **fields):
    address, guessed = form_of(answer, "/columns/")
    answer = acme.client("manager").post(address, {**guessed, **fields}, follow=True)
    work_on_imports(clock=lambda: acme.now)
    return acme.client("manager").get(answer.request["PATH_INFO"])


def started(acme, answer, **fields):
    address, given = form_of(answer, "/start/")
    acme.client("manager").post(address, {**given, **fields})
    work_on_imports(clock=lambda: acme.now)
    return acme.client("manager").get(answer.request["PATH_INFO"])


def test_a_file_goes_its_four_steps(acme):
    answer = sent(acme, PEOPLE)
    assert "What do the columns say?" in said(answer)
    assert form_of(answer, "/columns/")[1] | {"csrfmiddlewaretoken": ""} == {
        "csrfmiddlewaretoken": "",
        "column-0": "customer_id",
        "column-1": "email",
        "column-2": "name",
        "column-3": "company",
        "column-4": "phone",
        "column-5": "",
    }
    answer = chosen(acme, answer, **{"column-5": "+"})
    assert "Ready: 2 new" in said(answer)
    with acme.inside():
        assert Customer.objects.count() == 0
    answer = started(acme, answer)
    assert "2 came in" in said(answer)
    with acme.inside():
        assert list(Customer.objects.order_by("external_id").values_list("name", "properties")) == [
            ("Ada Okafor", {"plan": "Basic"}),
            ("Ben Harris", {"plan": "Plus"}),
        ]
    listed = said(acme.client("owner").get(acme.url("imports")))
    assert "people.csv Customers, 2 rows" in listed
    assert "manager@acme-mobile.example" in listed


def test_a_page_at_work_says_how_far_and_looks_again_by_itself(acme):
    answer = sent(acme, PEOPLE)
    address, fields = form_of(answer, "/columns/")
    answer = acme.client("manager").post(address, fields, follow=True)
    page = BeautifulSoup(answer.content, "html.parser")
    assert "Checking 2 rows" in said(answer)
    assert page.select_one("noscript meta[http-equiv=refresh]")["content"] == "3"
    assert page.select_one("[hx-trigger='every 1s']")["hx-get"] == answer.request["PATH_INFO"]
    assert page.select_one("progress")["value"] == "0"


def test_what_is_missing_is_said_and_what_was_chosen_stays(acme):
    answer = sent(acme, "ref,when\n1,2026-01-01\n", kind="interactions")
    address, fields = form_of(answer, "/columns/")
    answer = acme.client("manager").post(address, {**fields, "column-0": "id"})
    assert answer.status_code == 422
    words = said(answer)
    assert "Choose the column of the e-mail address or of your id of the customer." in words
    assert "Choose the column of the touchpoint, or name one for all rows." in words
    assert form_of(answer, "/columns/")[1]["column-0"] == "id"


def test_cells_tell_what_headings_in_another_language_do_not(acme):
    text = "Wer;Kunde;gelöst am;bezahlt\nada@mail.example;C-1;31.10.2026 09:00;31.10.2026\n"
    fields = form_of(sent(acme, text, kind="interactions"), "/columns/")[1]
    assert (fields["column-0"], fields["column-2"], fields["column-3"]) == ("email", "", "")
    fields = form_of(
        sent(acme, text.replace(";31.10.2026\n", ";bar\n"), "interactions"), "/columns/"
    )[1]
    assert [fields[f"column-{place}"] for place in range(4)] == ["email", "", "answered_at", ""]
    assert fields["order"] == "day"


def test_an_order_that_cannot_read_this_file_is_not_remembered(acme):
    started(acme, chosen(acme, sent(acme, TICKETS, kind="interactions")))
    for when, order in (("2026-05-12 09:00", "year"), ("31.10.2026 09:00", "day")):
        text = TICKETS.replace("2026-05-12 09:00", when).replace("T-", "V-")
        assert form_of(sent(acme, text, kind="interactions"), "/columns/")[1]["order"] == order


def test_interactions_ask_only_when_ticked(acme):
    text = TICKETS.replace("2026-05-12 09:00", f"{acme.now:%Y-%m-%d %H:%M}+00:00")
    text = text.replace("Billing", acme.phone.name).replace("billing", acme.phone.name)
    checked = chosen(acme, sent(acme, text, kind="interactions"))
    words = said(checked)
    assert "Ask them : 1 person would get a survey now" in words
    assert "1: Not asked: it lies too many days back for the rules." in words
    started(acme, checked)
    with acme.inside():
        assert (Interaction.objects.count(), Invitation.objects.count()) == (2, 0)
    other = chosen(acme, sent(acme, text.replace("T-", "U-"), kind="interactions"))
    answer = started(acme, other, asks="on")
    with acme.inside():
        assert (Interaction.objects.count(), Invitation.objects.count()) == (4, 1)
    assert "Asked as the rules allow" in said(answer)


def test_addresses_that_would_break_a_header_are_refused_at_the_door_with_their_row(acme):
    answer = chosen(acme, sent(acme, ODD))
    assert "Ready: 1 new" in said(answer)
    with acme.inside():
        file = Import.objects.get()
    taken = acme.client("manager").get(acme.url("import_refused_csv", file.pk))
    lines = list(csv.reader(io.StringIO(taken.getvalue().decode("utf-8-sig"))))
    assert lines[0] == ["line", "what to do", "email", "name", "note"]
    assert [line[0] for line in lines[1:]] == ["3", "4", "6", "7"]
    assert all(line[1].startswith("Mend this row and import the file") for line in lines[1:])
    # What a spreadsheet would run is text for it; taken away again by our own reader.
    assert lines[4][2:] == ["'=cmd|'/c calc'!A0", "Mal", "'-2+3"]
    assert lines[3][4] == "'@SUM(A1)"
    started(acme, answer)
    with acme.inside():
        assert list(Customer.objects.values_list("email", flat=True)) == ["ada@mail.example"]


def test_giving_up_empties_the_file_and_leaves_one_line_in_the_trail(acme):
    answer = sent(acme, PEOPLE)
    with acme.inside():
        file = Import.objects.get()
        before = AuditEntry.objects.count()
    answer = acme.client("manager").post(acme.url("import_drop", file.pk), follow=True)
    assert "Given up" in said(answer)
    with acme.inside():
        assert (file.lines.count(), AuditEntry.objects.count() - before) == (0, 1)
    answer = acme.client("manager").post(acme.url("import_start", file.pk), follow=True)
    assert "Nothing was done: this import is at another step by now." in said(answer)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Choose what the file holds."),
        ({"kind": "customers"}, "Choose a file first."),
        ({"kind": "customers", "file": SimpleUploadedFile("a.csv", b"")}, "This file is empty"),
        ({"kind": "customers", "file": SimpleUploadedFile("a.csv", b"email\n")}, "no row below"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_file(acme, given, sentence):
    answer = acme.client("owner").post(acme.url("import_new"), given)
    assert answer.status_code == 422
    assert sentence in said(answer)


def test_a_file_a_little_too_large_is_refused_in_words(acme, monkeypatch):
    monkeypatch.setattr("console.forms.imports.LARGEST_FILE", 20)
    answer = sent(acme, PEOPLE)
    assert answer.status_code == 422
    assert "This file is larger than 10 MB. Cut it into several" in said(answer)
    with acme.inside():
        assert not Import.objects.exists()


def test_a_body_larger_than_any_file_is_refused_by_its_header(acme):
    client = acme.client("owner")
    answer = client.generic(
        "POST", acme.url("import_new"), b"x", "multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(11 * 1024 * 1024),
    )  # fmt: skip
    assert (answer.status_code, answer["Connection"]) == (413, "close")
    assert "At most 10 MB are taken at once" in answer.content.decode()


@pytest.mark.parametrize("kind", ["customers", "interactions", "responses"])
def test_samples_need_no_choosing_and_have_no_fault(acme, kind):
    content = acme.client("owner").get(acme.url(f"sample_{kind}_csv")).content
    answer = chosen(acme, sent(acme, content, kind=kind))
    assert "Ready: 2 new" in said(answer)
    assert "0 refused" in said(answer)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_files_comes_page_by_page(acme, monkeypatch, django_assert_num_queries, count):
    monkeypatch.setattr("console.views.imports.history", partial(history, shown=2))
    with acme.inside():
        for number in range(count):
            file = an_import(acme.own)
            Import.objects.filter(pk=file.pk).update(file_name=f"people {number}.csv")
    client, address = acme.client("manager"), acme.url("imports")
    client.get(address)
    with django_assert_num_queries(9):
        first = BeautifulSoup(client.get(address).content, "html.parser")
    names = [one.get_text() for one in first.select("td a.main")]
    further = first.find("a", rel="next")
    if further:
        second = BeautifulSoup(client.get(address + further["href"]).content, "html.parser")
        names += [one.get_text() for one in second.select("td a.main")]
        assert second.find("a", rel="next") is None
    assert names == [f"people {number}.csv" for number in reversed(range(count))]
    assert bool(further) == (count == 3)
    assert client.get(f"{address}?after=x").status_code == 400
