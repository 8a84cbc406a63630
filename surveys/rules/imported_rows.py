"""Rows of a file of customers, interactions or past answers: what each says, as it is stored."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from accounts.rules.addresses import BadAddress, clean_address
from accounts.rules.names import is_zone
from kit.texts import address_key
from surveys.rules.cells import (
    LONGEST_NAME,
    LONGEST_VALUE,
    Reader,
    Reading,
    RowRefused,
    digest_of,
    read_row,
)
from surveys.rules.columns import Columns
from surveys.rules.languages import NAMES as LANGUAGES
from surveys.rules.meanings import Kind

LONGEST_KEY = 110
PLAIN_ADDRESS = re.compile(
    r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?\.)+[a-z]{2,24}",
    re.IGNORECASE,
)
SAID_YES = frozenset({"true", "yes", "1"})
SAID_NO = frozenset({"false", "no", "0"})


@dataclass(frozen=True, slots=True)
class Said:
    """What one row says, as the statements that store it read it."""

    key: str
    values: Mapping[str, Any]
    notes: Sequence[str] = ()


def read(kind: Kind, cells: Sequence[str], columns: Columns, reading: Reading, source: str) -> Said:
    """What the row says, or RowRefused with everything that is wrong in it."""
    if kind is Kind.RESPONSES:
        return _response(cells, columns, reading, source)
    if len(cells) != columns.width:
        # A quotation mark that nobody closes swallows every line after it.
        is_open = any("\n" in cell for cell in cells)
        hint = "; a quotation mark seems to be left open in it" if is_open else ""
        raise RowRefused(f"it has {len(cells)} cells, the first line has {columns.width}{hint}")
    if any("\x00" in cell for cell in cells):
        raise RowRefused("it holds a NUL character")
    reader = _PersonReader(cells, columns, reading)
    said = reader.contact(source) if kind is Kind.INTERACTIONS else reader.customer()
    if reader.faults:
        raise RowRefused("; ".join(reader.faults))
    return said


def _response(cells: Sequence[str], columns: Columns, reading: Reading, source: str) -> Said:
    row = read_row(cells, columns, reading)
    if row.email:
        _checked_address(row.email)
    values = {
        "answered_at": row.answered_at.isoformat(),
        "score": row.score,
        "comment": row.comment,
        "place": row.touchpoint,
        "external_id": row.external_id,
        "email": row.email,
        "address_key": address_key(row.email),
        "name": row.name,
        "context": _typed(dict(row.properties), reading),
        "basis": row.basis.basis or "",
        "basis_on": row.basis.on.isoformat() if row.basis.on else None,
        "basis_source": row.basis.source if row.basis.basis else "",
    }
    return Said(key_of(row.row_id, row.digest, source), values, row.notes)


def key_of(row_id: str, digest: str, source: str) -> str:
    """What makes an answer the same answer when its file is read again."""
    if not row_id:
        return f"row:{digest}"
    key = f"id:{source}:{row_id}"
    return key if len(key) <= LONGEST_KEY else f"id:{digest_of((source, row_id))}"


class _PersonReader(Reader):
    """Reads rows of people and of what they met."""

    def customer(self) -> Said:
        values = self._person()
        key = f"id:{values['external_id']}" if values["external_id"] else ""
        return Said(
            key or f"at:{values['address_key']}",
            {**values, "properties": self._typed_properties()},
            self.notes,
        )

    def contact(self, source: str) -> Said:
        at, place = self._moment(), self._line("touchpoint", LONGEST_NAME)
        row_id, subject = self._line("id", LONGEST_VALUE), self._line("subject", LONGEST_VALUE)
        if "id" in self.columns.places and not row_id and not self.faults:
            self.faults.append("it has no id of its own: fill it in, or leave that column out")
        if row_id.startswith(("erased:", "row:")):
            self.faults.append(f"the id {row_id[:40]!r} begins with a word that is kept for us")
        values = {
            **self._person(),
            "answered_at": (at or datetime.min.replace(tzinfo=UTC)).isoformat(),
            "place": place,
            "subject": subject,
            "context": self._typed_properties(),
        }
        return Said(row_id or f"row:{digest_of((source, *self.cells))}", values, self.notes)

    def _person(self) -> dict[str, Any]:
        email, external_id = self._email(), self._line("customer_id", LONGEST_NAME)
        if not email and not external_id and not self.faults:
            self.faults.append("it names nobody: fill in an e-mail address or your id")
        basis = self._basis()
        return {
            "external_id": external_id,
            "email": email,
            "address_key": address_key(email),
            "name": self._line("name", LONGEST_VALUE),
            "phone": self._line("phone", 40),
            "company": self._line("company", LONGEST_VALUE),
            "language": self._language(),
            "time_zone": self._time_zone(),
            "basis": basis.basis or "",
            "basis_on": basis.on.isoformat() if basis.on else None,
            "basis_source": basis.source if basis.basis else "",
        }

    def _email(self) -> str:
        said = super()._email()
        try:
            _checked_address(said)
        except RowRefused as fault:
            self.faults.append(str(fault))
            return ""
        return said

    def _language(self) -> str:
        said = self._line("language", 12).replace("_", "-")
        if not said:
            return ""
        short = said.partition("-")[0].casefold()
        by_name = {name.casefold(): code for code, name in LANGUAGES.items()}
        if short in LANGUAGES or said.casefold() in by_name:
            return short if short in LANGUAGES else by_name[said.casefold()]
        self.faults.append(f"{said[:40]!r} is no language such as en, de or pt")
        return ""

    def _time_zone(self) -> str:
        said = self._line("time_zone", 64)
        if said and not is_zone(said):
            self.faults.append(f"{said[:40]!r} is no time zone such as Europe/London")
            return ""
        return said

    def _typed_properties(self) -> dict[str, Any]:
        try:
            return _typed(self._properties(), self.reading)
        except RowRefused as fault:
            self.faults.append(str(fault))
            return {}


def _checked_address(said: str) -> None:
    """Refuse what no mail can be sent to: plain ones by their look, the others by the book."""
    if not said or PLAIN_ADDRESS.fullmatch(said):
        return
    try:
        clean_address(said)
    except BadAddress as error:
        raise RowRefused(f"{said[:60]!r} is no e-mail address") from error


def _typed(said: Mapping[str, str], reading: Reading) -> dict[str, Any]:
    """Values of the types that their properties have; new ones are texts."""
    return {name: _value(name, text, reading.kinds.get(name)) for name, text in said.items()}


def _value(name: str, said: str, kind: str | None) -> Any:
    if kind == "boolean":
        if said.casefold() in SAID_YES | SAID_NO:
            return said.casefold() in SAID_YES
        raise RowRefused(f"{name} is yes or no since its first value; {said[:40]!r} is neither")
    if kind == "number":
        try:
            number = json.loads(said)
        except ValueError:
            number = None
        if isinstance(number, int | float) and not isinstance(number, bool) and abs(number) < 2**53:
            return number
        raise RowRefused(f"{name} is a number since its first value; {said[:40]!r} is none")
    return said
