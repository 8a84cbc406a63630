import io
import zipfile

import openpyxl
import pytest

from kit import spreadsheets
from kit.spreadsheets import Unreadable, open_sheet


@pytest.fixture
def file(tmp_path):
    def write(content, encoding="utf-8"):
        path = tmp_path / "answers.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def read(path):
    with open_sheet(path) as sheet:
        return sheet.header, list(sheet.rows), sheet.encoding, sheet.delimiter


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_the_encoding_is_found(file, encoding, name):
    header, rows, found, _ = read(file("score,comment\n9,größer für 9 €\n", encoding))
    assert (header, rows, found) == (
        ("score", "comment"),
        [(2, ["9", "größer für 9 €"])],
        name,
    )


def test_a_character_that_the_chunks_cut_is_still_utf_8(file, monkeypatch):
    monkeypatch.setattr(spreadsheets, "SAMPLE", 3)
    assert read(file("a,ü\n1,€€€€\n"))[2] == "utf-8"


def test_an_undefined_byte_costs_only_itself(file):
    _, rows, encoding, _ = read(file(b"score,comment\n9,caf\xe9 \x81 bon\n"))
    assert (rows, encoding) == ([(2, ["9", "café \ufffd bon"])], "cp1252")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_outside_quotes(file, delimiter):
    content = f'"a, b; c | d"{delimiter}two{delimiter}three\n1{delimiter}2{delimiter}3\n'
    header, rows, _, found = read(file(content))
    assert (header, rows, found) == (
        ("a, b; c | d", "two", "three"),
        [(2, ["1", "2", "3"])],
        delimiter,
    )


def test_lines_are_those_on_which_a_row_ends_and_blank_ones_are_passed_over(file):
    _, rows, _, _ = read(file('a,b\n\n1,"two\nlines"\n , \n2,x\n'))
    assert rows == [(4, ["1", "two\nlines"]), (6, ["2", "x"])]


@pytest.mark.parametrize("content", [b"", b"\n\n", b" , ,\n", b"\xef\xbb\xbf"])
def test_a_file_without_column_names_is_refused(file, content):
    with pytest.raises(Unreadable, match="file is empty"):
        read(file(content))


def test_a_header_alone_has_no_rows(file):
    assert read(file("a,b\n"))[1] == []


def test_an_open_quote_does_not_swallow_memory(file, monkeypatch):
    monkeypatch.setattr(spreadsheets, "LONGEST_LINE", 1000)
    with pytest.raises(Unreadable, match="quotation mark left open"):
        read(file('a,b\n1,"open\n' + "2,x\n" * 1000))


def test_a_line_without_end_is_refused(file, monkeypatch):
    monkeypatch.setattr(spreadsheets, "LONGEST_LINE", 1000)
    with pytest.raises(Unreadable, match="longer than 1,000"):
        read(file("a,b\n" + "x" * 5000))


def test_a_damaged_workbook_is_refused_wherever_the_damage_is(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["score", "comment"])
    for number in range(50):
        book.active.append([number % 11, f"words {number * 7919}"])
    whole = io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as packed:
        sheet = packed.getinfo("xl/worksheets/sheet1.xml")
    begin, path = sheet.header_offset + 60, tmp_path / "damaged.xlsx"
    for place in range(begin, begin + sheet.compress_size - 30, 23):
        damaged = bytearray(whole.getvalue())
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        with pytest.raises(Unreadable, match="no Excel workbook"):
            list(spreadsheets.read_rows(path))


@pytest.mark.parametrize(
    "limit", ["LARGEST_WORKBOOK", "LARGEST_TEXTS", "LARGEST_CONTENTS", "MOST_TAGS"]
)
def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch, limit):
    path, book = tmp_path / "book.xlsx", openpyxl.Workbook()
    book.active.append(["email"])
    book.active.append(["ada@mail.example"])
    book.save(path)
    assert read(path)
    monkeypatch.setattr(f"kit.spreadsheets.{limit}", 10)
    with pytest.raises(Unreadable, match=r"too large|too much text"):
        read(path)


def test_a_table_whose_first_column_begins_like_a_zip_is_a_table(file):
    assert next(spreadsheets.read_rows(file("PK,score\n1,9\n"))) == (1, ["PK", "score"])
