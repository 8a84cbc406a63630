"""How many gave each score of a scale: the picture, and the figures behind it."""

from collections.abc import Sequence
from fractions import Fraction

from metrics.queries.scores import distribution_of
from metrics.statistics.figures import Figure
from metrics.statistics.rounding import half_away
from reports.charts.bars import Part, columns
from reports.charts.theme import Spec
from reports.queries.trends import Table
from reports.rules.words import GROUPS, count_text


def columns_spec(shown: Figure) -> Spec:
    """Draw how many gave each score of the scale."""
    groups = [tone for _, tone in GROUPS[shown.definition.kind]]
    parts = [
        Part(name=str(score), count=count, tone=_tone(shown, score, groups))
        for score, count in distribution_of(shown)
    ]
    words = ", ".join(f"{part.count} gave {part.name}" for part in parts)
    return columns(parts, description=f"Answers by score: {words}", width=336, height=176)


def _tone(shown: Figure, score: int, tones: Sequence[str]) -> str:
    cut = shown.definition.cut
    if cut is not None:
        return tones[0] if score >= cut else tones[1]
    return tones[0] if score >= 9 else tones[1] if score >= 7 else tones[2]


def columns_table(shown: Figure) -> Table:
    """Write how many gave each score, and which share of all answers that is."""
    spread = distribution_of(shown)
    return Table(
        caption="Answers by score",
        heads=("Score", "Answers", "Share"),
        rows=[(str(score), count_text(n), share_text(n, shown.n)) for score, n in spread],
        keys=[{"score": str(score)} for score, _ in spread],
    )


def share_text(part: int, n: int) -> str:
    return f"{half_away(Fraction(part * 100, n))} %" if n else "\u2013"
