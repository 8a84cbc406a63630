"""What is stored of measuring: counted rows, daily cells, tracked properties."""

from metrics.models.cells import AskCell, Cell, Superseded
from metrics.models.counted import CountedAnswer, CountedAsk
from metrics.models.tracking import PropertyValue, TrackedProperty

__all__ = [
    "AskCell",
    "Cell",
    "CountedAnswer",
    "CountedAsk",
    "PropertyValue",
    "Superseded",
    "TrackedProperty",
]
