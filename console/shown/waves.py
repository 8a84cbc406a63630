"""A list that was read, as the page shows it before anybody is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.shown.refusals import refusals_of
from surveys.actions.listing import Matched
from surveys.rules.asking import Verdict
from surveys.rules.listing import Listing

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class CheckedList:
    """How many lines name somebody, who is not known, and what could not be read."""

    ids: Sequence[int]
    added: int
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
        return len(self.ids)

    @property
    def may_start(self) -> bool:
        """Whether anybody would be asked: of a long list only the first were tried."""
        return self.asked > 0 or self.tried < self.people

    @property
    def ids_text(self) -> str:
        return ",".join(map(str, self.ids))


def checked_list(found: Listing, matched: Matched, verdicts: Sequence[Verdict]) -> CheckedList:
    return CheckedList(
        ids=matched.customer_ids,
        added=matched.added,
        unknown=len(matched.unknown),
        unknown_names=[each.email or each.external_id for each in matched.unknown[:SHOWN]],
        twice=found.twice,
        faulty=found.faulty,
        faults=found.faults[:SHOWN],
        asked=sum(each.is_asked for each in verdicts),
        tried=len(verdicts),
        refused=refusals_of(verdicts),
    )
