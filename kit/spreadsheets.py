"""Reads tables as people have them: CSV in any usual form, or Excel, row by row."""

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

import openpyxl

LONGEST_LINE = 1_000_000
# A workbook is a zip: one that would unpack to more than this is none that people made.
LARGEST_WORKBOOK = 100_000_000
ZIPPED = b"PK"
SAMPLE = 65_536
DELIMITERS = (",", ";", "\t", "|")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Unreadable(ValueError):
    """Raised when a file cannot be read as a table; the text says why, and at which line."""


@dataclass(frozen=True)
class Sheet:
    """A table: its columns' names, and its rows, each with the line on which it ends."""

    header: tuple[str, ...]
    encoding: str
    delimiter: str
    rows: Iterator[tuple[int, list[str]]]


def read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield every row that holds something, of a CSV file or of a workbook's first sheet."""
    with path.open("rb") as file:
        is_workbook = file.read(2) == ZIPPED
    if is_workbook:
        yield from _workbook(path)
        return
    with path.open(encoding=_encoding(path), errors="replace", newline="") as file_of_text:
        yield from _records(file_of_text, _delimiter(file_of_text))


def _workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open("rb") as file:  # by its content: whoever uploads it names it as they like
        try:
            with ZipFile(file) as packed:
                size = sum(part.file_size for part in packed.infolist())
            if size > LARGEST_WORKBOOK:
                raise Unreadable("The workbook is too large.")
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except (BadZipFile, KeyError, OSError) as error:
            raise Unreadable("This is no Excel workbook that can be read.") from error
        for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            row = [_cell(value) for value in cells]
            if any(row):
                yield number, row


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


@contextmanager
def open_sheet(path: Path) -> Iterator[Sheet]:
    """Open a CSV file; nothing but one row at a time is held in memory."""
    encoding = _encoding(path)
    # Undefined bytes of cp1252 become the replacement character: the row still says the rest.
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        delimiter = _delimiter(file)
        reader = _records(file, delimiter)
        header = next(reader, (0, []))[1]
        names = tuple(name.strip() for name in header)
        if not any(names):
            raise Unreadable("The file is empty: its first line should name the columns.")
        yield Sheet(names, encoding, delimiter, reader)


def _encoding(path: Path) -> str:
    """UTF-8 where all of the file is, else what Windows writes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        start = file.read(4)
        for mark, name in MARKS:
            if start.startswith(mark):
                return name
        try:
            decoder.decode(start)
            while chunk := file.read(SAMPLE):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _delimiter(file: IO[str]) -> str:
    """The one that stands most often in the first line, outside quotes."""
    line = file.readline(SAMPLE)
    file.seek(0)
    bare = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=bare.count)


def _records(file: IO[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(_lines(file), delimiter=delimiter, skipinitialspace=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(
                f"Line {reader.line_num}: {error}. Is a quotation mark left open?"
            ) from error
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _lines(file: IO[str]) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            raise Unreadable(f"A line is longer than {LONGEST_LINE:,} characters.")
        yield line
