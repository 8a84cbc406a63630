"""Customers who have both, with each cell linked to its answers and its names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from console.door import Door
from console.shown.cards import LeftOut, left_outs
from console.shown.counted import Counted, SaidFace, said_if
from console.shown.links import Links, told
from console.versions import Older
from metrics.statistics.tiers import Tier
from reports.queries.asides import EXPERIENCE
from reports.queries.gap_customers import Customers, Line, Square
from reports.queries.gap_names import Named, names_of
from reports.queries.moved import Moved
from reports.rules.both_words import EXPLAINED, FELT, NAMES, SERVED, TONES
from reports.rules.words import NAMES as NAMES_OF_METRICS
from reports.rules.words import Explained, count_text, left_out_text
from surveys.models import Customer


@dataclass(frozen=True, kw_only=True)
class SquareFace:
    """One cell of the table with its two ways in."""

    square: Square
    said: SaidFace | None
    head: str
    label: str
    n: str
    url: str
    names_url: str


@dataclass(frozen=True, kw_only=True)
class LineFace:
    """One row of the table."""

    line: Line
    url: str
    squares: Sequence[SquareFace]


@dataclass(frozen=True, kw_only=True)
class NameFace:
    """One customer of a list of names."""

    customer: Customer
    score: int
    tone: str
    on: date
    response_id: int
    served: str
    service: str
    service_on: date | None
    service_id: int | None


def judged_by(older: Sequence[Older]) -> list[str]:
    """The newest cuts, where a page looks at others: by which customers are served well or poorly.

    That is kept with each answer and judged by the newest definition only.
    """
    return [
        f"{NAMES_OF_METRICS[one.newest.kind]}, version {one.newest.version}: "
        f"{one.newest.words[:1].lower()}{one.newest.words[1:]}"
        for one in older
        if one.seen.cut != one.newest.cut
    ]


@dataclass(frozen=True, kw_only=True)
class CustomersFace:
    """The second level of the gap page."""

    both: Customers
    coverage: Counted
    link: Counted | None
    apart: Sequence[Counted]
    moved: Counted
    movements: Sequence[tuple[Moved, Counted]]
    lines: Sequence[LineFace]
    left_out: Sequence[LeftOut]
    names: Sequence[NameFace]
    names_url: str
    few_text: str
    is_small: bool
    explained: Explained = EXPLAINED


def customers_face(both: Customers, links: Links, door: Door) -> CustomersFace:
    """Put the table and its links together; names only where somebody may see them."""
    is_thin = both.n > 0 and not both.are_shares_shown
    page = reverse("console:gap_people", args=[door.slug]) if door.may_see_customers else ""
    return CustomersFace(
        both=both,
        coverage=told(both.coverage, links, between=" of "),
        link=None if both.link is None else told(both.link, links),
        apart=[told(one, links) for one in both.apart],
        moved=told(both.moved, links),
        movements=[(one, told(one.crossed, links, between=" in, ")) for one in both.movements],
        lines=[_line(line, links, page) for line in both.lines],
        left_out=_left_out(both, links),
        names=[name_face(one) for one in names_of(both.shown)] if is_thin and page else [],
        names_url=page,
        few_text=(
            f"{count_text(both.n)} {'customer has' if both.n == 1 else 'customers have'} both "
            f"answers in this period; shares need {int(Tier.SMALL_SAMPLE)}, and about "
            f"{int(Tier.PLAIN)} are needed to compare them."
        ),
        is_small=both.tier.is_small,
    )


def _left_out(both: Customers, links: Links) -> list[LeftOut]:
    """Who is in no cell: heard without having rated service, and answers that count nowhere."""
    unrated = [
        LeftOut(
            text=left_out_text("unrated", both.unrated),
            url=links.to({**EXPERIENCE, "state": "unrated"}),
        )
    ] * bool(both.unrated)
    return [*unrated, *left_outs(links.to, EXPERIENCE, both.left_out)]


def _line(line: Line, links: Links, page: str) -> LineFace:
    return LineFace(
        line=line,
        url=links.to(line.answers),
        squares=[_square(one, links, page) for one in line.squares],
    )


def _square(square: Square, links: Links, page: str) -> SquareFace:
    query = urlencode({"served": square.served.value, "felt": square.felt.value})
    return SquareFace(
        square=square,
        said=said_if(square.said, [links.to_lead(one) for one in square.leads]),
        head=FELT[square.felt],
        label=NAMES[square.served, square.felt],
        n=count_text(square.count),
        url=links.to(square.answers),
        names_url=f"{page}?{query}" if page else "",
    )


def name_face(one: Named) -> NameFace:
    return NameFace(
        customer=one.customer,
        score=one.score,
        tone=TONES[one.felt],
        on=one.on,
        response_id=one.response_id,
        served=SERVED[one.served],
        service="" if one.service is None else str(one.service),
        service_on=one.service_on,
        service_id=one.service_id,
    )
