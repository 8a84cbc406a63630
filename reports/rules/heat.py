"""What a colour in the heat map means: surely above or below its yardstick, and how far."""

from collections.abc import Sequence
from fractions import Fraction

from metrics.statistics.figures import Figure
from metrics.statistics.scanning import discoveries
from metrics.statistics.verdicts import Verdict

FAR = Fraction(1, 10)


def heat(shown: Figure, yardstick: Fraction | None) -> str:
    """Name the shade: "", "above", "far-above", "below" or "far-below".

    No shade without an interval, below 25 answers, or where the interval holds the yardstick:
    a colour that chance could have painted would send people after noise.
    """
    if yardstick is None or shown.interval is None or shown.value is None:
        return ""
    if not shown.tier.shows_headline:
        return ""
    if shown.interval.low > float(yardstick):
        return "far-above" if shown.value - yardstick >= FAR else "above"
    if shown.interval.high < float(yardstick):
        return "far-below" if yardstick - shown.value >= FAR else "below"
    return ""


def called(verdicts: Sequence[Verdict | None]) -> list[bool]:
    """Which changes may be called when all are looked at together (Benjamini-Hochberg)."""
    known = [place for place, one in enumerate(verdicts) if one is not None]
    found = discoveries([one.p for one in verdicts if one is not None])
    sure = {place for place, is_found in zip(known, found, strict=True) if is_found}
    return [
        one is not None and one.is_called and place in sure for place, one in enumerate(verdicts)
    ]


def worst(verdicts: Sequence[Verdict | None], may_call: Sequence[bool]) -> int | None:
    """The place of the largest fall that may be called, or None: a fall by chance is no news."""
    falls = [
        (one.change, place)
        for place, (one, is_sure) in enumerate(zip(verdicts, may_call, strict=True))
        if one is not None and is_sure and one.change < 0
    ]
    return min(falls)[1] if falls else None
