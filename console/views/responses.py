"""Responses: the list behind every number, and one answer with all that is known of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.filters import ResponseFilter
from console.periods import read_period
from console.shown.elsewhere import elsewhere_of
from console.shown.quotes import quote_of
from console.versions import older_versions, read_definitions
from kit.clock import now
from reports.queries.responses import Wanted, answered_between, count_responses, responses
from surveys.models import Response
from surveys.queries.programmes import programme_choices
from surveys.queries.touchpoints import touchpoint_choices


@require_safe
@inside("responses", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    moment = now()
    period = read_period(request, time_zone=door.organisation.time_zone, now=moment)
    form = ResponseFilter(
        request.GET, programmes=programme_choices(), touchpoints=touchpoint_choices()
    )
    asked = form.read()
    after, words = asked.pop("after"), asked.pop("q")
    definitions = read_definitions(request, door)
    wanted = Wanted(period=period.period, words=words, definitions=definitions, **asked)
    found, total = responses(wanted, after=after or None), count_responses(wanted)
    is_elsewhere = not total and not form.is_narrowed
    context = {
        "form": form,
        "period": period,
        "older": older_versions(request, definitions),
        "total": total,
        "elsewhere": elsewhere_of(answered_between()) if is_elsewhere else None,
        "found": found,
        "quotes": [quote_of(response, door, moment) for response in found.rows],
    }
    return page(request, door, "responses/list.html", context)


@require_safe
@inside("responses", Permission.VIEW_FIGURES)
def detail(request: HttpRequest, door: Door, response_id: int) -> HttpResponse:
    known = Response.objects.select_related(
        "customer", "programme", "touchpoint", "interaction", "survey_version"
    )
    response = get_object_or_404(known, pk=response_id)
    context = {
        "response": response,
        "quote": quote_of(response, door, now()),
        "revisions": response.revisions.order_by("-number"),
        "context_facts": sorted(response.context.items()),
    }
    return page(request, door, "responses/detail.html", context)
