"""What the gate lets through, and that nobody can take groups apart by taking them off another."""

from datetime import date, timedelta
from itertools import combinations
from random import Random

import pytest

from metrics.rules.gate import Block, K, added, is_over, next_month, released, within

LATE = date(2027, 1, 1)
JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))


def told(blocks):
    """Blocks as a reader sees them: months, and the size of each group by name."""
    return [
        (
            block.first.month,
            block.last.month,
            {"rest" if g.is_rest else next(iter(g.values)): g.n for g in block.groups},
        )
        for block in blocks
    ]


def months(**values):
    """So many answers of each value in each month; all of them gave a 9."""
    named = {"jan": JAN, "feb": FEB, "mar": MAR, "apr": APR}
    return {
        (named[month], value): {9: n}
        for month, counts in values.items()
        for value, n in counts.items()
        if n
    }


@pytest.mark.parametrize(
    ("counted", "shown"),
    [
        # A month with enough stands alone; one with too few waits for the next.
        (months(jan={"": 5}, feb={"": 6}), [(1, 1, {"": 5}), (2, 2, {"": 6})]),
        (months(jan={"": 4}, feb={"": 1}), [(1, 2, {"": 5})]),
        (months(jan={"": 5}, feb={"": 4}), [(1, 1, {"": 5})]),
        (months(jan={"": 4}), []),
        (months(jan={"": 1}, feb={"": 1}, mar={"": 1}, apr={"": 2}), [(1, 4, {"": 5})]),
        # Values with enough stand alone, the others together.
        (months(jan={"gold": 5, "free": 7}), [(1, 1, {"free": 7, "gold": 5})]),
        (months(jan={"gold": 9, "a": 3, "b": 2}), [(1, 1, {"gold": 9, "rest": 5})]),
        # A rest too small takes the smallest with it, and the next, until it is large enough.
        (months(jan={"gold": 9, "free": 8, "a": 4}), [(1, 1, {"gold": 9, "rest": 12})]),
        (months(jan={"gold": 9, "a": 1}), [(1, 1, {"rest": 10})]),
        (months(jan={"a": 2, "b": 2, "c": 2}), [(1, 1, {"rest": 6})]),
        # What a value lacks in one month it may have in several that wait together.
        (months(jan={"a": 3}, feb={"a": 2, "b": 5}), [(1, 2, {"a": 5, "b": 5})]),
    ],
)
def test_what_is_let_through(counted, shown):
    assert told(released(counted, LATE)) == shown


def test_a_month_is_shown_from_the_second_day_after_it():
    counted = months(jan={"": 5}, feb={"": 5})
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 2), date(2026, 3, 1)]
    assert [len(released(counted, day)) for day in days] == [0, 0, 1, 1]
    assert (is_over(date(2026, 12, 1), LATE), next_month(date(2026, 12, 1))) == (False, LATE)
    assert is_over(date(2026, 12, 1), LATE + timedelta(days=1))


def test_blocks_are_taken_as_a_whole_or_not_at_all():
    blocks = released(months(jan={"": 9}, feb={"": 2}, mar={"": 4}, apr={"": 7}), LATE)
    spans = [(first, last) for first, last in ((JAN, APR), (JAN, FEB), (FEB, MAR), (MAR, APR))]
    assert [told(within(blocks, *span)) for span in spans] == [
        [(1, 1, {"": 9}), (2, 3, {"": 6}), (4, 4, {"": 7})],
        [(1, 1, {"": 9})],
        [(2, 3, {"": 6})],
        [(4, 4, {"": 7})],
    ]


def a_history(random):
    """Half a year of answers: few or many, of values that nearly everybody or nobody has."""
    answers = []
    for month in range(1, 7):
        for _ in range(random.choice([0, 1, 3, 4, 5, 6, 9, 14, 30])):
            value = random.choice(["gold", "gold", "free", "free", "free", "team", "one", ""])
            answers.append((date(2026, month, 1), value, random.randint(0, 10)))
    return answers


def count(answers):
    counted = {}
    for month, value, score in answers:
        counted[month, value] = added([counted.get((month, value), {}), {score: 1}])
    return counted


def every_figure(blocks):
    """All that somebody can read: every span of blocks, whole, by value and the rest of it."""
    for first, last in combinations([*(b.first for b in blocks), *(b.last for b in blocks)], 2):
        chosen = within(blocks, min(first, last), max(first, last))
        groups = [group for block in chosen for group in block.groups]
        yield added(group.counts for group in groups)
        yield added(group.counts for group in groups if group.is_rest)
        for value in {value for group in groups for value in group.values}:
            alone = [g for g in groups if not g.is_rest and value in g.values]
            yield added(group.counts for group in alone)
    for block in blocks:
        yield block.counts
        yield from (group.counts for group in block.groups)


@pytest.mark.parametrize("seed", range(40))
def test_no_figure_and_no_difference_of_two_is_about_fewer_than_five(seed):
    """Groups that are known to lie inside one another are told apart by subtraction."""
    blocks = released(count(a_history(Random(seed))), LATE)
    atoms = [(block.first, group) for block in blocks for group in block.groups]
    assert all(group.n >= K for _, group in atoms)
    # Every figure is a sum of whole atoms, so a difference of nested ones is one as well.
    figures = [frozenset(), *_sets_of_atoms(blocks)]
    sizes = {index: group.n for index, (_, group) in enumerate(atoms)}
    for one, other in combinations(figures, 2):
        for left in (one - other, other - one):
            assert not left or sum(sizes[index] for index in left) >= K
    known = [counts for counts in every_figure(blocks) if counts]
    assert all(sum(counts.values()) >= K for counts in known)


def _sets_of_atoms(blocks):
    atoms = [(block, group) for block in blocks for group in block.groups]
    for first in range(len(blocks)):
        for last in range(first, len(blocks)):
            span = blocks[first : last + 1]
            inside = {i for i, (block, _) in enumerate(atoms) if block in span}
            yield frozenset(inside)
            yield frozenset(i for i in inside if atoms[i][1].is_rest)
            for value in {v for i in inside for v in atoms[i][1].values}:
                yield frozenset(
                    i for i in inside if not atoms[i][1].is_rest and value in atoms[i][1].values
                )


@pytest.mark.parametrize("seed", range(20))
def test_one_more_answer_moves_nothing_that_was_shown(seed):
    """Somebody looks every day, and knows on which day each customer answered."""
    random = Random(seed)
    answers, day, seen = [], date(2026, 1, 1), []
    for _ in range(150):
        day += timedelta(days=random.randint(0, 2))
        before = released(count(answers), day)
        answers.append((day.replace(day=1), random.choice(["gold", "free", ""]), 3))
        after = released(count(answers), day)
        assert after == before
        assert [told([b]) for b in seen] == [told([b]) for b in after[: len(seen)]]
        seen = after
    assert len(seen) >= 3
    assert isinstance(seen[0], Block)
