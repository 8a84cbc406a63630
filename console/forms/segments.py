"""What the list of segments reads of its address besides the selection."""

from console.forms.filters import Filter


class SegmentFilter(Filter):
    """Only where the next page begins."""
