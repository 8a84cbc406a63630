"""The gap between service and experience: the sentence, the segments, the customers."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.filters import PeriodFilter
from console.periods import read_period
from console.shown.cards import Links
from console.shown.gap import empty_of, page_face
from console.versions import older_versions, read_definitions
from kit.clock import now
from kit.periods import local_day
from metrics.queries.filters import experience, service
from reports.queries.gap import gap_page


@require_safe
@inside("gap", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door) -> HttpResponse:
    moment, zone = now(), door.organisation.time_zone
    PeriodFilter(request.GET).read()
    period = read_period(request, time_zone=zone, now=moment)
    ours, definitions = door.organisation.pk, read_definitions(request, door)
    found = gap_page(
        service(ours, definitions),
        experience(ours, definitions),
        period.period,
        today=local_day(moment, zone),
    )
    context = {
        "period": period,
        "older": older_versions(request, definitions),
        "empty": empty_of(found, door),
        "gap": page_face(found, Links(door, period), moment),
    }
    return page(request, door, "gap/page.html", context)
