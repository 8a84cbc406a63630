"""Cells of one row of a table: what they say, or everything that is wrong with them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from kit.texts import has_hidden, is_line, without_hidden
from surveys.rules.bases import LegalBasis, read_cells
from surveys.rules.columns import Columns, Part
from surveys.rules.metrics import SCALES, Metric, ScoreRefused
from surveys.rules.moments_read import BadMoment, read_moment, shortly
from surveys.rules.moments_written import Order

LONGEST_COMMENT = 10_000
LONGEST_NAME = 120
LONGEST_VALUE = 200
LONGEST_ID = 120
NO_SCORE = frozenset({"", "-", "na", "n/a", "nan", "none", "null"})
ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]+")
WHOLE = re.compile(r"([0-9]+)\.0+")


class RowRefused(ValueError):
    """One row says something that cannot be stored; the text says what."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How the cells of this file are to be read."""

    metric: Metric
    zone: ZoneInfo | None
    date_format: str
    now: datetime
    order: Order = Order.YEAR
    # Properties whose first value was a number or a truth: values of another type are refused.
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one row says; `notes` is what its reader should know."""

    answered_at: datetime
    score: int | None
    comment: str
    touchpoint: str
    external_id: str
    email: str
    name: str
    properties: Mapping[str, str]
    basis: LegalBasis
    row_id: str
    digest: str
    notes: tuple[str, ...]


def read_row(cells: Sequence[str], columns: Columns, reading: Reading) -> Row:
    """Say what the row says or raise RowRefused with everything that is wrong in it."""
    if len(cells) != columns.width:
        raise RowRefused(f"it has {len(cells)} cells, the first line has {columns.width}")
    if any("\x00" in cell for cell in cells):
        raise RowRefused("it holds a NUL character")
    reader = Reader(cells, columns, reading)
    row = reader.row()
    if reader.faults:
        raise RowRefused("; ".join(reader.faults))
    assert row is not None
    return row


class Reader:
    """Reads one row and gathers faults, so that a dry run shows all of them at once."""

    def __init__(self, cells: Sequence[str], columns: Columns, reading: Reading) -> None:
        self.cells, self.columns, self.reading = cells, columns, reading
        self.faults: list[str] = []
        self.notes: list[str] = []

    def row(self) -> Row | None:
        answered_at, score = self._moment(), self._score()
        comment = self._comment()
        if score is None and not comment and not self.faults:
            self.faults.append("it has neither a score nor a comment")
        touchpoint = self._line("touchpoint", LONGEST_NAME)
        external_id = self._line("customer_id", LONGEST_ID)
        name, row_id = self._line("name", LONGEST_VALUE), self._line("id", LONGEST_ID)
        email, properties = self._email(), self._properties()
        basis = self._basis()
        if answered_at is None or self.faults:
            return None
        return Row(
            answered_at=answered_at,
            score=score,
            comment=comment,
            touchpoint=touchpoint,
            external_id=external_id,
            email=email,
            name=name,
            properties=properties,
            basis=basis,
            row_id=row_id,
            digest=digest_of(self.cells),
            notes=tuple(self.notes),
        )

    def _cell(self, part: Part) -> str:
        place = self.columns.places.get(part)
        return "" if place is None else self.cells[place].strip()

    def _moment(self) -> datetime | None:
        try:
            at, note = read_moment(
                self._cell("answered_at"),
                zone=self.reading.zone,
                date_format=self.reading.date_format,
                order=self.reading.order,
                now=self.reading.now,
            )
        except BadMoment as fault:
            self.faults.append(str(fault))
            return None
        if note:
            self.notes.append(note)
        return at

    def _score(self) -> int | None:
        said = self._cell("score")
        if said.casefold() in NO_SCORE:
            return None
        # 9.0 is how a table with empty cells writes the number 9.
        whole = WHOLE.fullmatch(said)
        try:
            return SCALES[self.reading.metric].read(whole[1] if whole else said)
        except ScoreRefused:
            scale = SCALES[self.reading.metric]
            self.faults.append(
                f"the score {shortly(said)} is no whole number from {scale.lowest} to "
                f"{scale.highest}"
            )
            return None

    def _comment(self) -> str:
        said = self._cell("comment")
        if len(said) > LONGEST_COMMENT:
            self.faults.append(
                f"the comment has {len(said):,} characters, at most {LONGEST_COMMENT:,} are kept"
            )
            return ""
        if has_hidden(said):
            self.notes.append("invisible characters were taken out of a comment")
            return without_hidden(said)
        return said

    def _line(self, part: Part, limit: int) -> str:
        said = self._cell(part)
        if len(said) > limit or not is_line(said):
            what = part.replace("_", " ")
            self.faults.append(
                f"the {what} {shortly(said)} is no line of at most {limit} characters"
            )
            return ""
        return said

    def _email(self) -> str:
        said = self._cell("email")
        if said and (len(said) > 254 or not ADDRESS.fullmatch(said) or not is_line(said)):
            self.faults.append(f"{shortly(said)} is no e-mail address")
            return ""
        return said

    def _basis(self) -> LegalBasis:
        cells = [self._cell(part) for part in ("basis", "basis_on", "basis_source")]
        if cells[0].casefold() in NO_SCORE:
            return LegalBasis()
        basis, faults = read_cells(*cells, today=self.reading.now.date())
        self.faults += faults
        return basis

    def _properties(self) -> dict[str, str]:
        said = {name: self.cells[place].strip() for name, place in self.columns.properties.items()}
        for name, value in said.items():
            if len(value) > LONGEST_VALUE or not is_line(value):
                self.faults.append(f"{name} is no line of at most {LONGEST_VALUE} characters")
        return {name: value for name, value in said.items() if value}


def digest_of(cells: Sequence[str]) -> str:
    """What tells rows apart that carry no id: all that they say."""
    return sha256("\x1f".join(cells).encode("utf-8", "replace")).hexdigest()[:32]
