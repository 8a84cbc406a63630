"""What is stored of measuring: counts, tracked properties, definitions, notes beside them."""

from metrics.models.cells import AskCell, Cell, Superseded, SupersededWeek
from metrics.models.counted import CountedAnswer, CountedAsk
from metrics.models.definitions import MetricDefinition
from metrics.models.notes import Annotation, Benchmark, Goal, SavedView
from metrics.models.overlaps import Overlap
from metrics.models.tracking import PropertyValue, TrackedProperty, TrackingWish

__all__ = [
    "Annotation",
    "AskCell",
    "Benchmark",
    "Cell",
    "CountedAnswer",
    "CountedAsk",
    "Goal",
    "MetricDefinition",
    "Overlap",
    "PropertyValue",
    "SavedView",
    "Superseded",
    "SupersededWeek",
    "TrackedProperty",
    "TrackingWish",
]
