"""The journey: every touchpoint in the order in which customers meet it, with its scores."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.filters import PeriodFilter
from console.periods import read_period
from console.shown.cards import Links, scores_explained
from console.shown.tiles import HEAT, stage_faces
from console.versions import older_versions, read_definitions
from kit.clock import now
from kit.periods import local_day
from reports.queries.journey import journey_map, of_transactions


@require_safe
@inside("journey", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door) -> HttpResponse:
    moment, zone = now(), door.organisation.time_zone
    PeriodFilter(request.GET).read()
    period = read_period(request, time_zone=zone, now=moment)
    definitions = read_definitions(request, door)
    found = journey_map(
        chosen=of_transactions(door.organisation.pk, definitions),
        period=period.period,
        today=local_day(moment, zone),
        against=None,
    )
    context = {
        "period": period,
        "older": older_versions(request, definitions),
        "found": found,
        "stages": stage_faces(found, Links(door, period), moment, deep=True),
        "heat_explained": HEAT,
        "scores_explained": scores_explained(definitions),
    }
    return page(request, door, "journey.html", context)
