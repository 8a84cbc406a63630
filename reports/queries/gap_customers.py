"""The second level of the gap as the page prints it: the table, the claims, how firm they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kit.periods import Period
from metrics.queries.filters import Filter
from metrics.queries.overlaps import NOTHING_STORED, Overlaps
from metrics.queries.quadrants import Both, both_of
from metrics.rules.segments import written
from metrics.rules.windows import Against
from metrics.statistics.gap import Group
from metrics.statistics.quadrants import (
    CORNERS,
    Apart,
    Cell,
    Change,
    Claim,
    Felt,
    Link,
    Question,
    Served,
)
from metrics.statistics.tiers import Tier, tier
from reports.queries.asides import EXPERIENCE
from reports.queries.moved import RATED, Moved, answers_of, moved_of, movements_of
from reports.queries.sides import Lead, Told
from reports.rules.both_words import (
    FELT,
    SERVED,
    TONES,
    apart_text,
    call_text,
    change_said,
    coverage_text,
    link_text,
    percent,
    question_text,
    range_text,
)
from reports.rules.gap_words import p_text
from reports.rules.words import Said, count_text

RULE = "180 days"


@dataclass(frozen=True, kw_only=True)
class Square:
    """One cell of the table: its share of all who have both, and which answers it holds."""

    served: Served
    felt: Felt
    tone: str
    share: str
    interval: str
    count: int
    said: Said | None
    leads: Sequence[Lead]  # of what is said
    answers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the table."""

    name: str
    n: str
    squares: Sequence[Square]
    answers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Firmness:
    """One claim with its verdict wherever the line is drawn."""

    name: str
    p: str
    calls: Sequence[str]
    is_claimed: bool


@dataclass(frozen=True, kw_only=True)
class Customers:
    """Everything the page says of customers who have both."""

    n: int
    tier: Tier
    coverage: Told
    unrated: int
    left_out: Mapping[str, int]
    heads: Sequence[str]
    lines: Sequence[Line]
    link: Told | None
    apart: Sequence[Told]
    depend: Sequence[str]
    tests: int
    ways: Sequence[str]
    firmness: Sequence[Firmness]
    moved: Told
    movements: Sequence[Moved]
    shown: Period

    @property
    def are_shares_shown(self) -> bool:
        return self.tier.shows_headline


def gap_customers(
    experience: Filter,
    period: Period,
    *,
    today: date,
    against: Period | Against | None = None,
    overlaps: Overlaps = NOTHING_STORED,
) -> Customers:
    """Read the second level; the statements do not grow with customers or segments."""
    both = both_of(experience, period, today=today, against=against)
    link = both.claims.get(Link())
    judged = list(both.claims.values())
    overlap = overlaps.of(experience, both.comparison)
    ways = list(judged[0].elsewhere) if judged else []
    return Customers(
        n=both.shown.n,
        tier=tier(both.shown.n),
        coverage=_coverage(both),
        unrated=both.shown.unrated,
        left_out=both.left_out,
        heads=[FELT[felt] for felt in Felt],
        lines=[_line(both, served) for served in Served],
        link=None if link is None else _link(both, link),
        apart=list(_apart(both)),
        depend=[question_text(one) for one, claim in both.claims.items() if claim.depends],
        tests=len(judged),
        ways=[RULE, *ways],
        firmness=[_firmness(one, claim) for one, claim in _told(both)],
        moved=moved_of(overlap, both.comparison),
        movements=[] if overlap is None else list(movements_of(overlap, both.comparison)),
        shown=both.period,
    )


def _line(both: Both, served: Served) -> Line:
    return Line(
        name=SERVED[served],
        n=count_text(both.shown.row(served).n),
        squares=[_square(both, (served, felt)) for felt in Felt],
        answers={**EXPERIENCE, "state": served.value},
    )


def _square(both: Both, cell: Cell) -> Square:
    served, felt = cell
    share = both.shown.share(cell)
    return Square(
        served=served,
        felt=felt,
        tone=TONES[felt],
        share=percent(share),
        interval=range_text(share),
        count=share.part,
        said=change_said(both.claims.get(Change(cell))) if cell in CORNERS else None,
        leads=[
            Lead(n=both.now.n, answers=RATED, days=both.comparison.now),
            Lead(n=both.before.n, answers=RATED, days=both.comparison.before),
        ],
        answers=answers_of(cell),
    )


def _coverage(both: Both) -> Told:
    heard = both.shown.coverage
    leads = [
        Lead(n=heard.part, answers=RATED, days=both.period),
        Lead(n=heard.n, answers=EXPERIENCE, days=both.period),
    ]
    return Told(text=coverage_text(heard), leads=leads, first="")


def _link(both: Both, claim: Claim) -> Told:
    sides = ((Served.POORLY, claim.here), (Served.WELL, claim.there))
    leads = [
        Lead(n=share.n, answers={**EXPERIENCE, "state": served.value}, days=both.comparison.now)
        for served, share in sides
    ]
    return Told(text=link_text(claim), leads=leads)


def _apart(both: Both) -> Iterator[Told]:
    """The corners that a segment fills more or less than everybody else, the surest first."""
    found = [
        (claim.test.verdict.p, question, claim)
        for question, claim in both.claims.items()
        if isinstance(question, Apart) and claim.call.value in ("up", "down")
    ]
    for _, question, claim in sorted(found, key=lambda one: (one[0], question_text(one[1]))):
        segment = question.segment
        assert isinstance(segment, Group)
        own, days = written(segment.key, segment.value), both.comparison.now
        yield Told(
            text=apart_text(question.cell, str(segment), claim),
            leads=[
                Lead(n=claim.here.n, answers=RATED, days=days, segment=own),
                Lead(n=claim.there.n, answers=RATED, days=days, but=own),
            ],
        )


def _told(both: Both) -> list[tuple[Question, Claim]]:
    """What the table of the line holds: the link, the changes, and every segment called."""
    return [
        (question, claim)
        for question, claim in both.claims.items()
        if not isinstance(question, Apart) or claim.test.verdict.is_called
    ]


def _firmness(question: Question, claim: Claim) -> Firmness:
    calls = [claim.test.verdict.call, *claim.elsewhere.values()]
    return Firmness(
        name=question_text(question),
        p=p_text(claim.test.verdict.p),
        calls=[call_text(call) for call in calls],
        is_claimed=claim.test.verdict.is_called and not claim.depends,
    )
