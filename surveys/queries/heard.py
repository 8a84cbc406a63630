"""What a customer may speak about to staff: every programme at each of its touchpoints."""

from dataclasses import dataclass

from surveys.models import Programme, SurveyVersion, Touchpoint
from surveys.rules.metrics import NAMES, Metric


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One question at one place, as it is asked now; no place for a relationship survey."""

    programme_id: int
    programme: str
    touchpoint_id: int | None
    touchpoint: str
    metric: Metric

    @property
    def key(self) -> str:
        """How an address names it."""
        return f"{self.programme_id}:{self.touchpoint_id or ''}"

    @property
    def metric_name(self) -> str:
        return NAMES[self.metric]

    @property
    def name(self) -> str:
        return self.touchpoint or self.programme


def askings() -> list[Asking]:
    """Return what is asked now, by place and programme; three statements.

    Not of anonymous programmes: whoever speaks to staff is not anonymous.
    """
    rows = Programme.objects.filter(archived_at__isnull=True, is_anonymous=False).order_by(
        "name", "id"
    )
    known = list(rows.select_related("survey").prefetch_related("touchpoints"))
    versions = _newest({one.survey_id for one in known})
    found = [
        Asking(
            programme_id=one.pk,
            programme=one.name,
            touchpoint_id=None if place is None else place.pk,
            touchpoint="" if place is None else place.name,
            metric=versions[one.survey_id].metric,
        )
        for one in known
        if one.survey_id in versions
        for place in _places(one)
    ]
    return sorted(found, key=lambda one: (not one.touchpoint, one.name.casefold(), one.key))


def _places(programme: Programme) -> list[Touchpoint] | list[None]:
    return list(programme.touchpoints.all()) or [None]


def _newest(survey_ids: set[int]) -> dict[int, SurveyVersion]:
    rows = SurveyVersion.objects.filter(survey__in=survey_ids, number__gt=0)
    newest = rows.order_by("survey_id", "-number").distinct("survey_id").select_related("survey")
    return {one.survey_id: one for one in newest}
