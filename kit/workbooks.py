"""Makes an Excel file row by row, in memory that does not grow with the rows."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

LONGEST_CELL = 32_767  # characters, of Excel
MOST_ROWS = 1_048_575  # of a sheet, besides its header
CUT = " (cut)"
PIECE = 128 * 1024
WIDTH = 18

# Text stays text: nothing that begins with = becomes a formula, nothing with http a link.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

Cells = Sequence[Any]


def workbook(title: str, header: Sequence[str], rows: Iterable[Cells]) -> Iterator[bytes]:
    """Yield a file of one sheet; all rows are read before its first piece comes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        _write(path, title, header, rows)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _write(path: Path, title: str, header: Sequence[str], rows: Iterable[Cells]) -> None:
    with Workbook(path, {**OPTIONS, "tmpdir": path.parent}) as book:
        sheet = book.add_worksheet(title)
        sheet.set_column(0, len(header) - 1, WIDTH)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, header, book.add_format({"bold": True}))
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        number = 0
        for number, cells in enumerate(rows, start=1):
            _write_row(sheet, number, cells, days)
        sheet.autofilter(0, 0, number, len(header) - 1)


def _write_row(sheet: Worksheet, number: int, cells: Cells, days: Any) -> None:
    for place, value in enumerate(cells):
        if isinstance(value, str):
            if value:
                sheet.write_string(number, place, _fitted(value))
        elif isinstance(value, date):
            sheet.write_datetime(number, place, value, days)
        elif value is not None:
            sheet.write_number(number, place, value)


def _fitted(text: str) -> str:
    if len(text) <= LONGEST_CELL:
        return text
    return text[: LONGEST_CELL - len(CUT)] + CUT
