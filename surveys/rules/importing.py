"""Past answers in a table: which column says what, and what each row says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Literal
from zoneinfo import ZoneInfo

from kit.texts import has_hidden, is_line, without_hidden
from surveys.rules.bases import LegalBasis, read_cells
from surveys.rules.metrics import SCALES, Metric, ScoreRefused
from surveys.rules.moments_written import Order, read_written

LONGEST_COMMENT = 10_000
LONGEST_NAME = 120
LONGEST_VALUE = 200
LONGEST_ID = 120

Part = Literal[
    "answered_at",
    "score",
    "comment",
    "touchpoint",
    "id",
    "email",
    "customer_id",
    "name",
    "basis",
    "basis_on",
    "basis_source",
    "phone",
    "company",
    "language",
    "time_zone",
    "subject",
]
# What other systems call the columns; compared without case, spaces and punctuation.
KNOWN: Mapping[Part, tuple[str, ...]] = {
    "answered_at": (
        "answeredat", "answeredon", "answered", "respondedat", "responsedate", "submittedat",
        "submitted", "completedat", "createdat", "timestamp", "datetime", "date", "time",
    ),
    "score": ("score", "npsscore", "nps", "csat", "csatscore", "ces", "cesscore", "rating"),
    "comment": ("comment", "comments", "feedback", "verbatim", "reason", "why", "text", "message"),
    "touchpoint": ("touchpoint", "touchpointname"),
    "id": ("id", "responseid", "answerid", "uuid", "externalid"),
    "email": ("email", "emailaddress", "customeremail", "personemail"),
    "customer_id": ("customerid", "personid", "customerexternalid", "accountid", "userid"),
    "name": ("name", "customername", "fullname", "personname"),
    "basis": ("legalbasis",),
    "basis_on": ("legalbasison", "legalbasisdate"),
    "basis_source": ("legalbasissource",),
}  # fmt: skip
NO_SCORE = frozenset({"", "-", "na", "n/a", "nan", "none", "null"})
ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]+")
WHOLE = re.compile(r"([0-9]+)\.0+")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NOON = time(12)
WANTED = {
    Order.YEAR: "ISO 8601, such as 2026-05-12T09:30",
    Order.DAY: "31/05/2026 09:30",
    Order.MONTH: "05/31/2026 9:30 AM",
    Order.COUNT: "Excel counts days, such as 46173.4",
}
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


class BadColumns(ValueError):
    """The table's columns cannot be understood; the text says which option would help."""


class RowRefused(ValueError):
    """One row says something that cannot be stored; the text says what."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Which place in a row says what."""

    places: Mapping[Part, int]
    properties: Mapping[str, int] = field(default_factory=dict)
    width: int


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


def choose_columns(
    header: Sequence[str], wanted: Mapping[Part, str], properties: Sequence[str] = ()
) -> Columns:
    """Find each part's column by the name that was given, else by the names people use."""
    if len(set(header)) < len(header):
        twice = sorted({name for name in header if header.count(name) > 1})
        raise BadColumns(f"Two columns have the same name: {', '.join(twice)}.")
    places: dict[Part, int] = {}
    for part, names in KNOWN.items():
        place = _given(header, part, wanted) if part in wanted else _guessed(header, part, names)
        if place is not None:
            places[part] = place
    for part in ("answered_at", "score"):
        if part not in places:
            option = "--" + part.replace("_", "-")
            raise BadColumns(
                f"No column says the {part.replace('_', ' ')}. Name it with {option}; the columns "
                f"are {', '.join(header)}."
            )
    kept = {name: _place(header, name, "--property") for name in properties}
    return Columns(places=places, properties=kept, width=len(header))


def _given(header: Sequence[str], part: Part, wanted: Mapping[Part, str]) -> int | None:
    # An empty name says: there is no such column, do not guess one.
    return _place(header, wanted[part], "--" + part.replace("_", "-")) if wanted[part] else None


def _place(header: Sequence[str], name: str, option: str) -> int:
    if name not in header:
        raise BadColumns(
            f"{option} names the column {name!r}; the columns are {', '.join(header)}."
        )
    return header.index(name)


def _guessed(header: Sequence[str], part: Part, names: Sequence[str]) -> int | None:
    plain = [re.sub(r"[^a-z0-9]", "", name.casefold()) for name in header]
    found = [place for place, name in enumerate(plain) if name in names]
    if len(found) > 1:
        option = "--" + part.replace("_", "-")
        which = " or ".join(header[place] for place in found)
        raise BadColumns(f"The {part.replace('_', ' ')} may be {which}; say which with {option}.")
    return found[0] if found else None


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
            at, note = read_moment(self._cell("answered_at"), self.reading)
        except RowRefused as fault:
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
                f"the score {_short(said)} is no whole number from {scale.lowest} to "
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
                f"the {what} {_short(said)} is no line of at most {limit} characters"
            )
            return ""
        return said

    def _email(self) -> str:
        said = self._cell("email")
        if said and (len(said) > 254 or not ADDRESS.fullmatch(said) or not is_line(said)):
            self.faults.append(f"{_short(said)} is no e-mail address")
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


def read_moment(said: str, reading: Reading) -> tuple[datetime, str]:
    """The moment a cell says, and what its reader should know of it."""
    local = _parsed(said, reading)
    at, note = (local, "") if local.tzinfo else _placed(local, reading.zone)
    if at > reading.now:
        raise RowRefused(f"{_short(said)} lies in the future")
    if at < OLDEST:
        raise RowRefused(f"{_short(said)} lies before 1990")
    return at.astimezone(UTC), note


def _parsed(said: str, reading: Reading) -> datetime:
    if not said:
        raise RowRefused("it does not say when it was")
    try:
        if DAY.fullmatch(said):
            # A day without a time: noon lies on it in every zone near its own.
            return datetime.combine(date.fromisoformat(said), NOON)
        if reading.date_format:
            return datetime.strptime(said, reading.date_format)  # noqa: DTZ007  (placed next)
        return datetime.fromisoformat(said)
    except ValueError as error:
        if not reading.date_format and (written := read_written(said, reading.order)):
            return written
        wanted = reading.date_format or WANTED[reading.order]
        raise RowRefused(f"{_short(said)} is no time as {wanted}") from error


def _placed(local: datetime, zone: ZoneInfo | None) -> tuple[datetime, str]:
    """A wall clock's time in its zone; what no clock showed, or showed twice, is noted."""
    if zone is None:
        raise RowRefused(
            f"{local.isoformat(' ')} has no offset: name the clocks' zone with --time-zone"
        )
    first, second = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first, ""
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        note = "times that no clock showed (it was put forward) were read an hour later"
        return first, note
    return first, "times that came twice (the clock was put back) were read as the first"


def digest_of(cells: Sequence[str]) -> str:
    """What tells rows apart that carry no id: all that they say."""
    return sha256("\x1f".join(cells).encode("utf-8", "replace")).hexdigest()[:32]


def _short(said: str) -> str:
    shown = said if len(said) <= 40 else said[:37] + "..."
    return repr(shown)
