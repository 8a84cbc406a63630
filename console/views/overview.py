"""The overview: the page a manager opens every morning."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.filters import PeriodFilter
from console.periods import read_period
from console.shown.cards import (
    JOURNEY,
    RATE,
    Empty,
    Links,
    face,
    pictures,
    rate_face,
    specs_of,
    stage_faces,
    stage_specs,
)
from console.shown.elsewhere import elsewhere_of
from console.shown.gap import card_face, with_opposed
from console.shown.quotes import quote_of
from console.versions import older_versions, read_definitions
from kit.clock import now
from kit.periods import local_day
from metrics.queries.filters import experience, service
from reports.queries.gap import gap_card
from reports.queries.overview import overview


@require_safe
@inside("overview", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door) -> HttpResponse:
    moment, zone = now(), door.organisation.time_zone
    PeriodFilter(request.GET).read()
    period = read_period(request, time_zone=zone, now=moment)
    definitions = read_definitions(request, door)
    found = overview(
        organisation_id=door.organisation.pk,
        definitions=definitions,
        period=period.period,
        today=local_day(moment, zone),
    )
    if found.is_untouched:
        return page(request, door, "overview_empty.html", {"period": period})
    links = Links(door, period)
    gap = gap_card(
        service(door.organisation.pk, definitions),
        experience(door.organisation.pk, definitions),
        period.period,
        today=local_day(moment, zone),
    )
    cards = [found.service, found.experience]
    drawn = pictures(specs_of(cards) | stage_specs(found.stages), moment)
    context = {
        "period": period,
        "older": older_versions(request, definitions),
        "service": face(found.service, drawn, links, _no_service(door)),
        "experience": face(
            with_opposed(found.experience, gap), drawn, links, _no_relationship(door)
        ),
        "gap": card_face(gap, door, period),
        "stages": stage_faces(found.stages, drawn, links),
        "journey": JOURNEY,
        "rate": rate_face(found.rate),
        "rate_explained": RATE,
        "comments_url": links.to({"standing": "counted", "commented": "on"}),
        "quotes": [quote_of(response, door, moment) for response in found.quotes],
        "elsewhere": elsewhere_of(found.elsewhere),
    }
    return page(request, door, "overview.html", context)


def _no_service(door: Door) -> Empty:
    return Empty(
        text="No answer at a service touchpoint in this period.",
        action="See the programmes",
        url=reverse("console:programmes", args=[door.slug]),
    )


def _no_relationship(door: Door) -> Empty:
    if not door.may_edit_programmes:
        return Empty(text="No relationship survey yet.")
    return Empty(
        text="No relationship survey yet. It asks every customer now and then how likely she is "
        "to recommend you; scores at single touchpoints never count here.",
        action="Set one up",
        url=reverse("console:programme_new", args=[door.slug]),
    )
