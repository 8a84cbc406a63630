"""The gap with its numbers linked to exactly their answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from console.door import Door
from console.periods import days_text
from console.selection import Selection
from console.shown.cards import Empty, LeftOut, left_out_total, left_outs, pictures
from console.shown.counted import Counted, SaidFace, counted, said_face, said_if
from console.shown.links import Links, told
from reports.queries.cards import Card
from reports.queries.gap import Cell, GapCard, GapPage, Metric, Row
from reports.queries.gap_evidence import Proof
from reports.rules.gap_words import EXPLAINED, OPPOSED, Evidence
from reports.rules.words import Explained, count_text


@dataclass(frozen=True, kw_only=True)
class CardFace:
    """The gap's card as the overview prints it."""

    card: GapCard
    url: str
    picture: SafeString | None
    explained: Explained = EXPLAINED

    @property
    def customers_url(self) -> str:
        return f"{self.url}#customers"

    @property
    def segments_url(self) -> str:
        return f"{self.url}#segments"

    @property
    def why_url(self) -> str:
        return f"{self.url}#why"


@dataclass(frozen=True, kw_only=True)
class MetricFace:
    """Everybody's service or experience as the page prints it."""

    metric: Metric
    said: SaidFace | None
    n: str
    url: str
    left_out: Sequence[LeftOut]


@dataclass(frozen=True, kw_only=True)
class CellFace:
    """One metric of one segment as the table prints it."""

    cell: Cell
    n: str
    url: str
    change: SaidFace
    apart: SaidFace
    left_total: str
    left_out: Sequence[LeftOut]


@dataclass(frozen=True, kw_only=True)
class RowFace:
    """One line of the table."""

    name: str
    service: CellFace
    experience: CellFace

    @property
    def sides(self) -> Sequence[tuple[str, CellFace]]:
        return (("Service", self.service), ("Experience", self.experience))


@dataclass(frozen=True, kw_only=True)
class ProofFace:
    """One test behind the sentence, both its numbers leading to their answers."""

    test: Evidence
    here: Counted
    there: Counted


@dataclass(frozen=True, kw_only=True)
class PageFace:
    """The first level of the gap page."""

    page: GapPage
    metrics: Sequence[MetricFace]
    evidence: Sequence[ProofFace]
    notes: Sequence[Counted]
    rows: Sequence[RowFace]
    picture: SafeString | None
    compared_text: str
    before_text: str
    explained: Explained = EXPLAINED

    @property
    def card(self) -> GapCard:
        return self.page.card


def card_face(
    card: GapCard, picture: SafeString | None, door: Door, selection: Selection
) -> CardFace:
    page = reverse("console:gap", args=[door.slug])
    kept = urlencode(selection.kept("programme", "touchpoint"))
    return CardFace(card=card, url=f"{page}?{kept}" if kept else page, picture=picture)


def with_opposed(card: Card, gap: GapCard) -> Card:
    """Let the Experience card say so where "no call" hides two groups that moved apart."""
    is_open = card.said is not None and card.said.lead == OPPOSED.lead
    return replace(card, said=OPPOSED) if gap.opposed and is_open else card


def page_face(page: GapPage, links: Links, moment: datetime) -> PageFace:
    drawn = pictures({"gap": page.card.picture}, moment)
    return PageFace(
        page=page,
        metrics=[
            MetricFace(
                metric=one,
                said=said_if(one.said, links.of_sides(one.answers, one.sides)),
                n=count_text(one.figure.n),
                url=links.to(one.answers),
                left_out=left_outs(links.to, one.answers, one.left_out),
            )
            for one in (page.card.service, page.card.experience)
        ],
        evidence=[_proof(one, links) for one in page.evidence],
        notes=[told(one, links) for one in page.notes],
        rows=[_row(row, links) for row in page.rows],
        picture=drawn.get("gap"),
        compared_text=days_text(page.compared),
        before_text=days_text(page.before),
    )


def _proof(proof: Proof, links: Links) -> ProofFace:
    now, before = (
        (n, _within(proof.segment, url) if proof.segment else url)
        for n, url in links.of_sides(proof.answers, proof.sides)
    )
    return ProofFace(
        test=proof.test,
        here=counted(proof.test.here, [now]),
        there=counted(proof.test.there, [before]),
    )


def _row(row: Row, links: Links) -> RowFace:
    def face(cell: Cell) -> CellFace:
        now, before = links.of_sides(cell.answers, cell.sides)
        here = (now[0], _within(cell.segment, now[1]))
        there = (before[0], _within(cell.segment, before[1]))
        rest = (cell.n_rest, f"{now[1]}&{urlencode({'but_segment': cell.segment})}")

        def to(answers: Mapping[str, str]) -> str:
            return _within(cell.segment, links.to(answers))

        return CellFace(
            cell=cell,
            n=count_text(cell.n),
            url=to(cell.answers),
            change=said_face(cell.change, [here, there]),
            apart=said_face(cell.apart, [here, rest]),
            left_total=left_out_total(cell.left_out),
            left_out=left_outs(to, cell.answers, cell.left_out),
        )

    return RowFace(name=str(row.group), service=face(row.service), experience=face(row.experience))


def _within(segment: str, url: str) -> str:
    """Add the segment to what the page itself is narrowed by, which may be segments too."""
    added = urlencode({"segment": segment})
    return url if added in url.split("&") else f"{url}&{added}"


def empty_of(page: GapPage, door: Door) -> Empty | None:
    """What the page says where one of the two metrics has no answer at all, and what to do."""
    service, experience = page.card.service.figure.n, page.card.experience.figure.n
    if service and experience:
        return None
    if service:
        text = (
            "No relationship survey has been answered in this period. The gap needs both: how "
            "contacts went, and how likely customers are to recommend you."
        )
    elif experience:
        text = (
            "No answer at a service touchpoint in this period. The gap needs both: how contacts "
            "went, and how likely customers are to recommend you."
        )
    else:
        text = (
            "Neither service nor the relationship was answered in this period. The gap shows "
            "where they part: great service on a poor product, or a fine reputation that hides "
            "rotten service."
        )
    if not door.may_edit_programmes:
        return Empty(text=text)
    return Empty(
        text=text,
        action="Set up a programme",
        url=reverse("console:programme_new", args=[door.slug]),
    )
