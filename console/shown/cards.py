"""Cards with their pictures drawn and every number linked to its answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe

from console.shown.counted import Count, Counted, SaidFace, counted, linked, said_face, said_if
from console.shown.links import Links
from metrics.statistics.definitions import Kind
from metrics.statistics.figures import Figure
from metrics.statistics.tiers import Tier
from reports.actions.drawing import draw_charts
from reports.charts.theme import Spec
from reports.queries.beside import Held
from reports.queries.cards import Card
from reports.queries.trends import Table
from reports.rules.overlap_words import ALLOWS_FOR
from reports.rules.words import count_text, few_parts, left_out_text

GROUP_OF_TONE = {"promoter": "high", "passive": "middle", "detractor": "low"}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One group of a score, with its share and the answers in it."""

    name: str
    tone: str
    share: str
    count: str
    url: str


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Answers that a figure does not count, why, and where they are."""

    text: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Empty:
    """What a card says without answers, and the next step."""

    text: str
    action: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class HeldFace:
    """A score beside a fixed one, its number leading to the answers that were held."""

    held: Held
    said: SaidFace


@dataclass(frozen=True, kw_only=True)
class ExplainedFace:
    """What opens beside a score, its numbers leading to their answers."""

    name: str
    sentence: str
    facts: Sequence[tuple[str, Counted]]
    is_versioned: bool


@dataclass(frozen=True, kw_only=True)
class Face:
    """A card as the template prints it."""

    card: Card
    url: str
    said: SaidFace | None
    held: Sequence[HeldFace]
    table: Table | None
    parts: Sequence[Part]
    trend: SafeString | None
    spread: SafeString | None
    empty: Empty | None
    left_out: Sequence[LeftOut]
    explained: ExplainedFace

    @property
    def why_id(self) -> str:
        return f"why-{self.card.key}"

    @property
    def n_text(self) -> str:
        return count_text(self.card.n)


def pictures(specs: Mapping[str, Spec | None], now: datetime) -> dict[str, SafeString]:
    """Draw what is there; the renderer escapes every word that comes from data."""
    wanted = {name: spec for name, spec in specs.items() if spec is not None}
    drawn = draw_charts(specs=wanted, now=now)
    return {name: mark_safe(svg) for name, svg in drawn.items()}  # noqa: S308 (our own renderer)


def specs_of(cards: Sequence[Card]) -> dict[str, Spec | None]:
    """Name the pictures of some cards."""
    trends: dict[str, Spec | None] = {f"{card.key}:trend": card.trend for card in cards}
    return trends | {f"{card.key}:spread": card.spread for card in cards}


def face(card: Card, drawn: Mapping[str, SafeString], links: Links, empty: Empty) -> Face:
    """Put a card, its pictures and its links together."""
    both = links.of_sides(card.answers, card.sides)
    return Face(
        card=card,
        url=links.to(card.answers),
        said=said_if(card.said, both),
        held=[HeldFace(held=one, said=said_face(one.said, both[:1])) for one in card.held],
        table=None if card.table is None else _by_days(card.table, card.answers, links),
        parts=[
            Part(
                name=part.name,
                tone=part.tone,
                share=share,
                count=count_text(part.count),
                url=links.to({**card.answers, **group_of(card.figure, part.tone)}),
            )
            for part, share in zip(card.parts, card.shares, strict=True)
        ],
        trend=drawn.get(f"{card.key}:trend"),
        spread=drawn.get(f"{card.key}:spread"),
        empty=None if card.n else empty,
        left_out=left_outs(links.to, card.answers, card.left_out),
        explained=_explained(card, links),
    )


def _explained(card: Card, links: Links) -> ExplainedFace:
    both = [] if card.in_both is None else [links.to_lead(card.in_both)]
    return ExplainedFace(
        name=card.explained.name,
        sentence=card.explained.sentence,
        facts=[
            (name, counted(text, both, first=ALLOWS_FOR)) for name, text in card.explained.facts
        ],
        is_versioned=card.explained.is_versioned,
    )


def _by_days(table: Table, answers: Mapping[str, str], links: Links) -> Table:
    """Let each point of a trend lead to its own answers."""
    return linked(table, {"n": (links.during(answers, days) for days in table.keys)})


def left_outs(
    to: Callable[[Mapping[str, str]], str], answers: Mapping[str, str], left_out: Mapping[str, int]
) -> list[LeftOut]:
    """Say how many answers a figure leaves out and why, and lead to each kind of them."""
    counted = {name: value for name, value in answers.items() if name != "latest"}
    return [
        LeftOut(text=left_out_text(why, count), url=to({**counted, "standing": why}))
        for why, count in left_out.items()
    ]


def few_counts(figure: Figure, to: Callable[[Mapping[str, str]], str]) -> list[Count]:
    """How a few answers spread, each count leading to them: 6 satisfied, 4 not satisfied.

    Empty where there are too few even for that, or enough for a score.
    """
    if figure.tier is not Tier.DISTRIBUTION:
        return []
    return [Count(text=text, url=to(group_of(figure, tone))) for text, tone in few_parts(figure)]


def left_out_total(left_out: Mapping[str, int]) -> str:
    """How many a figure leaves out altogether, or nothing where it leaves out none."""
    total = sum(left_out.values())
    return f"{count_text(total)} left out" if total else ""


def group_of(figure: Figure, tone: str) -> dict[str, str]:
    """Name a group so that its list holds what was counted: "not satisfied" is 1 to 3."""
    if figure.definition.kind is Kind.NPS or tone == "promoter":
        return {"group": GROUP_OF_TONE[tone]}
    return {"group": "not_high"}
