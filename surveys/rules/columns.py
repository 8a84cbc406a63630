"""Columns of a table of past answers: which says what, by the names that people use."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

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


class BadColumns(ValueError):
    """The table's columns cannot be understood; the text says which option would help."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Which place in a row says what."""

    places: Mapping[Part, int]
    properties: Mapping[str, int] = field(default_factory=dict)
    width: int


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
