"""What an anonymous programme measured, as figures: every one of them is made of gated groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from metrics.queries.anonymous import Feelings, blocks_of, comments_of, feelings_of
from metrics.rules.gate import Block, Counts, Group, added, within
from metrics.statistics.definitions import Definition
from metrics.statistics.figures import Figure, figure
from surveys.models import Programme

GROUPS = ("first_month", "last_month", "property", "group", "n")
COMMENTS = ("first_month", "last_month", "comment")
MONTH = "%Y-%m"
REST, KNOWN_AS, WHOLE = "the others together", "not known", "all"


@dataclass(frozen=True, kw_only=True)
class Part:
    """The answers of one value in some blocks; None: of all that are too rare to stand alone."""

    value: str | None
    figure: Figure
    blocks: int  # in how many of them it could be shown


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The figures of some blocks, and all blocks there are to choose from."""

    every: Sequence[Block]
    blocks: Sequence[Block]
    whole: Figure
    by_block: Sequence[tuple[Block, Figure]]
    parts: Sequence[Part]
    feelings: Feelings


def measured(
    programme: Programme,
    definition: Definition,
    *,
    today: date,
    first: date = date.min,
    last: date = date.max,
) -> Measured:
    """Score the blocks that lie in these months; three statements."""
    every = blocks_of(programme.pk, today)
    blocks = within(every, first, last)
    return Measured(
        every=every,
        blocks=blocks,
        whole=figure(definition, added(block.counts for block in blocks)),
        by_block=[(block, figure(definition, block.counts)) for block in blocks],
        parts=_parts(blocks, definition) if programme.kept_property else [],
        feelings=feelings_of(programme.pk, blocks),
    )


def _parts(blocks: Sequence[Block], definition: Definition) -> list[Part]:
    """Each value that stands alone somewhere, and what is left: together they are the whole."""
    groups = [group for block in blocks for group in block.groups]
    values = sorted({value for one in groups if not one.is_rest for value in one.values})
    parts = [_part(value, _alone(groups, value), definition) for value in values]
    rest = [group for group in groups if group.is_rest]
    return [*parts, _part(None, rest, definition)] if rest else parts


def _alone(groups: Sequence[Group], value: str) -> list[Group]:
    return [one for one in groups if not one.is_rest and value in one.values]


def _part(value: str | None, groups: Sequence[Group], definition: Definition) -> Part:
    counts = added(group.counts for group in groups)
    return Part(value=value, figure=figure(definition, counts), blocks=len(groups))


def group_columns(definition: Definition) -> list[str]:
    scale = range(definition.scale.low, definition.scale.high + 1)
    return [*GROUPS, *(f"gave_{score}" for score in scale)]


def group_rows(programme: Programme, definition: Definition, today: date) -> list[list[object]]:
    """Every group that may be shown, one row each: whole blocks and the values in them."""
    rows = []
    for block in blocks_of(programme.pk, today):
        rows.append(_row(block, "", WHOLE, block.counts, definition))
        for group in block.groups if programme.kept_property else ():
            name = REST if group.is_rest else next(iter(group.values)) or KNOWN_AS
            rows.append(_row(block, programme.kept_property, name, group.counts, definition))
    return rows


def comment_rows(programme: Programme, today: date) -> list[list[object]]:
    """All words of the blocks that may be shown, in random order within each."""
    return [
        [block.first.strftime(MONTH), block.last.strftime(MONTH), comment]
        for block in blocks_of(programme.pk, today)
        for comment in comments_of(programme.pk, block, None)[0]
    ]


def _row(block: Block, key: str, name: str, counts: Counts, definition: Definition) -> list[object]:
    scale = range(definition.scale.low, definition.scale.high + 1)
    months = [block.first.strftime(MONTH), block.last.strftime(MONTH)]
    return [*months, key, name, sum(counts.values()), *(counts.get(one, 0) for one in scale)]
