"""A list of people that somebody pasted or uploaded: who stands on which line."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kit.texts import is_line
from surveys.rules.cells import ADDRESS, LONGEST_ID, LONGEST_NAME
from surveys.rules.columns import KNOWN

MOST_LINES = 50_000
MOST_FAULTS = 200
PARTS = ("email", "customer_id", "name")
ANGLED = re.compile(r"^(?P<name>[^<>]*)<(?P<email>[^<>]+)>$")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is meant: by an id of the organisation's own, else by an address."""

    email: str = ""
    external_id: str = ""
    name: str = ""


@dataclass(kw_only=True)
class Listing:
    """Everybody on the list once, and the lines that name nobody."""

    people: dict[tuple[str, str], Person] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)
    faulty: int = 0
    twice: int = 0

    def refuse(self, line: int, why: str) -> None:
        self.faulty += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append((line, why))

    def add(self, person: Person) -> None:
        key = (person.external_id, person.email.casefold() if not person.external_id else "")
        self.twice += key in self.people
        self.people.setdefault(key, person)


def read_list(rows: Iterable[tuple[int, Sequence[str]]]) -> Listing:
    """Read who is meant; the first line may name the columns or somebody already."""
    listing, places = Listing(), None
    for number, (line, cells) in enumerate(rows):
        if number == 0 and (places := _named(cells)) is not None:
            continue
        if number > MOST_LINES:
            listing.refuse(line, f"only the first {MOST_LINES:,} lines are read")
            break
        _read(listing, line, cells, places or _by_look(cells))
    return listing


def _named(cells: Sequence[str]) -> Mapping[str, int] | None:
    """The places of the columns by their names; None where the line names none."""
    plain = [re.sub(r"[^a-z0-9]", "", name.casefold()) for name in cells]
    known = {part: names for part, names in KNOWN.items() if part in PARTS}
    found: dict[str, int] = {
        str(part): next(place for place, name in enumerate(plain) if name in names)
        for part, names in known.items()
        if any(name in names for name in plain)
    }
    return found if "email" in found or "customer_id" in found else None


def _by_look(cells: Sequence[str]) -> Mapping[str, int]:
    """Without names of columns the cell with an @ is the address and another one the name."""
    email = next((place for place, cell in enumerate(cells) if "@" in cell), 0)
    rest = [place for place, cell in enumerate(cells) if place != email and cell.strip()]
    return {"email": email, **({"name": rest[0]} if rest else {})}


def _read(
    listing: Listing, line: int, cells: Sequence[str], places: Mapping[str, int]
) -> None:  # fmt: skip
    said = {
        part: cells[place].strip() if place < len(cells) else ""
        for part, place in places.items()
    }  # fmt: skip
    name, email = said.get("name", ""), said.get("email", "")
    if angled := ANGLED.match(email):
        name, email = name or angled["name"].strip(" \"'"), angled["email"].strip()
    external_id = said.get("customer_id", "")
    why = _wrong(email, external_id, name)
    if why:
        listing.refuse(line, why)
    else:
        listing.add(Person(email=email, external_id=external_id, name=name))


def _wrong(email: str, external_id: str, name: str) -> str:
    if not email and not external_id:
        return "it names nobody"
    if email and (not ADDRESS.fullmatch(email) or len(email) > 254):
        return "this is no e-mail address"
    if not all(is_line(text) for text in (email, external_id, name)):
        return "it holds characters that cannot be seen"
    if len(external_id) > LONGEST_ID or len(name) > LONGEST_NAME:
        return "a value is too long"
    return ""
