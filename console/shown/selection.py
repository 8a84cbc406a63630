"""The bar above every page with figures: what is shown, what else could be, what can go."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from console.forms.selection import AGAINST, AGAINST_DAYS
from console.periods import Choice, days_text
from console.selection import Pairs, Selection
from kit.periods import Period
from metrics.queries.filters import Slice
from metrics.queries.histograms import SUSPECT, left_out_of
from metrics.queries.properties import Tracked, tracked_properties
from metrics.queries.segments import never_occurred
from metrics.rules.segments import split, written
from metrics.rules.windows import Against, other_side
from reports.rules.words import count_text
from surveys.models import Touchpoint
from surveys.queries.customers import property_names

IDLE = {"q": "words", "suspects": "suspected machine answers", "segment": "segment"}


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One part of the selection, and the address without it."""

    name: str
    text: str
    query: str


@dataclass(frozen=True, kw_only=True)
class Property:
    """One tracked property with the values that can be chosen."""

    key: str
    choices: Sequence[Choice]
    has_more: bool


@dataclass(frozen=True, kw_only=True)
class Menu:
    """One list to choose from; `chosen` is what its button says."""

    name: str
    chosen: str
    choices: Sequence[Choice]


@dataclass(frozen=True, kw_only=True)
class Bar:
    """Everything that the template of the bar prints.

    `fixed`: what the page itself is about. `idle`: parts of the address that wait for a page
    that goes by them.
    """

    selection: Selection
    fixed: Sequence[tuple[str, str]]
    comparison: Menu | None
    has_words: bool
    has_segments: bool
    menus: Sequence[Menu]
    properties: Sequence[Property]
    other_keys: Sequence[str]
    chips: Sequence[Chip]
    idle: Sequence[Chip]
    everything: str
    suspects: str
    suspects_are: str
    suspects_query: str
    doubted_query: str
    never: Sequence[str]
    untracked: Sequence[str]
    kept: Pairs
    kept_besides_comparison: Pairs
    kept_besides_words: Pairs


def bar_of(
    selection: Selection,
    *,
    fixed: Sequence[tuple[str, str]] = (),
    places: Collection[int] | None = None,
    suspects: int | None = None,
    part: Slice | None = None,
    here: Pairs = (),
) -> Bar:
    """Lay out the bar; four statements, one more with segments.

    `places`: the only touchpoints that make sense here. Of a page that is about less than its
    address says, such as one touchpoint: `part` is what it is about, and `here` says so in the
    address of a list; `suspects` where no part can say it, such as of one company.
    """
    pairs, organisation_id = selection.pairs, selection.part.organisation_id
    if suspects is None:
        suspects = _suspects(selection, part or selection.part)
    menus = _menus(selection, places)
    goes_by = {"against", "segment", "q"} - selection.idle - selection.without
    tracked = tracked_properties(organisation_id)
    keys = {one.key for one in tracked}
    switched = _changed(pairs, "suspects", None if selection.with_suspects else "on")
    return Bar(
        selection=selection,
        fixed=fixed,
        comparison=_comparison(selection) if "against" in goes_by else None,
        has_words="q" in goes_by,
        has_segments="segment" in goes_by,
        menus=menus,
        properties=offered(tracked, pairs, selection.segments),
        other_keys=[key for key in property_names() if key not in keys],
        chips=_chips(selection, menus),
        idle=_idle(selection),
        everything=urlencode(selection.kept("programme", "touchpoint", "segment", "q")),
        suspects=count_text(suspects) if suspects or selection.with_suspects else "",
        suspects_are="answer" if suspects == 1 else "answers",
        suspects_query=switched,
        doubted_query=urlencode([*selection.kept("suspects", "definition"), *here]),
        never=[
            f"{key} = {value}" for key, value in never_occurred(organisation_id, selection.segments)
        ],
        untracked=[key for key, _ in selection.segments if key not in keys],
        kept=pairs,
        kept_besides_comparison=[pair for pair in pairs if pair[0] not in (AGAINST, *AGAINST_DAYS)],
        kept_besides_words=[pair for pair in pairs if pair[0] != "q"],
    )


def bar_at(selection: Selection, touchpoint: Touchpoint) -> Bar:
    """The bar of a page that is about one touchpoint."""
    return bar_of(
        selection,
        fixed=[("touchpoint", touchpoint.name)],
        part=selection.part.narrowed(touchpoint_id=touchpoint.pk),
        here=[("touchpoint", str(touchpoint.pk))],
    )


def offered(
    tracked: Sequence[Tracked], pairs: Pairs, segments: Collection[tuple[str, str]]
) -> list[Property]:
    """Offer the values of tracked properties, each with the address that has it instead."""
    return [
        Property(
            key=one.key,
            choices=[_value(pairs, segments, one.key, value) for value in one.values],
            has_more=one.has_more,
        )
        for one in tracked
    ]


def _suspects(selection: Selection, part: Slice) -> int:
    if "suspects" in selection.idle:
        return 0
    return left_out_of(part, selection.period.period).get(SUSPECT, 0)


def _menus(selection: Selection, places: Collection[int] | None) -> list[Menu]:
    chosen = selection.touchpoint_id
    here = [
        (pk, name)
        for pk, name in selection.touchpoints
        if places is None or int(pk) in places or int(pk) == chosen
    ]
    return [
        menu_of(selection.pairs, name, choices, one)
        for name, choices, one in (
            ("programme", selection.programmes, selection.programme_id),
            ("touchpoint", here, chosen),
        )
        if name not in selection.without | selection.idle and (len(choices) > 1 or one)
    ]


def menu_of(pairs: Pairs, name: str, choices: Pairs, chosen: int | None) -> Menu:
    """Offer all, or one of some things; each choice is the address that has it."""
    named = dict(choices).get(str(chosen), "all")
    offered = [("", "all"), *choices]
    return Menu(
        name=name,
        chosen=named,
        choices=[
            Choice(
                name=text,
                query=_changed(pairs, name, value or None),
                is_current=value == str(chosen or ""),
            )
            for value, text in offered
        ],
    )


def _comparison(selection: Selection) -> Menu:
    period, against = selection.period.period, selection.against
    bare = [pair for pair in selection.pairs if pair[0] not in (AGAINST, *AGAINST_DAYS)]
    offered = [
        (Against.BEFORE, f"the {period.days} days before", []),
        (Against.YEAR, "the same weeks a year before", [(AGAINST, Against.YEAR.value)]),
    ]
    own = days_text(against) if isinstance(against, Period) else ""
    return Menu(
        name="comparison",
        chosen=own or next(text for one, text, _ in offered if one == against),
        choices=[
            Choice(
                name=f"{text}, {days_text(other_side(period, one))}",
                query=urlencode([*bare, *more]),
                is_current=one == against,
            )
            for one, text, more in offered
        ],
    )


def _value(pairs: Pairs, segments: Collection[tuple[str, str]], key: str, value: str) -> Choice:
    return Choice(
        name=value,
        query=urlencode([*_besides(pairs, key), ("segment", written(key, value))]),
        is_current=(key, value) in segments,
    )


def _chips(selection: Selection, menus: Sequence[Menu]) -> list[Chip]:
    pairs = selection.pairs
    chips = [
        Chip(name=menu.name, text=menu.chosen, query=_changed(pairs, menu.name, None))
        for menu in menus
        if menu.chosen != "all"
    ]
    chips += [
        Chip(name=key, text=value, query=urlencode(_besides(pairs, key)))
        for key, value in selection.segments
    ]
    if selection.words:
        query = _changed(pairs, "q", None)
        chips.append(Chip(name="words", text=selection.words, query=query))
    return chips


def _idle(selection: Selection) -> list[Chip]:
    """What the address keeps for other pages, told so that nobody thinks it counts here."""
    pairs = selection.pairs
    return [
        Chip(
            name=IDLE[name],
            text=" = ".join(split(value)) if name == "segment" else value if name == "q" else "",
            query=urlencode([pair for pair in pairs if pair != (name, value)]),
        )
        for name, value in pairs
        if name in selection.idle and name in IDLE
    ]


def _changed(pairs: Pairs, name: str, value: str | None) -> str:
    kept = [pair for pair in pairs if pair[0] != name]
    return urlencode(kept if value is None else [*kept, (name, value)])


def _besides(pairs: Pairs, key: str) -> list[tuple[str, str]]:
    """The address without the segments of one property."""
    return [
        (name, value)
        for name, value in pairs
        if not (name == "segment" and split(value)[0].strip() == key)
    ]
