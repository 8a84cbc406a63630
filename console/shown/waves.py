"""A list that was read, as the page shows it before anybody is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.lists import sealed
from console.shown.refusals import refusals_of
from surveys.actions.listing import Matched
from surveys.rules.asking import Verdict
from surveys.rules.listing import Listing

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class CheckedList:
    """How many lines name somebody, who is not known, and what could not be read."""

    ids: Sequence[int]
    new: int
    sealed: str  # those who are added when it is sent
    unknown: int
    unknown_names: Sequence[str]
    twice: int
    faulty: int
    faults: Sequence[tuple[int, str]]
    asked: int
    tried: int
    refused: Sequence[tuple[str, int]]

    @property
    def people(self) -> int:
        return len(self.ids) + self.new

    @property
    def may_start(self) -> bool:
        """Whether anybody would be asked: of a long list only the first were tried."""
        return self.asked > 0 or self.tried < self.people

    @property
    def ids_text(self) -> str:
        return ",".join(map(str, self.ids))

    @property
    def weight(self) -> int:
        """Characters of the form that sends it; a comma takes three."""
        return len(self.ids_text) + 2 * len(self.ids) + len(self.sealed)


def checked_list(
    found: Listing, matched: Matched, verdicts: Sequence[Verdict], *, adds: bool
) -> CheckedList:
    return CheckedList(
        ids=matched.customer_ids,
        new=len(matched.unknown) if adds else 0,
        sealed=sealed(matched.unknown) if adds and matched.unknown else "",
        unknown=len(matched.unknown),
        unknown_names=[each.email or each.external_id for each in matched.unknown[:SHOWN]],
        twice=found.twice,
        faulty=found.faulty,
        faults=found.faults[:SHOWN],
        asked=sum(each.is_asked for each in verdicts),
        tried=len(verdicts),
        refused=refusals_of(verdicts),
    )
