"""Reads tables as people have them: CSV in any usual form, or Excel, row by row."""

import codecs
import csv
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.packaging.manifest import Manifest
from openpyxl.xml.functions import fromstring

LONGEST_LINE = 1_000_000
# A workbook is a zip: one that would unpack to more than this is none that people made.
LARGEST_WORKBOOK = 100_000_000
# All but the sheets is read at once: the texts of all cells stand in one such part.
LARGEST_TEXTS = 30_000_000
MOST_TAGS = 1_200_000
LARGEST_CONTENTS = 1_000_000
SHEETS, CONTENTS = "xl/worksheets/", "[Content_Types].xml"
# Empty rows are skipped, so a sheet may claim more than it holds; up to here it is believed.
LAST_ROW = 300_000
ZIPPED = b"PK\x03\x04"
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
    if _is_workbook(path):
        yield from _workbook(path)
        return
    with path.open(encoding=_encoding(path), errors="replace", newline="") as file_of_text:
        yield from _records(file_of_text, _delimiter(file_of_text))


def _workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the first sheet; whoever uploads it names the file as they like."""
    with path.open("rb") as file:
        try:
            _check_parts(file)
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            # What a file says of its own size is not believed: rows would be filled up to it.
            sheet.reset_dimensions()
            yield from _cells(sheet.iter_rows(values_only=True))
        except Unreadable:
            raise
        # A broken file breaks its reader at any point, in any way that readers can break.
        except (BadZipFile, ParseError, *BREAKS) as error:
            raise Unreadable("This is no Excel workbook that can be read.") from error


BREAKS = (
    ArithmeticError, AttributeError, EOFError, LookupError, OSError,
    RuntimeError, TypeError, ValueError, zlib.error,
)  # fmt: skip


def _check_parts(file: IO[bytes]) -> None:
    with ZipFile(file) as packed:
        parts = packed.infolist()
        if sum(part.file_size for part in parts) > LARGEST_WORKBOOK:
            raise Unreadable("The workbook is too large.")
        _check_names(packed)
        tags = 0
        for part in parts:
            if not part.filename.endswith((".xml", ".rels")):
                continue
            with packed.open(part) as opened:
                start = opened.read(4096)
                # Excel declares no types and no entities; who does wants to be expanded.
                if b"<!" in start.replace(b"\0", b"").replace(b"<!--", b""):
                    raise Unreadable("The workbook declares entities, which Excel never does.")
                if not part.filename.startswith(SHEETS):
                    tags += _opened_in(start, opened, MOST_TAGS - tags)
            is_held = not part.filename.startswith(SHEETS)
            if tags > MOST_TAGS or (is_held and part.file_size > LARGEST_TEXTS):
                raise Unreadable("The workbook holds too much text; save it as CSV instead.")


def _check_names(packed: ZipFile) -> None:
    """Only sheets, which are read row by row, may be called sheets; raises Unreadable."""
    if packed.getinfo(CONTENTS).file_size > LARGEST_CONTENTS:
        raise Unreadable("The workbook is too large.")
    for part in Manifest.from_tree(fromstring(packed.read(CONTENTS))).Override:
        if part.PartName.startswith(f"/{SHEETS}") and "worksheet" not in part.ContentType:
            raise Unreadable("The workbook hides something else in a sheet.")


def _opened_in(start: bytes, rest: IO[bytes], most: int) -> int:
    """Count the tags that are opened: each is held in memory. Ends where there are too many."""
    count, piece = 0, start
    while piece and count <= most:
        count += piece.count(b"<") - piece.count(b"</")
        piece = rest.read(SAMPLE)
    return count


def _cells(rows: Iterator[tuple[object, ...]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(rows, start=1):
        if number > LAST_ROW:
            raise Unreadable(f"The sheet goes on below row {LAST_ROW:,}.")
        row = [_cell(value) for value in cells]
        if any(row):
            yield number, row


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return _moment(value)
    return "" if value is None else str(value).strip()


def _moment(value: datetime) -> str:
    """To the second: Excel keeps fractions of days. One at midnight says no time of the day."""
    whole = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    return str(whole.date()) if whole.time() == time.min else whole.isoformat(" ")


@contextmanager
def open_sheet(path: Path) -> Iterator[Sheet]:
    """Open a CSV file or a workbook; nothing but one row at a time is held in memory."""
    if _is_workbook(path):
        rows = _workbook(path)
        yield Sheet(_names(rows), "xlsx", "", rows)
        return
    encoding = _encoding(path)
    # Undefined bytes of cp1252 become the replacement character: the row still says the rest.
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        delimiter = _delimiter(file)
        reader = _records(file, delimiter)
        yield Sheet(_names(reader), encoding, delimiter, reader)


def _names(rows: Iterator[tuple[int, list[str]]]) -> tuple[str, ...]:
    names = tuple(name.strip() for name in next(rows, (0, []))[1])
    if not any(names):
        raise Unreadable("The file is empty: its first line should name the columns.")
    return names


def _is_workbook(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(ZIPPED)) == ZIPPED


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
