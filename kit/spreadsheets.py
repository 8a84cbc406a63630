"""Reads CSV files as people have them: any usual encoding and delimiter, row by row."""

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LONGEST_LINE = 1_000_000
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
