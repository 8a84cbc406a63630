"""What happened on single days and may explain a turn: annotations, new versions, new zones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.queries.audit import ZoneChange, zone_changes
from kit.periods import Period, local_day
from metrics.models import Annotation
from metrics.queries.filters import Filter
from metrics.statistics.definitions import Definition, Definitions, Kind


@dataclass(frozen=True)
class Mark:
    """One day with its words; of one metric, touchpoint or programme, or of all of them."""

    on: date
    text: str
    kind: Kind | None = None
    touchpoint_id: int | None = None
    programme_id: int | None = None

    def concerns(self, chosen: Filter) -> bool:
        """Whether a trend of these answers is to show it."""
        return (
            self.kind in (None, chosen.definition.kind)
            and self.touchpoint_id in (None, chosen.touchpoint_id)
            and self.programme_id in (None, chosen.programme_id)
        )


@dataclass(frozen=True)
class Marks:
    """The marks of a period, oldest first."""

    every: Sequence[Mark] = ()

    def on(self, chosen: Filter) -> list[Mark]:
        return [mark for mark in self.every if mark.concerns(chosen)]


def marks_in(definitions: Definitions, period: Period) -> Marks:
    """Read what happened in a period; two statements beside the definitions."""
    told = [
        *(_annotated(row) for row in _annotations(period)),
        *own_marks(definitions, zone_changes()),
    ]
    inside = (mark for mark in told if period.first <= mark.on <= period.last)
    return Marks(sorted(inside, key=lambda mark: (mark.on, mark.text)))


def own_marks(definitions: Definitions, moved: Sequence[ZoneChange]) -> list[Mark]:
    """What the product marks by itself: new versions of metrics, new time zones."""
    defined = (_defined(one) for kind in Kind for one in definitions.history(kind)[1:])
    return [*defined, *map(_moved, moved)]


def annotations() -> Sequence[Annotation]:
    """Return every annotation, the newest day first, with where it belongs."""
    rows = Annotation.objects.select_related("touchpoint", "programme")
    return list(rows.order_by("-on_day", "-id"))


def _annotations(period: Period) -> Sequence[Annotation]:
    return list(Annotation.objects.filter(on_day__range=(period.first, period.last)))


def _annotated(row: Annotation) -> Mark:
    return Mark(
        row.on_day, row.text, touchpoint_id=row.touchpoint_id, programme_id=row.programme_id
    )


def _defined(one: Definition) -> Mark:
    assert one.since_on is not None  # only the first version holds since ever
    text = f"{one.kind.upper()} version {one.version}: {one.reason}"
    return Mark(one.since_on, text, kind=one.kind)


def _moved(one: ZoneChange) -> Mark:
    return Mark(local_day(one.at, one.new), f"Days are those of {one.new}, were {one.old}'s")
