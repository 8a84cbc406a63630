"""Files to take away: the answers of a list, the figures of a page."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page
from console.forms.comments import NAMES as COMMENTS_SHOWN
from console.forms.exports import ResponseExportFilter
from console.forms.filters import NoFilter
from console.forms.trends import NAMES as TRENDS
from console.problems import BadAddress
from console.selection import Selection, read_selection
from console.shown.trends import read_trend
from console.views.anonymous import anonymous_programme
from console.views.responses import Listing, read_listing
from kit.clock import now
from kit.periods import local_day
from kit.turns import NoPlace, Places
from kit.workbooks import workbook
from metrics.queries.definitions import definitions_of
from metrics.statistics.definitions import Kind
from reports.actions.exporting import (
    MOST_ROWS_OF_EXCEL,
    Export,
    Taken,
    answers_as_csv,
    answers_as_xlsx,
    figures_as_csv,
    figures_as_xlsx,
    record_export,
    rows_as_csv,
)
from reports.queries.anonymous import COMMENTS, comment_rows, group_columns, group_rows
from reports.queries.figures import Shown, overview_figures, touchpoint_figures
from reports.queries.responses import count_responses
from reports.rules.files import CONTENT_TYPES, Form
from surveys.models import Touchpoint

P = ParamSpec("P")
Made = Callable[Concatenate[HttpRequest, Door, P], StreamingHttpResponse]
# Of the eight threads of a web process: the pages of everybody else need the others.
PLACES = Places(3)
SECONDS_UNTIL_FREE = 30


def in_turn(make: Made[P]) -> Callable[Concatenate[HttpRequest, Door, P], HttpResponseBase]:
    """Make a file while there is a place for it; it is given back with the file's last byte."""

    @wraps(make)
    def made(
        request: HttpRequest, door: Door, *given: P.args, **named: P.kwargs
    ) -> HttpResponseBase:
        try:
            place = PLACES.take()
        except NoPlace:
            answer = page(request, door, "exports_busy.html", {"most": PLACES.number}, status=503)
            answer["Retry-After"] = str(SECONDS_UNTIL_FREE)
            return answer
        try:
            file = make(request, door, *given, **named)
        except BaseException:
            place.give_back()
            raise
        file._resource_closers.append(place.give_back)  # type: ignore[attr-defined]
        return file

    return made  # type: ignore[return-value]  # wraps() loses that they stand by place


@require_GET
@inside("responses", Permission.VIEW_FIGURES)
@in_turn
def responses_csv(request: HttpRequest, door: Door) -> StreamingHttpResponse:
    moment = now()
    listing = read_listing(request, door, moment, ResponseExportFilter)
    export = _export(door, listing)
    _record_answers(request, door, export, ("csv", count_responses(listing.wanted)), moment)
    pieces = answers_as_csv(export=export, with_mark=listing.form.cleaned_data["mark"])
    return _file(pieces, f"{door.slug}-responses", "csv", moment)


@require_GET
@inside("responses", Permission.VIEW_FIGURES)
@in_turn
def responses_xlsx(request: HttpRequest, door: Door) -> StreamingHttpResponse:
    moment = now()
    listing = read_listing(request, door, moment)
    export, answers = _export(door, listing), count_responses(listing.wanted)
    if answers > MOST_ROWS_OF_EXCEL:
        raise BadAddress(
            f"These are {answers:,} answers; an Excel file is made of {MOST_ROWS_OF_EXCEL:,} at "
            "most. Choose a shorter period, or take the CSV, which has no limit."
        )
    _record_answers(request, door, export, ("xlsx", answers), moment)
    return _file(answers_as_xlsx(export=export), f"{door.slug}-responses", "xlsx", moment)


@require_GET
@inside("overview", Permission.VIEW_FIGURES)
def overview(request: HttpRequest, door: Door, form: Form) -> HttpResponseBase:
    moment = now()
    # Which comments the page shows is in its address, too; a file of figures has none.
    selection = read_selection(request, door, moment, also=COMMENTS_SHOWN | TRENDS)
    rows = overview_figures(_shown(request, selection))
    return _figures(request, door, form, ("figures", rows), moment)


@require_GET
@inside("journey", Permission.VIEW_FIGURES)
def touchpoint(
    request: HttpRequest, door: Door, touchpoint_id: int, form: Form
) -> HttpResponseBase:
    moment = now()
    place = get_object_or_404(Touchpoint, pk=touchpoint_id)
    selection = read_selection(request, door, moment, without={"touchpoint"}, also=TRENDS)
    rows = touchpoint_figures(_shown(request, selection), place)
    return _figures(request, door, form, (f"{place.slug}-figures", rows), moment)


@require_GET
@inside("programmes", Permission.VIEW_FIGURES)
def anonymous(
    request: HttpRequest, door: Door, programme_id: int, what: str, form: Form
) -> HttpResponseBase:
    """The groups that may be shown of an anonymous programme, or the words in them; all there is.

    Nothing narrows such a file: two files of different parts could be taken off one another.
    """
    moment, programme = now(), anonymous_programme(programme_id)
    NoFilter(request.GET).read()
    today = local_day(moment, door.organisation.time_zone)
    definition = definitions_of(door.organisation.pk).newest(Kind(programme.survey.metric))
    if what == "comments":
        columns, rows = list(COMMENTS), comment_rows(programme, today)
    else:
        columns, rows = group_columns(definition), group_rows(programme, definition, today)
    facts = {"programme": programme.pk, "rows": len(rows)}
    taken = Taken(what=f"anonymous_{what}", form=form, filter="", facts=facts)
    _record(request, door, taken, moment)
    pieces = rows_as_csv(columns, rows) if form == "csv" else workbook(what.title(), columns, rows)
    return _file(pieces, f"{door.slug}-anonymous-{what}", form, moment)


def _shown(request: HttpRequest, selection: Selection) -> Shown:
    return Shown(
        part=selection.part,
        definitions=selection.definitions,
        period=selection.period.period,
        today=selection.today,
        against=selection.against,
        step=read_trend(request, selection.period.period).step,
    )


def _figures(
    request: HttpRequest,
    door: Door,
    form: Form,
    named: tuple[str, list[list[object]]],
    moment: datetime,
) -> StreamingHttpResponse:
    name, rows = named
    taken = Taken(what="figures", form=form, filter=_address(request), facts={"rows": len(rows)})
    _record(request, door, taken, moment)
    pieces = figures_as_csv(rows) if form == "csv" else figures_as_xlsx(rows)
    return _file(pieces, f"{door.slug}-{name}", form, moment)


def _export(door: Door, listing: Listing) -> Export:
    return Export(
        organisation_id=door.organisation.pk,
        time_zone=door.organisation.time_zone,
        wanted=listing.wanted,
        with_customers=door.may_see_customers,
    )


def _record_answers(
    request: HttpRequest, door: Door, export: Export, made: tuple[Form, int], moment: datetime
) -> None:
    form, answers = made
    facts = {"answers": answers, "with customers": export.with_customers}
    taken = Taken(what="responses", form=form, filter=_address(request), facts=facts)
    _record(request, door, taken, moment)


def _record(request: HttpRequest, door: Door, taken: Taken, moment: datetime) -> None:
    record_export(
        organisation_id=door.organisation.pk,
        taken=taken,
        actor=actor(request, door),
        now=moment,
    )


def _address(request: HttpRequest) -> str:
    """The filter without the words that were searched: they may name a person."""
    kept = request.GET.copy()
    for name in ("q", "said"):
        if kept.get(name):
            kept[name] = "..."
    return kept.urlencode()


def _file(
    pieces: Iterable[bytes], name: str, form: Form, moment: datetime
) -> StreamingHttpResponse:
    day = timezone.localtime(moment).date().isoformat()
    return StreamingHttpResponse(
        pieces,
        content_type=CONTENT_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}-{day}.{form}"'},
    )
