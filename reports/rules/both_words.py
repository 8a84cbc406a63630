"""Customers who have both, in words: their share, their cells, what may be claimed of them."""

from metrics.statistics.families import ENOUGH
from metrics.statistics.overlaps import Overlap
from metrics.statistics.proportions import Movement, Share, wilson
from metrics.statistics.quadrants import Apart, Cell, Change, Claim, Felt, Question, Served
from metrics.statistics.verdicts import Call
from reports.rules.overlap_words import MONDAYS
from reports.rules.words import Explained, Said, count_text, share_interval_text

DEPENDS = Said(lead="depends on where the line is drawn", rest="", tone="none")
SERVED = {Served.WELL: "Well served", Served.POORLY: "Poorly served"}
FELT = {
    Felt.HIGH: "Promoters, 9\u201310",
    Felt.MIDDLE: "In between, 7\u20138",
    Felt.LOW: "Detractors, 0\u20136",
}
TONES = {Felt.HIGH: "promoter", Felt.MIDDLE: "passive", Felt.LOW: "detractor"}
NAMES = {
    (Served.WELL, Felt.HIGH): "well served promoters",
    (Served.WELL, Felt.MIDDLE): "well served, in between",
    (Served.WELL, Felt.LOW): "well served, yet detractors",
    (Served.POORLY, Felt.HIGH): "poorly served, yet promoters",
    (Served.POORLY, Felt.MIDDLE): "poorly served, in between",
    (Served.POORLY, Felt.LOW): "poorly served detractors",
}
EXPLAINED = Explained(
    name="Customers who have both",
    sentence="The latest relationship answer of each customer in the period, beside how she was "
    "served in the 180 days before it.",
    facts=[
        (
            "Well served",
            "more than half of her service ratings satisfied; a tie goes to the newest",
        ),
        ("Promoters", "9 and 10; 7 and 8 stand in a column of their own; detractors are 0 to 6"),
        ("Shares", "of all who have both, with Wilson's 95 % interval"),
        ("Claims", "Newcombe's difference of shares, all judged together (Benjamini-Hochberg)"),
        ("The line", "a claim must also hold with 90 and 365 days, and with 7-8 counted as good"),
    ],
)


def percent(share: Share) -> str:
    return "no data" if share.shown is None else f"{share.shown} %"


def range_text(share: Share) -> str:
    """Write Wilson's interval: 13 to 24 %."""
    interval = wilson(share)
    return "" if interval is None else share_interval_text(interval)


def with_range(share: Share) -> str:
    return f"{percent(share)} ({range_text(share)})" if share.n else percent(share)


def coverage_text(coverage: Share) -> str:
    """Say how many of those who were heard have both."""
    return (
        f"{count_text(coverage.part)} of {count_text(coverage.n)} had rated service in the "
        f"180 days before they answered: {with_range(coverage)}."
    )


def link_text(claim: Claim) -> str:
    """Set the shares of detractors side by side, and say whether chance could explain it."""
    shares = (
        f"Of those poorly served {with_range(claim.here)} are detractors, of those well served "
        f"{with_range(claim.there)}"
    )
    return f"{shares}: {_judgement(claim)}."


def _judgement(claim: Claim) -> str:
    both = f"(n = {count_text(claim.here.n)} and {count_text(claim.there.n)})"
    if claim.depends:
        return f"whether they differ depends on where the line is drawn {both}"
    if claim.test.verdict.is_called:
        return f"more than chance explains {both}"
    return f"no call, could be chance {both}"


def change_said(claim: Claim | None) -> Said | None:
    """Say how a cell's share changed since the last period."""
    if claim is None:
        return None
    if claim.depends:
        return DEPENDS
    verdict = claim.test.verdict
    both = f"n = {count_text(claim.here.n)} and {count_text(claim.there.n)}"
    if verdict.is_called:
        lead = f"{verdict.call.value} {abs(verdict.shown)}"
        return Said(lead=lead, rest=both, tone="none")
    return Said(lead=verdict.call.value, rest=both, tone="none")


def apart_text(cell: Cell, segment: str, claim: Claim) -> str:
    """Say that a cell is fuller or emptier in a segment than elsewhere."""
    more = "more" if claim.call is Call.UP else "fewer"
    both = f"(n = {count_text(claim.here.n)} and {count_text(claim.there.n)})"
    shares = f"{with_range(claim.here)} against {with_range(claim.there)}"
    return f"{_capital(segment)}: {more} {NAMES[cell]} than elsewhere, {shares} {both}."


def moved_text(overlap: Overlap | None) -> str:
    """Say how many people the net movement can be told of, or why it cannot."""
    if overlap is None:
        return (
            "Who moved between the two periods is counted on Mondays for 30, 90 and 365 days "
            "without a filter; here answers are treated as independent."
        )
    n = sum(overlap.moves.values())
    told = f"{count_text(n)} {'customer has' if n == 1 else 'customers have'} both in both periods"
    if n < ENOUGH:
        return f"{told}; net movement needs {ENOUGH}."
    return (
        f"{told}. Net movement: those who came into a cell less those who left it (McNemar), "
        f"{MONDAYS}."
    )


def crossed_text(movement: Movement) -> str:
    """Say how many came into a cell and how many left it."""
    return f"{count_text(movement.gained)} in, {count_text(movement.lost)} out"


def question_text(question: Question) -> str:
    """Name what was asked of the counts."""
    if isinstance(question, Change):
        return f"share of {NAMES[question.cell]}, against the last period"
    if isinstance(question, Apart):
        return f"share of {NAMES[question.cell]} in {question.segment}, against the rest"
    return "share of detractors, poorly against well served"


def call_text(call: Call | None) -> str:
    return "too few" if call is None else call.value


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
