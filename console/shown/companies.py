"""Companies as lines of a list, and one of them with its people and figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse

from console.door import Door
from console.shown.cards import LeftOut, few_counts, left_out_total, left_outs, pictures
from console.shown.counted import Count, said_if
from console.shown.links import Links
from console.shown.moments import moment_text
from console.shown.scores import tone_of
from console.shown.tiles import CellFace, cell_face
from metrics.statistics.definitions import Definitions
from metrics.statistics.tiers import Tier
from reports.queries.asides import BY_FACES, EXPERIENCE, SERVICE
from reports.queries.cells import Cell
from reports.queries.companies import CompanyFigures, Counted, of_company
from reports.rules.words import (
    Explained,
    interval_text,
    score_text,
    size_text,
    version_text,
)
from surveys.queries.companies import CompanyRow, Person, Voice
from surveys.rules.metrics import name_of

VOICES = {
    Voice.ANSWERED: "",
    Voice.SILENT: "asked, silent",
    Voice.UNREACHED: "not reached: the mail bounced",
    Voice.UNASKED: "never asked",
}


def explained_of(definitions: Definitions) -> Explained:
    """Say of a company's figures whose answers they are and how each is counted."""
    csat, nps = definitions.csat, definitions.nps
    return Explained(
        name="Figures of a company",
        sentence="What the people who work there answered, by the rules that hold everywhere.",
        facts=[
            ("Service", f"{csat.words}, at service touchpoints. Version {version_text(csat)}."),
            ("Experience", f"{nps.words}; the latest of each person. Version {version_text(nps)}."),
            ("Silent", "was reached and has never answered, whatever the period"),
            ("Score", "from 25 answers; from 5 how they spread; below only how many"),
        ],
    )


@dataclass(frozen=True, kw_only=True)
class Short:
    """A figure in the few words that its number of answers allows."""

    score: str
    interval: str
    n: int
    few: Sequence[Count]
    note: str
    url: str
    left_total: str
    left_out: Sequence[LeftOut]


@dataclass(frozen=True, kw_only=True)
class CompanyLine:
    """One company in the list."""

    row: CompanyRow
    service: Short
    by_faces: Short | None
    experience: Short


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """One person: the last score, or a question mark for silence."""

    person: Person
    mark: str
    tone: str
    said: str
    when: str
    url: str


def short(counted: Counted, answers: Mapping[str, str], links: Links) -> Short:
    """Say a figure in a line: a score from 25 answers, counts from 5, else only how many."""
    shown = counted.figure
    has_interval = shown.tier >= Tier.DISTRIBUTION
    few = few_counts(shown, lambda group: links.to({**answers, **group}))
    return Short(
        score=score_text(shown),
        interval=interval_text(shown) if has_interval else "",
        n=shown.n,
        few=few,
        note=size_text(shown) if shown.n and not few else "",
        url=links.to(answers),
        left_total=left_out_total(counted.left_out),
        left_out=left_outs(links.to, answers, counted.left_out),
    )


def company_lines(
    rows: Sequence[CompanyRow], figures: Mapping[int, CompanyFigures], links: Links
) -> list[CompanyLine]:
    """Link each number to exactly the answers of the company's people."""
    return [_company(row, figures[row.id], links) for row in rows]


def _company(row: CompanyRow, found: CompanyFigures, links: Links) -> CompanyLine:
    of, faces = of_company(row.id), found.by_faces
    return CompanyLine(
        row=row,
        service=short(found.service, SERVICE | of, links),
        by_faces=None if faces is None else short(faces, BY_FACES | of, links),
        experience=short(found.experience, EXPERIENCE | of, links),
    )


def people_lines(people: Sequence[Person], door: Door, now: datetime) -> list[PersonLine]:
    """Write each person with the last answer; whoever was asked in vain gets a question mark."""
    return [_person(one, door, now) for one in people]


def _person(one: Person, door: Door, now: datetime) -> PersonLine:
    is_heard = one.voice is Voice.ANSWERED
    mark = str(one.score) if is_heard else "?" if one.voice is Voice.SILENT else "\u2013"
    metric = f"{name_of(one.metric)}, " if one.metric else ""
    when = moment_text(one.answered_at, now) if one.answered_at else ""
    return PersonLine(
        person=one,
        mark=mark,
        tone=tone_of(one.metric or "nps", one.score),
        said=one.comment or "",
        when=f"{metric}{when}" if is_heard else VOICES[one.voice],
        url=reverse("console:customer", args=[door.slug, one.id]),
    )


def cell_faces(cells: Sequence[Cell], links: Links, now: datetime) -> list[CellFace]:
    """Draw the shapes of a few cells and link their numbers."""
    drawn = pictures({str(place): cell.spark for place, cell in enumerate(cells)}, now)
    return [
        replace(
            cell_face(cell, links, drawn.get(str(place))),
            said=said_if(cell.said, links.of_sides(cell.answers, cell.sides)),
        )
        for place, cell in enumerate(cells)
    ]
