"""What happened on single days and may explain a turn: annotations, new versions, new zones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.queries.audit import ZoneChange, zone_changes
from kit.periods import Period, local_day
from metrics.models import Annotation
from metrics.queries.filters import Filter
from metrics.statistics.definitions import Definition, Definitions, Kind
from surveys.queries.drawing import DrawingChange, drawing_changes
from surveys.rules.metrics import NAMES, Metric


@dataclass(frozen=True)
class Mark:
    """One day with its words; of one metric, touchpoint or programme, or of all of them."""

    on: date
    text: str
    kind: Kind | None = None
    # Where one programme changed: whatever it had a part in is concerned, also a pooled trend.
    asked: DrawingChange | None = None
    touchpoint_id: int | None = None
    programme_id: int | None = None

    def concerns(self, chosen: Filter) -> bool:
        """Whether a trend of these answers is to show it."""
        return (
            self.kind in (None, chosen.definition.kind)
            and (self.asked is None or _had_a_part(self.asked, chosen))
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
    """Read what happened in a period; two statements beside the definitions, three with faces."""
    told = [
        *(_annotated(row) for row in _annotations(period)),
        *own_marks(definitions),
    ]
    inside = (mark for mark in told if period.first <= mark.on <= period.last)
    return Marks(sorted(inside, key=lambda mark: (mark.on, mark.text)))


def own_marks(definitions: Definitions) -> list[Mark]:
    """What the product marks by itself: new versions of metrics, new time zones, faces or words.

    One statement, and another one where faces were ever used.
    """
    defined = (_defined(one) for kind in Kind for one in definitions.history(kind)[1:])
    drawn = drawing_changes() if definitions.uses_faces else []
    return [*defined, *map(_moved, zone_changes()), *map(_drawn, drawn)]


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
    text = f"{NAMES[Metric(one.kind)]} version {one.version}: {one.reason}"
    return Mark(one.since_on, text, kind=one.kind)


def _drawn(one: DrawingChange) -> Mark:
    text = "faces instead of numbers" if one.has_faces else "numbers instead of faces"
    return Mark(one.on, f"{one.programme}: {text}", asked=one)


def _had_a_part(one: DrawingChange, chosen: Filter) -> bool:
    return (
        chosen.definition.kind in (Kind.CSAT, Kind.FACES)
        and chosen.programme_id in (None, one.programme_id)
        and (chosen.touchpoint_id is None or chosen.touchpoint_id in one.touchpoint_ids)
        and chosen.is_relational is not bool(one.touchpoint_ids)
    )


def _moved(one: ZoneChange) -> Mark:
    return Mark(local_day(one.at, one.new), f"Days are those of {one.new}, were {one.old}'s")
