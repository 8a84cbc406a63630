"""What anonymous programmes measured, read through the gate: nothing else reads these answers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Func, Q, QuerySet

from metrics.rules.gate import Block, Counts, Group, added, released
from surveys.models import AnonymousAnswer


@dataclass(frozen=True, kw_only=True)
class Feelings:
    """How often each feeling was chosen in some blocks."""

    n: int
    chosen: dict[str, int]


def blocks_of(programme_id: int, today: date) -> list[Block]:
    """Return what may be shown of a programme on this day; one statement."""
    rows = AnonymousAnswer.objects.filter(programme=programme_id)
    counted: dict[tuple[date, str], Counts] = defaultdict(dict)
    found = rows.values("month", "kept", "score").annotate(n=Count("id"))
    for month, kept, score, n in found.values_list("month", "kept", "score", "n"):
        counted[month, kept] = added([counted[month, kept], {score: n}])
    return released(counted, today)


def comments_of(
    programme_id: int, block: Block, group: Group | None, *, most: int | None = None
) -> tuple[list[str], int]:
    """Return words of a group that passed the gate, or of its block, and how many there are.

    They stand in the order of random ids: it tells of nobody when she wrote.
    """
    rows = _answers(programme_id, [block])
    if group is not None:
        rows = rows.filter(kept__in=group.values)
    said = rows.exclude(comment="")
    return list(said.order_by("id").values_list("comment", flat=True)[:most]), said.count()


def feelings_of(programme_id: int, blocks: Sequence[Block]) -> Feelings:
    """Count the feelings of whole blocks."""
    felt = _answers(programme_id, blocks).exclude(feelings=[])
    chosen = felt.annotate(one=Func(F("feelings"), function="unnest")).values_list("one")
    counts = dict(chosen.annotate(n=Count("id")).order_by())
    return Feelings(n=felt.count(), chosen=counts)


def released_of(programme_ids: Collection[int], today: date) -> dict[int, int]:
    """Return how many answers of each programme are shown on its own page; none is left out."""
    found = {pk: sum(block.n for block in blocks_of(pk, today)) for pk in programme_ids}
    return {pk: n for pk, n in found.items() if n}


def _answers(programme_id: int, blocks: Sequence[Block]) -> QuerySet[AnonymousAnswer]:
    months = Q(pk__in=[])
    for block in blocks:
        months |= Q(month__gte=block.first, month__lte=block.last)
    return AnonymousAnswer.objects.filter(months, programme=programme_id)
