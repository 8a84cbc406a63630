"""Spreads of follow-up questions as a page prints them: bars, shares, ways to the answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from console.shown.follow_ups import CONTACTS
from console.shown.links import Links
from metrics.statistics.intervals import Interval
from metrics.statistics.tiers import Tier
from reports.queries.follow_ups import Bar, Fixed, Spread, Spreads
from reports.rules.words import Explained, count_text, share_interval_text
from surveys.rules.differences import GROUPS, KINDS
from surveys.rules.feelings import Feeling
from surveys.rules.questions import AskedOf, Kind

EXPLAINED = Explained(
    name="Follow-up questions",
    sentence="Who answered a question is its n; whoever left it out is in no share.",
    facts=[
        ("Share", "those who took a choice, of all who answered the question"),
        ("Interval", "95 %, Wilson 1927; Newcombe 1998, method 3"),
        ("Several choices", "each is a share of its own, so that they add up to more than 100 %"),
        ("Counted", "every counted answer of the period, at most the newest 20,000"),
        ("Versions", "counted together by the question's number, under its newest words"),
        ("Small", "below 5 answers only their number, below 25 hollow, below 100 a small sample"),
    ],
)
SIZES = {
    Tier.NO_DATA: "nobody has answered it in this period",
    Tier.COUNT: "too few for shares",
    Tier.DISTRIBUTION: "too few to say much",
    Tier.SMALL_SAMPLE: "small sample",
    Tier.PLAIN: "",
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How a question of the product's own is called, and its words."""

    text: str
    kind: str
    words: Mapping[str, str]
    asked_of: str = ""


FIXED = {
    "feeling": Shown(
        text="How did we make you feel?",
        kind=KINDS[Kind.MULTIPLE],
        words={one.value: one.capitalize() for one in Feeling},
    ),
    "contact": Shown(
        text="May we contact you about this?",
        kind=KINDS[Kind.SINGLE],
        words=CONTACTS,
        asked_of="low scores",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One choice as a bar."""

    text: str
    count: str
    part: int
    n: int
    share: str
    interval: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question."""

    text: str
    kind: str
    asked_of: str
    n: str
    url: str
    size: str
    rows: Sequence[Row]
    is_hollow: bool
    is_asked_now: bool


def items_of(found: Spreads, links: Links, within: dict[str, str]) -> list[Item]:
    """Return each question with its bars; those still asked come first."""
    ordered = sorted(found.questions, key=lambda one: not one.is_asked_now)
    within = {**within, "standing": "counted"}
    fixed = [_fixed_item(one, links, within) for one in found.fixed]
    return [*fixed, *(_item(one, links, within) for one in ordered)]


def _fixed_item(one: Fixed, links: Links, within: dict[str, str]) -> Item:
    """A question of the product's own: every answer that chose something is its n."""
    shown = FIXED[one.name]
    bars = one.bars if one.tier >= Tier.DISTRIBUTION else []
    return Item(
        text=shown.text,
        kind=shown.kind,
        asked_of=shown.asked_of,
        n=count_text(one.n),
        url=links.to({**within, one.name: "any"}),
        size=SIZES[one.tier],
        rows=[
            _row(
                replace(bar, text=shown.words[str(bar.pick)]),
                links.to({**within, one.name: str(bar.pick)}),
            )
            for bar in bars
        ],
        is_hollow=not one.tier.shows_headline,
        is_asked_now=one.is_asked_now,
    )


def _item(one: Spread, links: Links, within: dict[str, str]) -> Item:
    answers = {**within, "question": str(one.question_id)}
    shows = one.tier >= Tier.DISTRIBUTION and one.kind is not Kind.TEXT
    return Item(
        text=one.text,
        kind=KINDS[one.kind],
        asked_of="" if one.asked_of == AskedOf.ALL else GROUPS[AskedOf(one.asked_of)],
        n=count_text(one.n),
        url=links.to(answers),
        size=SIZES[one.tier] if one.kind is not Kind.TEXT or not one.n else "",
        rows=[_row(bar, links.to({**answers, "choice": str(bar.pick)})) for bar in one.bars]
        if shows
        else [],
        is_hollow=not one.tier.shows_headline,
        is_asked_now=one.is_asked_now,
    )


def _row(bar: Bar, url: str) -> Row:
    return Row(
        text=bar.text,
        count=count_text(bar.share.part),
        part=bar.share.part,
        n=bar.share.n,
        share=f"{bar.share.shown} %",
        interval=_interval(bar.interval),
        url=url,
    )


def _interval(interval: Interval | None) -> str:
    return "" if interval is None else share_interval_text(interval)
