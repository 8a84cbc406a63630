"""What repeated answers do to a figure, in words: who answered twice, and what that is worth."""

from metrics.statistics.figures import Figure
from metrics.statistics.overlaps import Overlap
from metrics.statistics.rounding import half_away
from reports.rules.words import count_text

ALLOWS_FOR = "allows for "
ON_MONDAYS = "counted on Mondays"
# Lists are read at once, so their number and the one told may differ by what was corrected since.
MONDAYS = f"{ON_MONDAYS}; a correction since then shows in the lists first"
INDEPENDENT = "the verdict treats answers as independent"


def every_text(figure: Figure, overlap: Overlap | None) -> str:
    """Say which answers count where each counts, and whether repeated ones are corrected for."""
    mean = None if overlap is None else overlap.now.mean_size
    if mean is None:
        return f"each answer; {INDEPENDENT}"
    told = f"each answer, {float(mean):.1f} of each customer on average ({ON_MONDAYS})"
    if figure.worth is None:
        return f"{told}: so few repeat that they count as independent"
    return f"{told}: interval and verdict take them for {_about(figure.worth)} independent ones"


def latest_text(overlap: Overlap | None) -> str:
    """Say that each customer counts once, and how both periods share some of them."""
    told = "the latest answer of each customer in the period"
    if overlap is None:
        return f"{told}; {INDEPENDENT}"
    if not overlap.shared.n:
        return f"{told}; nobody answered in both periods ({MONDAYS})"
    shared = count_text(overlap.shared.n)
    return f"{told}; the verdict {ALLOWS_FOR}{shared} who answered in both periods ({MONDAYS})"


def worth_text(figure: Figure) -> str:
    """Print n effective beside n, or nothing where answers are independent."""
    if figure.worth is None:
        return ""
    return f"worth {_about(figure.worth)} independent answers"


def _about(worth: float) -> str:
    return f"about {count_text(half_away(worth))}"
