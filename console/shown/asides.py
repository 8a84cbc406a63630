"""What stands beside a Service figure as templates print it: a line with its list of answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.shown.cards import LeftOut, left_outs
from console.shown.links import Links
from reports.queries.asides import Aside


@dataclass(frozen=True, kw_only=True)
class AsideFace:
    """One figure and the way to exactly its answers."""

    aside: Aside
    url: str
    left_out: Sequence[LeftOut]


def aside_faces(asides: Sequence[Aside], links: Links) -> list[AsideFace]:
    """Lay out what holds any answer: of a part that faces were never shown to nothing is said."""
    return [
        AsideFace(
            aside=one,
            url=links.to(one.answers),
            left_out=left_outs(links.to, one.answers, one.left_out),
        )
        for one in asides
        if one.n or one.left_out
    ]
