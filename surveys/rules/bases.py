"""Why a person may be asked: the legal basis, the day it holds from and where it was said."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.texts import is_line

DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST_SOURCE = 200


class Basis(StrEnum):
    """What the law knows, and that somebody said no."""

    CONSENT = "consent"
    CONTRACT = "contract"
    INTEREST = "interest"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Basis.CONSENT: "Consent",
    Basis.CONTRACT: "Contract",
    Basis.INTEREST: "Legitimate interest",
    Basis.REFUSED: "Refused",
}
# What other systems write; compared without case, spaces and punctuation.
SAID = {
    "consent": Basis.CONSENT,
    "optin": Basis.CONSENT,
    "yes": Basis.CONSENT,
    "contract": Basis.CONTRACT,
    "interest": Basis.INTEREST,
    "legitimateinterest": Basis.INTEREST,
    "refused": Basis.REFUSED,
    "withdrawn": Basis.REFUSED,
    "optout": Basis.REFUSED,
    "no": Basis.REFUSED,
}


@dataclass(frozen=True, kw_only=True)
class LegalBasis:
    """All three belong together; without a basis there is neither day nor source."""

    basis: Basis | None = None
    on: date | None = None
    source: str = ""


def read_cells(said: str, on: str, source: str, *, today: date) -> tuple[LegalBasis, list[str]]:
    """Return what three cells of a table say, and what is wrong with them."""
    basis = SAID.get("".join(letter for letter in said.casefold() if letter.isalnum()))
    day, faults = _day(on), []
    if basis is None:
        faults.append(f"{said[:40]!r} is no legal basis; known are {', '.join(Basis)}")
    if day is None:
        faults.append(f"{on[:40]!r} is no day of its legal basis as 2026-05-12")
    elif day > today:
        faults.append(f"its legal basis begins in the future, on {day}")
    if not 0 < len(source) <= LONGEST_SOURCE or not is_line(source):
        faults.append(f"the source of its legal basis is no line of 1 to {LONGEST_SOURCE} letters")
    return LegalBasis(basis=basis, on=day, source=source), faults


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if DAY.fullmatch(said) else None
    except ValueError:
        return None


def is_newer(said: date | None, known: date | None) -> bool:
    """Tell whether what is said now may replace what is known: the later day knows more."""
    return known is None or (said is not None and said >= known)
