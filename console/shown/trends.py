"""The trends of a page: by days or weeks, or as an average over thirty days that moves on."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from console.forms.trends import NAMES, TrendFilter
from kit.periods import Period
from metrics.rules.windows import Step
from reports.queries.trends import step_for


@dataclass(frozen=True, kw_only=True)
class Trend:
    """How trends are drawn here, and the address that draws them the other way."""

    step: Step | None
    other_name: str
    other_query: str


def read_trend(request: HttpRequest, period: Period) -> Trend:
    """Read it from the address; raises BadAddress."""
    asked = TrendFilter({name: request.GET.get(name, "") for name in NAMES}).read()
    kept = [
        (name, value)
        for name, values in request.GET.lists()
        if name not in NAMES
        for value in values
    ]
    if asked["trend"]:
        name = f"By {step_for(period).value}"
        return Trend(step=Step.MONTH_MOVING, other_name=name, other_query=urlencode(kept))
    other = urlencode([*kept, ("trend", "month")])
    return Trend(step=None, other_name="As a 30-day average", other_query=other)
