"""What is stored of measuring: counted rows, daily cells, tracked properties, definitions."""

from metrics.models.cells import AskCell, Cell, Superseded, SupersededWeek
from metrics.models.counted import CountedAnswer, CountedAsk
from metrics.models.definitions import MetricDefinition
from metrics.models.tracking import PropertyValue, TrackedProperty

__all__ = [
    "AskCell",
    "Cell",
    "CountedAnswer",
    "CountedAsk",
    "MetricDefinition",
    "PropertyValue",
    "Superseded",
    "SupersededWeek",
    "TrackedProperty",
]
