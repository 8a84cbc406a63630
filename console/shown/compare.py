"""Two sides as the page of comparisons prints them: figures, verdict, shapes, the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from console.door import Door
from console.selection import Pairs, Selection
from console.shown.cards import LeftOut, left_outs, pictures
from console.shown.counted import linked, said_face
from console.shown.links import Links
from metrics.rules.segments import written
from metrics.statistics.definitions import Definitions
from metrics.statistics.figures import Figure
from metrics.statistics.mix import Decomposition
from metrics.statistics.rounding import half_away
from reports.charts.overlay import overlay
from reports.charts.theme import Spec
from reports.queries.columns import columns_spec, columns_table
from reports.queries.comparing import Compared, Comparison, answers_of
from reports.queries.trends import Table, drawn, frame_of
from reports.rules.compared_words import needed, said_of_sides
from reports.rules.gap_words import p_text
from reports.rules.words import (
    NAMES,
    Said,
    count_text,
    explained,
    interval_text,
    score_text,
    signed_text,
    size_text,
)

CHOICES = {
    Compared.SERVICE: "Service: CSAT at service touchpoints",
    Compared.EXPERIENCE: "Experience: NPS of the relationship",
    Compared.CSAT: "CSAT after every contact",
    Compared.FACES: "CSAT (faces) after every contact",
    Compared.CES: "CES after every contact",
    Compared.NPS: "NPS after every contact",
}
LONGEST_WEEKS = 60
# What of an address makes a part of the answers.
PARTS = ("programme", "touchpoint", "segment", "q")
NOBODY_ELSE = Said(
    lead="nothing to compare",
    rest=": choose a touchpoint, a programme, a segment or words for A first; besides everybody "
    "there is nobody else",
    tone="none",
)


@dataclass(frozen=True, kw_only=True)
class Face:
    """One side as the template prints it, and what its half of the form holds."""

    key: str
    prefix: str
    selection: Selection
    figure: Figure
    url: str
    columns: SafeString | None
    segments: Sequence[str]
    but: Selection | None
    left_out: Sequence[LeftOut]

    @property
    def score(self) -> str:
        return score_text(self.figure)

    @property
    def interval(self) -> str:
        return interval_text(self.figure)

    @property
    def size_text(self) -> str:
        return size_text(self.figure)

    @property
    def n(self) -> str:
        return count_text(self.figure.n)

    @property
    def text(self) -> str:
        """What the side holds, in words."""
        held = _part_text(self.selection)
        if self.but is None:
            return held or "all answers"
        return f"{held or 'everybody'} but {_part_text(self.but) or 'everybody'}"


def _part_text(one: Selection) -> str:
    parts = [
        _named(one.programmes, one.programme_id),
        _named(one.touchpoints, one.touchpoint_id),
        *(f"{key} {value}" for key, value in one.segments),
        f"\u201c{one.words}\u201d" if one.words else "",
    ]
    return ", ".join(part for part in parts if part)


def _named(choices: Pairs, chosen: int | None) -> str:
    return dict(choices).get(str(chosen), "") if chosen else ""


def shown_of(
    found: Comparison,
    compared: Compared,
    sides: tuple[Selection, Selection],
    door: Door,
    now: datetime,
    *,
    is_rest: bool,
) -> dict[str, Any]:
    """Return what the template prints; `is_rest`: B is everybody who is not in A."""
    both = (found.a, found.b)
    specs: dict[str, Spec | None] = {
        "a": columns_spec(found.a.figure) if found.a.figure.n else None,
        "b": columns_spec(found.b.figure) if found.b.figure.n else None,
        "overlay": _overlay(found),
    }
    svgs = pictures(specs, now)
    buts = (None, sides[0] if is_rest else None)
    faces = [
        Face(
            key=key.upper(),
            prefix="" if key == "a" else "b_",
            selection=selection,
            figure=one.figure,
            url=_answers(Links(door, selection), but, answers_of(compared)),
            columns=svgs.get(key),
            segments=[written(name, value) for name, value in selection.segments],
            but=but,
            left_out=left_outs(
                partial(_answers, Links(door, selection), but), answers_of(compared), one.left_out
            ),
        )
        for key, selection, one, but in zip("ab", sides, both, buts, strict=True)
    ]
    definition = found.a.figure.definition
    return {
        "compared": compared.value,
        "choices": _choices(compared, sides[0].definitions),
        "sides": faces,
        "is_rest": is_rest,
        "words": any(one.words for one in sides),
        "said": said_face(
            NOBODY_ELSE if is_rest and not sides[0].is_narrowed else _said(found),
            [(face.figure.n, face.url) for face in faces],
        ),
        "difference": _difference(found),
        "needed": needed(found.verdict, found.a.figure.definition),
        "mix": _mix(found.mix),
        "overlay": svgs.get("overlay"),
        "table": _table(found, faces),
        "definition": explained(definition, name=CHOICES[compared], unit=_unit(compared)),
        "selection": sides[0],
    }


def _choices(compared: Compared, definitions: Definitions) -> list[tuple[str, str]]:
    """Offer what is in use; an address may name what is not."""
    unused = set() if definitions.uses_faces else {Compared.FACES} - {compared}
    return [(one.value, text) for one, text in CHOICES.items() if one not in unused]


def _unit(compared: Compared) -> str:
    if compared is Compared.EXPERIENCE:
        return "the latest answer of each customer in the days of each side"
    return "each answer; several of one customer count as independent"


def _answers(links: Links, but: Selection | None, answers: Mapping[str, str]) -> str:
    """Where the answers of a side are; besides everybody there is nobody to lead to."""
    url = links.to(answers)
    if but is None:
        return url
    if not but.is_narrowed:
        return ""
    parts = [(name, value) for name, value in but.kept() if name in PARTS]
    return f"{url}&{urlencode([(f'but_{name}', value) for name, value in parts])}"


def _said(found: Comparison) -> Said:
    both = (found.a.figure, found.b.figure)
    return said_of_sides(found.verdict, *both, may_share=found.may_share)


def _difference(found: Comparison) -> list[tuple[str, str]]:
    verdict = found.verdict
    if verdict is None:
        return []
    low, high = (half_away(end * 100) for end in (verdict.interval.low, verdict.interval.high))
    return [
        ("Difference, A minus B", f"{signed_text(verdict.shown)} points"),
        ("95 % interval", f"{signed_text(low)} to {signed_text(high)}"),
        ("Chance alone", _chance(verdict.p)),
    ]


def _chance(p: float) -> str:
    told = p_text(p)
    return f"p {told}" if told.startswith("under") else f"p = {told}"


def _mix(mix: Decomposition | None) -> str:
    if mix is None:
        return ""
    total, scores, who = mix.shown
    return f"{signed_text(total)}: {signed_text(scores)} scores, {signed_text(who)} mix"


def _overlay(found: Comparison) -> Spec | None:
    points = (found.a.points, found.b.points)
    if any(len(side) < 2 for side in points) or max(map(len, points)) > LONGEST_WEEKS:
        return None
    frame = frame_of(found.a.points, width=700, height=220)
    name = NAMES[found.a.figure.definition.kind]
    description = f"{name} of A and B over time, each from its first day, with 95 % bands"
    return overlay(*(drawn(side) for side in points), frame=frame, description=description)


def _table(found: Comparison, faces: Sequence[Face]) -> Table:
    """How many gave each score on both sides, and which share of its side that is."""
    a, b = (columns_table(one.figure) for one in (found.a, found.b))
    table = Table(
        caption="Answers by score on both sides",
        heads=("Score", "A", "share of A", "B", "share of B"),
        rows=[(*in_a, *in_b[1:]) for in_a, in_b in zip(a.rows, b.rows, strict=True)],
    )
    return linked(table, {"A": _by_score(faces[0], a.keys), "B": _by_score(faces[1], b.keys)})


def _by_score(face: Face, keys: Sequence[Mapping[str, str]]) -> list[str]:
    return [f"{face.url}&{urlencode(key)}" if face.url else "" for key in keys]
