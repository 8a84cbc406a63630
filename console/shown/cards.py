"""Cards with their pictures drawn and every number linked to its answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from console.door import Door
from console.forms.filters import BECAME
from console.periods import KEYS, Shown
from console.selection import Pairs, Selection
from console.shown.counted import SaidFace, linked, said_face, said_if
from metrics.queries.rates import ResponseRate
from metrics.statistics.definitions import Definitions
from metrics.statistics.proportions import Share
from reports.actions.drawing import draw_charts
from reports.charts.theme import Spec
from reports.queries.beside import Held
from reports.queries.cards import Card, Table, spelled
from reports.queries.sides import Lead, Sides, days_of
from reports.rules.words import Explained, count_text, left_out_text, version_text

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

    @property
    def why_id(self) -> str:
        return f"why-{self.card.key}"

    @property
    def n_text(self) -> str:
        return count_text(self.card.n)


@dataclass(frozen=True)
class Links:
    """Leads from a number to exactly the answers behind it."""

    door: Door
    of: Shown | Selection

    @cached_property
    def _answers(self) -> str:
        """The list of answers; a page leads to it some hundred times."""
        return reverse("console:responses", args=[self.door.slug])

    def to(self, answers: Mapping[str, str]) -> str:
        return f"{self._answers}?{urlencode([*answers.items(), *self._kept(*answers)])}"

    def during(self, answers: Mapping[str, str], days: Mapping[str, str]) -> str:
        """Lead to the answers of other days than the page shows."""
        wanted = [*answers.items(), *days.items()]
        return f"{self._answers}?{urlencode([*wanted, *self._kept(*answers, *KEYS)])}"

    def of_sides(self, answers: Mapping[str, str], sides: Sides) -> list[tuple[int, str]]:
        """Both numbers of a verdict, each with its answers."""
        return [
            (sides.n, self.during(answers, days_of(sides.now))),
            (sides.n_before, self.during(answers, days_of(sides.before))),
        ]

    def to_lead(self, lead: Lead) -> tuple[int, str]:
        """A number of a sentence with its answers, inside what the page itself is narrowed by."""
        url = self.during(lead.answers, days_of(lead.days))
        more = {"segment": lead.segment, "but_segment": lead.but}
        added = urlencode({name: value for name, value in more.items() if value})
        return lead.n, url if not added or added in url.split("&") else f"{url}&{added}"

    def to_asked(self, **wanted: str) -> str:
        """Lead to who was asked, if this person may see customers."""
        if not self.door.may_see_customers:
            return ""
        page = reverse("console:asked", args=[self.door.slug])
        return f"{page}?{urlencode([*wanted.items(), *self._kept(*wanted)])}"

    def to_touchpoint(self, touchpoint_id: int) -> str:
        """Lead to the page of a touchpoint, which fixes the touchpoint itself."""
        page = reverse("console:touchpoint", args=[self.door.slug, touchpoint_id])
        return f"{page}?{urlencode(self._kept('touchpoint'))}"

    def _kept(self, *besides: str) -> Pairs:
        of = self.of
        if isinstance(of, Selection):
            return of.kept(*besides)
        return [pair for pair in parse_qsl(of.query) if pair[0] not in besides]


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
                url=links.to({**card.answers, **_group(card, part.tone)}),
            )
            for part, share in zip(card.parts, card.shares, strict=True)
        ],
        trend=drawn.get(f"{card.key}:trend"),
        spread=drawn.get(f"{card.key}:spread"),
        empty=None if card.n else empty,
        left_out=left_outs(links.to, card.answers, card.left_out),
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


def left_out_total(left_out: Mapping[str, int]) -> str:
    """How many a figure leaves out altogether, or nothing where it leaves out none."""
    total = sum(left_out.values())
    return f"{count_text(total)} left out" if total else ""


def _group(card: Card, tone: str) -> dict[str, str]:
    """Name a group so that its list holds what was counted: "not satisfied" is 1 to 3."""
    if card.metric == "NPS" or tone == "promoter":
        return {"group": GROUP_OF_TONE[tone]}
    return {"group": "not_high"}


JOURNEY = Explained(
    name="Journey",
    sentence="Each stage with the scores of all its touchpoints together, answered right after.",
    facts=[
        ("Counts", "each answer to a survey after a contact, service and experience alike"),
        ("Band", "95 % interval of each point"),
    ],
)
FUNNEL = Explained(
    name="How far questions came",
    sentence="The questions that were made in the period, by how far each of them came so far.",
    facts=[
        ("Asked", "the rules allowed it and a mail was made"),
        ("Handed over", "the mail server took it"),
        ("Answered", "a score was sent, whenever that was"),
        ("Leaves out", "test mails"),
    ],
)
MET = Explained(
    name="From interaction to answer",
    sentence="The interactions of the period, by how far each came, whenever that was.",
    facts=[
        ("Asked", "the rules allowed it; each refusal stands with its rule below"),
        ("Handed over", "the mail server took it"),
        ("Answered", "a score was sent; in percent only of questions whose time is over"),
        ("Interval", "95 %, Wilson; the change as with every rate"),
        ("Leaves out", "test mails and what a test key reported"),
    ],
)
RATE = Explained(
    name="Response rate",
    sentence="Answered of everyone who was asked and mailed in the period, whenever they answered.",
    facts=[
        ("Formula", "AAPOR response rate 2: finished and begun of all that were sent"),
        ("Leaves out", "test mails; a suspected machine's answer counts as silence"),
        ("Interval", "95 %, Wilson"),
    ],
)


def scores_explained(definitions: Definitions) -> Explained:
    """Say of each metric how a list of scores counts it."""
    counted = definitions.after_contact
    return Explained(
        name="Scores",
        sentence="Each metric by its own rule, from the answers given right after a contact.",
        facts=[
            *((spelled(one.kind), f"{one.words}. Version {version_text(one)}.") for one in counted),
            ("Interval", "95 %; below 25 answers there is no headline"),
        ],
    )


@dataclass(frozen=True, kw_only=True)
class RateFace:
    """Who answered and who is silent, in one sentence and as bars."""

    sent: int
    rate: str
    sentence: str
    interval: str
    steps: Sequence[tuple[str, int, str, str]]
    url: str  # of everybody who was asked; empty for those who may not see customers
    is_open: bool


def rate_face(rate: ResponseRate, links: Links, **part: str) -> RateFace:
    """Lay out a rate with the people behind each count; `part` is what the page itself fixes."""
    interval = rate.rr2_interval
    return RateFace(
        url=links.to_asked(**part),
        sent=rate.sent,
        rate=f"{rate.rr2.shown} %" if rate.sent else "",
        sentence=(
            f"asked {count_text(rate.sent)} \u00b7 answered {rate.rr2.shown} %"
            f" \u00b7 bounced {Share(rate.bounced, rate.sent).shown} %"
            f" \u00b7 opted out {Share(rate.opted_out, rate.sent).shown} %"
        ),
        interval=(f"{interval.low * 100:.0f} to {interval.high * 100:.0f} %" if interval else ""),
        steps=[
            (name, count, count_text(count), links.to_asked(became=became, **part) if count else "")
            for became, name in BECAME.items()
            if (count := getattr(rate, became)) or became in ("answered", "silent")
        ],
        is_open=rate.is_open,
    )
