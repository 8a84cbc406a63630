"""Waves with how far each has come."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from surveys.models import Wave

SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One wave: of whom was decided so far, and which way."""

    wave: Wave
    asked: int
    not_asked: int
    portions_left: int

    @property
    def decided(self) -> int:
        return self.asked + self.not_asked

    @property
    def is_over(self) -> bool:
        return self.wave.finished_at is not None


def waves(*, programme_id: int, kinds: Sequence[str], shown: int = SHOWN) -> list[Progress]:
    """Return the newest waves of these kinds, in one statement."""
    rows = counted_waves().filter(programme=programme_id, kind__in=kinds).order_by("-id")
    return [progress(wave) for wave in rows[:shown]]


def progress_of(wave_id: int) -> Progress | None:
    wave = counted_waves().filter(pk=wave_id).first()
    return None if wave is None else progress(wave)


def counted_waves() -> QuerySet[Wave]:
    """Waves as `progress` needs them."""
    return Wave.objects.select_related("programme").annotate(
        sum_asked=Sum("portions__asked", default=0),
        sum_not_asked=Sum("portions__not_asked", default=0),
        left=Count("portions", filter=Q(portions__decided_at__isnull=True)),
    )


def progress(wave: Wave) -> Progress:
    """How far a wave of `counted_waves` has come."""
    counted = vars(wave)
    return Progress(
        wave=wave,
        asked=counted["sum_asked"],
        not_asked=counted["sum_not_asked"],
        portions_left=counted["left"],
    )
