"""Thin flagged lines in a trend: what happened on a day, in words or as numbers of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.charts.theme import Palette, Spec

AXIS = 44  # pixels that the numbers at the left need
LETTER = 9  # pixels of a letter on a phone, where texts are drawn larger
HEIGHT = 16  # pixels that flags need above a picture


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something that happened on a day and may explain a turn."""

    on: date
    name: str


@dataclass(frozen=True, kw_only=True)
class Flag:
    """One line with what stands on it: the note's own words, or numbers of a list below."""

    on: date
    label: str


def flags_of(notes: Sequence[Note], days: Sequence[date], width: int) -> list[Flag]:
    """Write each note at its line where there is room for all of them, else numbers.

    `days` are those of the trend's points: earlier notes are left out, later ones stand at
    the last point, whose days they fell into.
    """
    onto = [Note(on=min(note.on, days[-1]), name=note.name) for note in notes if note.on >= days[0]]
    if not onto:
        return []
    places = [_place(note.on, days, width) for note in onto]
    ends = [*places[1:], width - AXIS]
    widths = [LETTER * len(note.name) for note in onto]
    if all(at + wide <= end for at, wide, end in zip(places, widths, ends, strict=True)):
        return [Flag(on=note.on, label=note.name) for note in onto]
    return _numbered(onto, places)


def is_numbered(notes: Sequence[Note], days: Sequence[date], width: int) -> bool:
    """Whether a picture needs a list that says what its numbers mean."""
    names = [note.name for note in notes]
    return bool(days) and [flag.label for flag in flags_of(notes, days, width)] != names


def _numbered(notes: Sequence[Note], places: Sequence[float]) -> list[Flag]:
    """Number the notes in order; those that stand too close share a flag."""
    flags: list[Flag] = []
    held = 0.0
    for number, (note, place) in enumerate(zip(notes, places, strict=True), start=1):
        if flags and place - held < LETTER * (len(flags[-1].label) + 1):
            flags[-1] = Flag(on=flags[-1].on, label=f"{flags[-1].label}, {number}")
        else:
            flags.append(Flag(on=note.on, label=str(number)))
            held = place
    return flags


def _place(on: date, days: Sequence[date], width: int) -> float:
    """How many pixels from the left end of the axis a day is."""
    span = max((days[-1] - days[0]).days, 1)
    return (on - days[0]).days / span * (width - AXIS)


def lines(flags: Sequence[Flag], palette: Palette) -> list[Spec]:
    """The layers of a trend that draw the flags."""
    if not flags:
        return []
    data = {"values": [{"on": flag.on.isoformat(), "name": flag.label} for flag in flags]}
    rule = {"type": "rule", "color": palette.note, "strokeDash": [3, 3]}
    text = {"type": "text", "align": "left", "baseline": "bottom", "dx": -2, "dy": -3}
    return [
        {"data": data, "mark": rule, "encoding": {"y": None}},
        {
            "data": data,
            "mark": text | {"color": palette.note, "fontWeight": 600},
            "encoding": {"y": {"value": 0}, "text": {"field": "name"}},
        },
    ]
