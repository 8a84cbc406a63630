"""Levels in a trend: fixed scores as dashed lines, each named where the trend leaves room."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from reports.charts.flags import AXIS, LETTER
from reports.charts.theme import Palette, Spec

FOOT = 20  # pixels that the days below the axis need
LINE = 19  # pixels of a line of words on a phone, where texts are drawn larger
ENOUGH = 10  # pixels between a name and the trend, from which on more are no gain
STEP = 3.0  # pixels between two places of a line that are looked at
PLACES = (0, 1, 0.5, 0.25, 0.75)  # of the room along the axis, in the order they are tried

Spot = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Level:
    """A fixed score to be read against, such as a goal."""

    value: float
    name: str


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Where days and scores stand in a picture; days are shares of the whole time."""

    width: int
    height: int
    low: float
    high: float

    @property
    def across(self) -> float:
        return float(self.width - AXIS)

    def spot(self, share: float, score: float) -> Spot:
        return share * self.across, self.y_of(score)

    def y_of(self, score: float) -> float:
        return (self.high - score) / (self.high - self.low) * (self.height - FOOT)


@dataclass(frozen=True, kw_only=True)
class Side:
    """Where a name begins, in pixels from the axis, and whether it stands below its line."""

    left: float
    below: bool


def levels_in(
    levels: Sequence[Level], scale: Scale, drawn: Sequence[Spot], palette: Palette
) -> list[Spec]:
    """Draw each level with its name, clear of what is drawn: the spots of the trend."""
    if not levels:
        return []
    data = {"values": [{"level": level.value} for level in levels]}
    at = {"x": None, "y": {"field": "level", "type": "quantitative"}}
    rule = {"type": "rule", "color": palette.text, "strokeDash": [6, 3], "strokeWidth": 1}
    named = []
    for level in levels:
        others = [each.value for each in levels if each.value != level.value]
        lines = [spot for value in others for spot in along([(0, value), (1, value)], scale)]
        named += _named(level, side_of(level, scale, [*drawn, *lines]), palette)
    return [{"data": data, "mark": rule, "encoding": at}, *named]


def side_of(level: Level, scale: Scale, drawn: Sequence[Spot]) -> Side:
    """The first place with room enough for a level's name, else the one with the most."""
    room = max(scale.across - _wide(level), 0)
    sides = [Side(left=place * room, below=below) for place in PLACES for below in (False, True)]
    return max(sides, key=lambda side: min(_room(side, level, scale, drawn), ENOUGH))


def along(line: Sequence[Spot], scale: Scale) -> list[Spot]:
    """The spots of an unbroken line, close enough that no name fits between two."""
    spots = [scale.spot(*point) for point in line]
    for (x, y), (until, end) in pairwise(list(spots)):
        steps = int(hypot(until - x, end - y) / STEP)
        spots += [(x + (until - x) * i / steps, y + (end - y) * i / steps) for i in range(1, steps)]
    return spots


def _room(side: Side, level: Level, scale: Scale, drawn: Sequence[Spot]) -> float:
    """Pixels between a name and the nearest spot; none where it would leave the picture."""
    line = scale.y_of(level.value)
    top = line if side.below else line - LINE
    if top < 0 or top + LINE > scale.height - FOOT:
        return -1.0
    right = side.left + _wide(level)
    return min(
        (
            hypot(max(side.left - x, 0, x - right), max(top - y, 0, y - top - LINE))
            for x, y in drawn
        ),
        default=float(ENOUGH),
    )


def _wide(level: Level) -> int:
    return LETTER * len(level.name)


def _named(level: Level, side: Side, palette: Palette) -> list[Spec]:
    below = {"baseline": "top", "dy": 4} if side.below else {"baseline": "bottom", "dy": -3}
    text = {"type": "text", "align": "left", "dx": 2, **below}
    at = {
        "x": {"value": round(side.left)},
        "y": {"field": "level", "type": "quantitative"},
        "text": {"field": "name"},
    }
    # Written twice: the band runs behind the words.
    halo = {"stroke": palette.surface, "strokeWidth": 4, "color": palette.surface}
    data = {"values": [{"level": level.value, "name": level.name}]}
    return [
        {"data": data, "mark": text | look, "encoding": at}
        for look in (halo, {"color": palette.text})
    ]
