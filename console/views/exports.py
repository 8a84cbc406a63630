"""Files to take away: the answers of a list."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.rules.roles import Permission
from console.door import Door, actor, inside
from console.forms.exports import ResponseExportFilter
from console.problems import BadAddress
from console.views.responses import Listing, read_listing
from kit.clock import now
from reports.actions.exporting import (
    MOST_ROWS_OF_EXCEL,
    Export,
    answers_as_csv,
    answers_as_xlsx,
    record_export,
)
from reports.queries.responses import count_responses

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@inside("responses", Permission.VIEW_FIGURES)
def responses_csv(request: HttpRequest, door: Door) -> HttpResponseBase:
    moment = now()
    listing = read_listing(request, door, moment, ResponseExportFilter)
    export = _export(door, listing)
    _record(request, door, export, "csv", count_responses(listing.wanted), moment)
    pieces = answers_as_csv(export=export, with_mark=listing.form.cleaned_data["mark"])
    return _file(pieces, f"{door.slug}-responses-{_day(moment)}.csv", CSV)


@require_GET
@inside("responses", Permission.VIEW_FIGURES)
def responses_xlsx(request: HttpRequest, door: Door) -> HttpResponseBase:
    moment = now()
    listing = read_listing(request, door, moment)
    export, answers = _export(door, listing), count_responses(listing.wanted)
    if answers > MOST_ROWS_OF_EXCEL:
        raise BadAddress(
            f"These are {answers:,} answers; an Excel file is made of {MOST_ROWS_OF_EXCEL:,} at "
            "most. Choose a shorter period, or take the CSV, which has no limit."
        )
    _record(request, door, export, "xlsx", answers, moment)
    pieces = answers_as_xlsx(export=export)
    return _file(pieces, f"{door.slug}-responses-{_day(moment)}.xlsx", XLSX)


def _export(door: Door, listing: Listing) -> Export:
    return Export(
        organisation_id=door.organisation.pk,
        time_zone=door.organisation.time_zone,
        wanted=listing.wanted,
        with_customers=door.may_see_customers,
    )


def _record(
    request: HttpRequest, door: Door, export: Export, form: str, answers: int, moment: datetime
) -> None:
    record_export(
        export=export,
        form=form,
        address=request.GET.urlencode(),
        answers=answers,
        actor=actor(request, door),
        now=moment,
    )


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).date().isoformat()


def _file(pieces: Iterator[bytes], name: str, kind: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        pieces,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
