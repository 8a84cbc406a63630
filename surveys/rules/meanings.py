"""What the columns of a file mean: what each kind of file may say, guessed, chosen and judged."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from surveys.rules.cells import ADDRESS, digest_of
from surveys.rules.columns import KNOWN, Columns, Part
from surveys.rules.moments_written import looks_written

MOST_ROWS = 50_000
MOST_COLUMNS = 150
LARGEST_FILE = 10 * 1024 * 1024
LONGEST_PROPERTY = 60
# What a column of an export is called besides what it says of past answers.
PERSON: Mapping[Part, tuple[str, ...]] = {
    "email": (*KNOWN["email"], "mail", "contactemail", "requesteremail"),
    "customer_id": (*KNOWN["customer_id"], "customernumber", "customerno", "contactid"),
    "name": (*KNOWN["name"], "customer", "contactname", "requester", "requestername"),
    "phone": ("phone", "phonenumber", "mobile", "mobilephone", "telephone"),
    "company": ("company", "companyname", "organisation", "organization", "account"),
    "language": ("language", "locale", "lang"),
    "time_zone": ("timezone", "tz"),
}
BASIS: Mapping[Part, tuple[str, ...]] = {
    part: KNOWN[part] for part in ("basis", "basis_on", "basis_source")
}


class Kind(StrEnum):
    """What a file holds."""

    CUSTOMERS = "customers"
    INTERACTIONS = "interactions"
    RESPONSES = "responses"


PARTS: Mapping[Kind, Mapping[Part, tuple[str, ...]]] = {
    Kind.CUSTOMERS: {
        **PERSON,
        "customer_id": (*PERSON["customer_id"], "id", "externalid", "number"),
        **BASIS,
    },
    Kind.INTERACTIONS: {
        "answered_at": (
            "occurredat", "solvedat", "closedat", "resolvedat", "happenedat", "createdat",
            "timestamp", "datetime", "date", "time", "when",
        ),
        "id": ("id", "sourceid", "interactionid", "ticketid", "ticket", "ticketnumber", "caseid",
               "number", "orderid", "order", "uuid"),
        "touchpoint": (*KNOWN["touchpoint"], "channel"),
        "subject": ("subject", "title", "topic"),
        **PERSON,
    },
    Kind.RESPONSES: {**KNOWN, "email": PERSON["email"]},
}  # fmt: skip
LABELS: Mapping[Part, str] = {
    "answered_at": "When it was",
    "score": "Score",
    "comment": "Comment",
    "touchpoint": "Touchpoint",
    "id": "Its own id",
    "subject": "Subject",
    "email": "E-mail address",
    "customer_id": "Your id of the customer",
    "name": "Name",
    "phone": "Phone",
    "company": "Company",
    "language": "Language",
    "time_zone": "Time zone of the customer",
    "basis": "Legal basis",
    "basis_on": "Legal basis: since",
    "basis_source": "Legal basis: where it was said",
}
NEEDED: Mapping[Kind, Sequence[Part]] = {
    Kind.CUSTOMERS: (),
    Kind.INTERACTIONS: ("answered_at",),
    Kind.RESPONSES: ("answered_at", "score"),
}
# A row is known again by these; without one of them a second run would double it.
PERSON_NAMED_BY: tuple[Part, ...] = ("email", "customer_id")
# How the cells of a part look, whatever its heading is called.
LOOKS: Mapping[Part, Callable[[str], object]] = {
    "email": ADDRESS.fullmatch,
    "answered_at": looks_written,
}
OUT, KEPT = "", "+"
# The first columns of the file of refused rows, by which it is known when it comes back mended.
MENDED = ("line", "what to do")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What each column means, by its place: a part, KEPT as a property, or OUT."""

    meanings: Sequence[str]
    header: Sequence[str]
    faults: Sequence[str] = field(default=())

    def columns(self) -> Columns:
        return Columns(
            places={part: place for place, part in enumerate(self.meanings) if part in LABELS},  # type: ignore[misc]
            properties={
                self.header[place]: place
                for place, meaning in enumerate(self.meanings)
                if meaning == KEPT
            },
            width=len(self.header),
        )


def plain_name(heading: str) -> str:
    """A heading without case, spaces and punctuation, as headings are compared."""
    return re.sub(r"[^a-z0-9]", "", heading.casefold())


def heading_key(header: Sequence[str]) -> str:
    """What files with the same headings in the same order have in common."""
    return digest_of([plain_name(name) or name for name in header])


def guess(
    kind: Kind,
    header: Sequence[str],
    known: Mapping[str, str],
    rows: Sequence[Sequence[str]] = (),
) -> list[str]:
    """What each column probably means: as it was chosen before, by its heading, by its cells.

    Cells tell it where headings are in another language: what is an address or a moment in each
    of the rows, and in one column alone.
    """
    meanings = [known.get(name, OUT) for name in header]
    taken = set(meanings)
    for part, names in PARTS[kind].items():
        if part in taken:
            continue
        found = _named(header, names, meanings, known)
        if found is not None:
            meanings[found] = part
    for part, looks_so in LOOKS.items():
        if part not in PARTS[kind] or part in meanings:
            continue
        places = [
            place
            for place, name in enumerate(header)
            if meanings[place] == OUT and name not in known and _all(looks_so, place, rows)
        ]
        if len(places) == 1:
            meanings[places[0]] = part
    return meanings


def _all(looks_so: Callable[[str], object], place: int, rows: Sequence[Sequence[str]]) -> bool:
    said = [row[place].strip() for row in rows if place < len(row)]
    told = [cell for cell in said if cell]
    return len(told) * 2 > len(said) and all(map(looks_so, told))


def _named(
    header: Sequence[str], names: Sequence[str], meanings: Sequence[str], known: Collection[str]
) -> int | None:
    """The column with the best of the names; those that were left out before stay out."""
    free = {
        plain_name(name): place
        for place, name in reversed(list(enumerate(header)))
        if meanings[place] == OUT and name not in known
    }
    return next((free[name] for name in names if name in free), None)


def choice_faults(
    kind: Kind, header: Sequence[str], meanings: Sequence[str], place: str
) -> list[str]:
    """What is wrong with a choice of columns and of one touchpoint for all rows."""
    faults = faults_of(kind, header, meanings)
    if kind is Kind.INTERACTIONS and not place and "touchpoint" not in meanings:
        faults.append("Choose the column of the touchpoint, or name one for all rows.")
    return faults


def faults_of(kind: Kind, header: Sequence[str], meanings: Sequence[str]) -> list[str]:
    """What is wrong with a choice, in sentences."""
    faults = [
        f"Two columns say “{LABELS[part]}”: choose one."
        for part in PARTS[kind]
        if list(meanings).count(part) > 1
    ]
    faults += [
        f"Choose the column that says “{LABELS[part]}”."
        for part in NEEDED[kind]
        if part not in meanings
    ]
    if kind is not Kind.RESPONSES and not any(part in meanings for part in PERSON_NAMED_BY):
        faults.append("Choose the column of the e-mail address or of your id of the customer.")
    kept = [header[place] for place, meaning in enumerate(meanings) if meaning == KEPT]
    faults += [
        f"“{name[:40]}” cannot name a property: it needs 1 to {LONGEST_PROPERTY} letters."
        for name in kept
        if not 0 < len(name) <= LONGEST_PROPERTY
    ]
    if len(set(kept)) < len(kept):
        faults.append("Two columns that are kept as properties have the same heading.")
    basis = {"basis", "basis_on", "basis_source"}
    if basis & set(meanings) and not basis <= set(meanings):
        faults.append("A legal basis needs its three columns: what, since when, where it was said.")
    return faults
