"""Two customers side by side, and what is left of them when they are merged."""

from collections.abc import Iterator
from dataclasses import dataclass

from surveys.models import Customer
from surveys.queries.merging import entry_of
from surveys.rules.bases import LegalBasis
from surveys.rules.merging import Entry, merged


@dataclass(frozen=True, kw_only=True)
class Line:
    """One value: what each says, and what will stand there."""

    name: str
    kept: str
    other: str
    left: str

    @property
    def is_lost(self) -> bool:
        """Whether the other one says something that goes."""
        return bool(self.other) and self.other != self.left


def lines_of(kept: Customer, other: Customer) -> list[Line]:
    """Return one line for each value that at least one of them has."""
    companies = {one.company_id: str(one.company) for one in (kept, other) if one.company}
    of_kept, of_other = entry_of(kept), entry_of(other)
    said = [
        dict(_said(entry, companies)) for entry in (of_kept, of_other, merged(of_kept, of_other))
    ]
    names = dict.fromkeys(name for one in said for name in one)
    return [
        Line(name=name, kept=one, other=two, left=left)
        for name in names
        for one, two, left in [[each.get(name, "") for each in said]]
        if one or two
    ]


def _said(entry: Entry, companies: dict[int | None, str]) -> Iterator[tuple[str, str]]:
    yield "Name", entry.name
    yield "Address", entry.email
    yield "Phone", entry.phone
    yield "Your own id", entry.external_id or ""
    yield "Company", companies.get(entry.company_id, "")
    yield "Language", entry.language
    yield "Time zone", entry.time_zone
    yield "May be asked", _basis(entry.basis)
    for name, value in sorted(entry.properties.items()):
        yield name, str(value)


def _basis(basis: LegalBasis) -> str:
    return f"{basis.basis.label} since {basis.on:%-d %B %Y}" if basis.basis and basis.on else ""
