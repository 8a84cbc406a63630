"""Two sides held beside each other, in words, as the page and the API say it."""

from metrics.statistics.definitions import Definition
from metrics.statistics.figures import Figure
from metrics.statistics.verdicts import Call, Verdict
from reports.rules.words import Said, count_text, points_text


def said_of_sides(verdict: Verdict | None, a: Figure, b: Figure, *, may_share: bool) -> Said:
    """Say how A stands to B, or why nothing may be said."""
    both = f"(n = {count_text(a.n)} and {count_text(b.n)})"
    if may_share:
        rest = f": one answer may stand on both sides, and no test of ours holds then {both}"
        return Said(lead="no call", rest=rest, tone="none")
    if verdict is None:
        return Said(lead="too few answers to compare", rest=f" {both}", tone="none")
    return _judged(verdict, a.definition, both)


def needed(verdict: Verdict | None, definition: Definition) -> str:
    """Say how many answers it would take, where too few are there to call it."""
    if verdict is None or verdict.needed_n is None or verdict.call is not Call.NO_CALL:
        return ""
    if verdict.needed_n <= min(verdict.n, verdict.n_before):
        return ""
    points, about = points_text(definition.change_to_see), count_text(verdict.needed_n)
    return f"To see {points}, about {about} answers are needed on each side."


def _judged(verdict: Verdict, definition: Definition, both: str) -> Said:
    if verdict.is_called:
        is_up = verdict.call is Call.UP
        lead = f"A is {abs(verdict.shown)} {'higher' if is_up else 'lower'} than B"
        tone = "up" if is_up else "down"
        return Said(lead=lead, rest=f": more than chance explains {both}", tone=tone)
    if verdict.call is Call.STEADY:
        least = points_text(definition.smallest_change)
        return Said(lead="steady", rest=f": any difference is under {least} {both}", tone="none")
    return Said(lead="no call", rest=f": the difference could be chance {both}", tone="none")
