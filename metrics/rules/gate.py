"""The gate that every figure of an anonymous programme passes: what groups may be shown at all.

What it lets through are groups without overlap that never change again: whatever is put together
from them or taken off one another is made of whole groups, each of at least `K` answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

K = 5
# An answer of a month's last second is stored by then, and the batch of the night has run.
SETTLED = timedelta(days=1)
Counts = Mapping[int, int]  # how many gave each score
Counted = Mapping[tuple[date, str], Counts]  # by month and value of the kept property


@dataclass(frozen=True, kw_only=True)
class Group:
    """Answers that may be shown together; `values` are those of the kept property in it."""

    values: frozenset[str]
    counts: Counts
    is_rest: bool = False

    @property
    def n(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, kw_only=True)
class Block:
    """Whole months in a row with enough answers, and the groups that they fall into."""

    first: date
    last: date  # its last month, by that month's first day
    groups: Sequence[Group]

    @property
    def counts(self) -> Counts:
        return added(group.counts for group in self.groups)

    @property
    def n(self) -> int:
        return sum(group.n for group in self.groups)


def released(counted: Counted, today: date) -> list[Block]:
    """Return what may be shown on this day of the organisation, the oldest first.

    A month is over before it is shown, so that no answer moves a figure that somebody saw. One
    with too few answers waits for the next ones and is shown with them only.
    """
    blocks, waiting = list[Block](), dict[str, Counts]()
    first: date | None = None
    for month in sorted({month for month, _ in counted}):
        if not is_over(month, today):
            break
        first = first or month
        for value, counts in _of(month, counted).items():
            waiting[value] = added([waiting.get(value, {}), counts])
        if _size(waiting.values()) >= K:
            blocks.append(Block(first=first, last=month, groups=_groups(waiting)))
            first, waiting = None, {}
    return blocks


def within(blocks: Iterable[Block], first: date, last: date) -> list[Block]:
    """Return the blocks that lie in these months as a whole: none is ever cut."""
    return [block for block in blocks if first <= block.first and block.last <= last]


def is_over(month: date, today: date) -> bool:
    """Whether nothing can be added to the month any more."""
    return today >= next_month(month) + SETTLED


def next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def added(parts: Iterable[Counts]) -> dict[int, int]:
    total: dict[int, int] = {}
    for part in parts:
        for score, count in part.items():
            total[score] = total.get(score, 0) + count
    return total


def _of(month: date, counted: Counted) -> dict[str, Counts]:
    return {value: counts for (of, value), counts in counted.items() if of == month}


def _groups(values: Mapping[str, Counts]) -> list[Group]:
    """Each value alone where it has enough; the others together, and they have enough as well."""
    by_size = sorted(values, key=lambda value: (-sum(values[value].values()), value))
    alone = [value for value in by_size if sum(values[value].values()) >= K]
    rest = by_size[len(alone) :]
    # Taken off the whole, the values shown would tell a rest that is too small.
    while alone and 0 < _size(values[value] for value in rest) < K:
        rest.append(alone.pop())
    groups = [Group(values=frozenset([value]), counts=values[value]) for value in sorted(alone)]
    if rest:
        counts = added(values[value] for value in rest)
        groups.append(Group(values=frozenset(rest), counts=counts, is_rest=True))
    return groups


def _size(parts: Iterable[Counts]) -> int:
    return sum(sum(part.values()) for part in parts)
