"""Responses: the list behind every number, and one answer with all that is known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.filters import ResponseFilter
from console.forms.selection import read_segments
from console.periods import EVER_DAYS, Shown, read_period
from console.selection import join_typed
from console.shown.doubts import rule_words
from console.shown.elsewhere import elsewhere_of
from console.shown.follow_ups import felt_lines, follow_up_lines
from console.shown.narrowing import chips_of
from console.shown.quotes import Quote, quote_of
from console.shown.selection import offered
from console.shown.ways import Way, ways_of
from console.versions import older_versions, read_definitions
from kit.clock import now
from metrics.queries.filters import Slice
from metrics.queries.properties import tracked_properties
from metrics.statistics.definitions import Definitions
from reports.actions.exporting import MOST_ROWS_OF_EXCEL
from reports.queries.responses import (
    answered_between,
    count_by_origin,
    count_responses,
    responses,
)
from reports.queries.wanted import Wanted
from surveys.actions.correcting import EXCLUDABLE
from surveys.actions.hearing import REMOVABLE
from surveys.models import Response, ResponseRevision
from surveys.queries.answers import FollowUps
from surveys.queries.customers import property_names
from surveys.queries.programmes import counted_choices
from surveys.queries.suppressed import addresses_in_doubt
from surveys.queries.tags import tag_choices, tags_on
from surveys.queries.touchpoints import touchpoint_choices

BUT = ("but_programme", "but_touchpoint", "but_q")


# More are not sorted by how they came while somebody waits for the page.
MOST_SORTED = 100_000


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a list of answers was asked for; an export of it reads the same address."""

    form: ResponseFilter
    period: Shown
    definitions: Definitions
    wanted: Wanted
    after: str | None
    besides: Mapping[str, Any] = field(default_factory=dict)  # what only the page itself goes by


def read_listing(
    request: HttpRequest,
    door: Door,
    moment: datetime,
    reader: type[ResponseFilter] = ResponseFilter,
) -> Listing:
    """Read the address of a list of answers; raises BadAddress where it makes no sense."""
    join_typed(request.GET)
    definitions = read_definitions(request, door)
    zone, usual = door.organisation.time_zone, definitions.window_days
    period = read_period(request, time_zone=zone, now=moment, usual=usual, longest=EVER_DAYS)
    form = reader(
        request.GET,
        programmes=counted_choices(),
        touchpoints=touchpoint_choices(),
        tags=tag_choices(),
        metrics=definitions.kinds,
    )
    asked = dict(form.read())
    after, words = asked.pop("after"), asked.pop("q")
    known = {*ResponseFilter.base_fields, "paired"}
    besides = {name: asked.pop(name) for name in set(asked) - known}
    wanted = Wanted(
        period=period.period,
        words=(words,) if words else (),
        but=_but(request, door, asked),
        definitions=definitions,
        segments=read_segments(request.GET),
        with_suspects=request.GET.get("suspects") == "on",
        **asked,
    )
    return Listing(
        form=form,
        period=period,
        definitions=definitions,
        wanted=wanted,
        after=after or None,
        besides=besides,
    )


def _filters(request: HttpRequest, door: Door, asked: Listing) -> dict[str, Any]:
    """What the menu of properties offers; it keeps everything else that narrows the list."""
    tracked = tracked_properties(door.organisation.pk)
    keys = {one.key for one in tracked}
    pairs = [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if value and name != "after"
    ]
    return {
        "properties": offered(tracked, pairs, asked.wanted.segments),
        "other_keys": [key for key in property_names() if key not in keys],
        "kept": pairs,
    }


def _but(request: HttpRequest, door: Door, asked: dict[str, Any]) -> Slice | None:
    """The part that the list leaves out: everybody else is the other side of a comparison."""
    programme, touchpoint, words = (asked.pop(name) for name in BUT)
    segments = read_segments(request.GET, "but_segment")
    if not (programme or touchpoint or words or segments):
        return None
    return Slice(
        organisation_id=door.organisation.pk,
        programme_id=programme,
        touchpoint_id=touchpoint,
        segments=segments,
        words=(words,) if words else (),
    )


@require_safe
@inside("responses", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    moment = now()
    asked = read_listing(request, door, moment)
    found, total = responses(asked.wanted, after=asked.after), count_responses(asked.wanted)
    is_elsewhere = not total and not asked.form.is_narrowed
    context = {
        "form": asked.form,
        "chips": chips_of(asked.form),
        **_filters(request, door, asked),
        "tag_names": [name for _, name in asked.form.tags],
        "period": asked.period,
        "older": older_versions(request, asked.definitions),
        "total": total,
        "ways": _ways(request, asked, total),
        "most_of_excel": MOST_ROWS_OF_EXCEL,
        "elsewhere": elsewhere_of(answered_between()) if is_elsewhere else None,
        "found": found,
        "in_doubt": addresses_in_doubt() if door.may_see_customers else 0,
        "quotes": _quotes(found.rows, door, moment),
    }
    return page(request, door, "responses/list.html", context)


def _ways(request: HttpRequest, asked: Listing, total: int) -> list[Way]:
    if total > MOST_SORTED:
        return []
    pairs = [(name, one) for name, values in request.GET.lists() for one in values]
    return ways_of(count_by_origin(asked.wanted), asked.wanted.origin, pairs)


@require_safe
@inside("responses", Permission.VIEW_FIGURES)
def detail(request: HttpRequest, door: Door, response_id: int) -> HttpResponse:
    return page(request, door, "responses/detail.html", shown(door, response_id))


def shown(door: Door, response_id: int) -> dict[str, Any]:
    """Everything the page of one answer shows; raises Http404."""
    known = Response.objects.select_related(
        "customer", "programme", "touchpoint", "interaction", "survey_version", "public_link"
    ).annotate(follow_ups=FollowUps(F("id")))
    response = get_object_or_404(known, pk=response_id)
    (quote,) = _quotes([response], door, now())
    revisions = _revisions(response)
    return {
        "response": response,
        "quote": quote,
        "felt": felt_lines(response.feelings, response.contact),
        "follow_ups": follow_up_lines(response.follow_ups),  # type: ignore[attr-defined]
        "revisions": revisions,
        "recorded": revisions[-1] if response.origin == Response.Origin.STAFF else None,
        "exclusions": response.exclusions.order_by("-id"),
        "context_facts": sorted(response.context.items()),
        "tag_names": [name for _, name in tag_choices()],
        "may_remove": response.origin == Response.Origin.STAFF and response.standing in REMOVABLE,
        "may_exclude": response.standing in EXCLUDABLE,
        "is_erased": response.customer is not None and response.customer.erased_at is not None,
    }


def _revisions(response: Response) -> list[ResponseRevision]:
    """Every version, the newest first: what it felt like and why it was doubted, in words."""
    rows = list(response.revisions.order_by("-number"))
    for row in rows:
        is_doubted = row.verdict == ResponseRevision.Verdict.SUSPECT
        row.felt = felt_lines(row.feelings, row.contact)  # type: ignore[attr-defined]
        row.doubt = rule_words(row.rule) if is_doubted else ""  # type: ignore[attr-defined]
    return rows


def _quotes(rows: Sequence[Response], door: Door, moment: datetime) -> list[Quote]:
    worn = tags_on([row.pk for row in rows])
    return [quote_of(row, door, moment, tags=worn.get(row.pk, ())) for row in rows]
