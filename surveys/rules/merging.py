"""Two entries of one person: which of their values the one that is left has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys.rules.bases import Basis, LegalBasis

# An address and its key belong together, so do the parts of a basis.
ALONE = ("external_id", "phone", "name", "company_id", "language", "time_zone")
ADDRESS = ("email", "address_key")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is known of a customer, as the columns are called."""

    external_id: str | None = None
    email: str = ""
    address_key: str = ""
    phone: str = ""
    name: str = ""
    company_id: int | None = None
    language: str = ""
    time_zone: str = ""
    basis: LegalBasis = field(default_factory=LegalBasis)
    properties: Mapping[str, Any] = field(default_factory=dict)


def merged(kept: Entry, other: Entry) -> Entry:
    """Take what the kept one says; what it lacks comes from the other.

    Properties name by name in the same way. Of two legal bases a refusal wins, else the later.
    """
    values = {name: getattr(kept, name) or getattr(other, name) for name in ALONE}
    of_address = kept if kept.address_key else other
    values |= {name: getattr(of_address, name) for name in ADDRESS}
    return Entry(
        **values,
        basis=stricter(kept.basis, other.basis),
        properties={**other.properties, **kept.properties},
    )


def stricter(one: LegalBasis, other: LegalBasis) -> LegalBasis:
    """A refusal holds whatever else was said; of equals the later day knows more."""

    def rank(basis: LegalBasis) -> tuple[bool, bool, str]:
        day = basis.on.isoformat() if basis.on else ""
        return basis.basis == Basis.REFUSED, basis.on is not None, day

    return other if rank(other) > rank(one) else one
