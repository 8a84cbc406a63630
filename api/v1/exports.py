"""Exports: a file is asked for, made by a worker, and fetched when it is ready."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Id, Moment, moment
from api.operations import File, operation
from api.paging import Paged, found, page, page_of
from api.problems import Fault, Kind, Problem
from api.refusals import only_for_all
from api.v1.export_forms import NewExport, request_of
from kit import tenancy
from kit.turns import NoPlace, Place, Places
from reports.actions.requesting import (
    MOST_OPEN,
    NotOpen,
    TooManyOpen,
    TooManyRows,
    cancel_export,
    request_export,
)
from reports.models import ExportJob, ExportPart
from reports.rules.files import CONTENT_TYPES

BEYOND = "a file may hold answers of every programme"
# Of the threads of a web process: who fetches slowly leaves the others to other calls.
PLACES = Places(2)
SECONDS_UNTIL_READY = 5
SECONDS_UNTIL_FREE = 30
NOT_READY = "It is not made yet. Read `state`, or come again after Retry-After seconds."
NEVER = {
    ExportJob.State.FAILED: "It failed; `trouble` of the export says why.",
    ExportJob.State.CANCELLED: "It was cancelled. Ask for it again.",
    ExportJob.State.EXPIRED: "It was kept for a day and deleted. Ask for it again.",
}
FULL = (
    f"{MOST_OPEN} files of yours are waiting or being made. Wait until one of them is ready, or "
    "cancel one."
)


class ExportAnswer(serializers.Serializer[Any]):
    """A file that was asked for, and how far it is."""

    id = Id()
    url = serializers.CharField()
    what = serializers.ChoiceField(ExportJob.What.values)
    format = serializers.ChoiceField(["csv", "xlsx"])
    state = serializers.ChoiceField(
        ExportJob.State.values, help_text="The file is there while it is `ready`."
    )
    filter = serializers.DictField(
        help_text="As it was sent; words that were searched are not kept."
    )
    with_customers = serializers.BooleanField(
        help_text="Whether it says who answered: if the key that asked had `customers:read`. Only "
        "keys that have it may fetch it then."
    )
    rows = serializers.IntegerField(
        allow_null=True, help_text="It will have; of figures known when they are made."
    )
    done = serializers.IntegerField(help_text="Of these, so far.")
    file_name = serializers.CharField()
    size = serializers.IntegerField(allow_null=True, help_text="In bytes, when it is ready.")
    trouble = serializers.CharField(help_text="Why it failed; empty if it did not.")
    created_at = Moment()
    started_at = Moment(allow_null=True)
    finished_at = Moment(allow_null=True)
    expires_at = Moment(allow_null=True, help_text="When the file is deleted.")


EXAMPLE = {
    "id": "31",
    "url": "/api/v1/exports/31",
    "what": "responses",
    "format": "csv",
    "state": "ready",
    "filter": {"from": "2026-10-01", "to": "2026-10-31", "segment": ["plan:Basic"]},
    "with_customers": True,
    "rows": 1204,
    "done": 1204,
    "file_name": "acme-responses-2026-11-21.csv",
    "size": 402118,
    "trouble": "",
    "created_at": "2026-11-21T14:05:12Z",
    "started_at": "2026-11-21T14:05:13Z",
    "finished_at": "2026-11-21T14:05:14Z",
    "expires_at": "2026-11-22T14:05:14Z",
}
KINDS = [kind.partition(";")[0] for kind in CONTENT_TYPES.values()]
CONTENT = "response_id,answered_at,answered_on\r\n4007,2026-11-21T18:12:40+00:00,2026-11-21\r\n"
NEW = {
    "state": "waiting", "done": 0, "size": None,
    "started_at": None, "finished_at": None, "expires_at": None,
}  # fmt: skip


def shape(call: Call, job: ExportJob) -> dict[str, Any]:
    told = {name: getattr(job, name) for name in ("started_at", "finished_at", "expires_at")}
    return {
        "id": str(job.pk),
        "url": f"/api/v1/exports/{job.pk}",
        "what": job.what,
        "format": job.form,
        "state": job.state_at(call.now),
        "filter": job.filter,
        "with_customers": job.with_customers,
        "rows": job.rows,
        "done": job.done,
        "file_name": job.file_name,
        "size": job.size,
        "trouble": job.trouble,
        "created_at": moment(job.created_at),
        **{name: moment(at) if at else None for name, at in told.items()},
    }


class Exports(Endpoint):
    @operation(
        "listExports",
        scopes=[Scope.EXPORTS_WRITE],
        query=Paged,
        answer=page_of(ExportAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List the files that programs asked for, newest first; those of the last 90 days."""
        only_for_all(call.caller, BEYOND)
        rows = ExportJob.objects.all()
        return reply(page(rows, call.query, "created_at", partial(shape, call)))

    @operation(
        "createExport",
        scopes=[Scope.EXPORTS_WRITE],
        body=NewExport,
        answer={202: ExportAnswer},
        example={202: {**EXAMPLE, **NEW}},
        problems=[Kind.NOT_POSSIBLE_NOW],
    )
    def post(self, call: Call) -> HttpResponse:
        """Ask for answers or figures as a file; a worker makes it.

        Columns, filters and digits are those of the console's downloads. Read the export until
        `state` is `ready`, then fetch its file within a day. Three may wait at a time.
        """
        only_for_all(call.caller, BEYOND)
        request = request_of(call)
        try:
            job = request_export(
                organisation_id=call.organisation_id,
                request=request,
                actor=call.actor,
                now=call.now,
            )
        except TooManyOpen as error:
            wait = {"Retry-After": str(SECONDS_UNTIL_FREE)}
            raise Problem(Kind.NOT_POSSIBLE_NOW, FULL, headers=wait) from error
        except TooManyRows as error:
            raise Problem(
                Kind.INPUT_REFUSED, str(error), [Fault(str(error), "#/format")]
            ) from error
        return reply(shape(call, job), 202)


class OneExport(Endpoint):
    @operation(
        "getExport",
        scopes=[Scope.EXPORTS_WRITE],
        answer=ExportAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, export_id: str) -> HttpResponse:
        """Return an export and how far it is."""
        return reply(shape(call, _one(call, export_id)))


class CancelledExport(Endpoint):
    @operation(
        "cancelExport",
        scopes=[Scope.EXPORTS_WRITE],
        answer=ExportAnswer,
        example={**EXAMPLE, **NEW, "state": "cancelled", "finished_at": "2026-11-21T14:05:13Z"},
        problems=[Kind.NOT_FOUND, Kind.NOT_POSSIBLE_NOW],
    )
    def post(self, call: Call, export_id: str) -> HttpResponse:
        """Give up a file that waits or is being made; nothing of it is kept."""
        job = _one(call, export_id)
        try:
            cancel_export(job=job, actor=call.actor, now=call.now)
        except NotOpen as error:
            sentence = "It is made or given up already: GET it and see `state`."
            raise Problem(Kind.NOT_POSSIBLE_NOW, sentence) from error
        return reply(shape(call, _one(call, export_id)))


class ExportFile(Endpoint):
    @operation(
        "downloadExport",
        scopes=[Scope.EXPORTS_WRITE],
        answer={200: File(KINDS)},
        example={200: dict.fromkeys(KINDS, CONTENT)},
        problems=[Kind.NOT_FOUND, Kind.NOT_POSSIBLE_NOW],
    )
    def get(self, call: Call, export_id: str) -> StreamingHttpResponse:
        """Fetch the file: whole, or not at all.

        Until it is ready this is 409 with `Retry-After`.
        """
        job = _one(call, export_id)
        _check_may_have(call, job)
        _check_is_ready(call, job)
        place = _place()
        file = StreamingHttpResponse(
            _sent(job),
            content_type=CONTENT_TYPES[job.form],  # type: ignore[index]
            headers={
                "Content-Disposition": f'attachment; filename="{job.file_name}"',
                "Content-Length": str(job.size),
            },
        )
        file._resource_closers.append(place.give_back)  # type: ignore[attr-defined]
        return file


def _one(call: Call, export_id: str) -> ExportJob:
    only_for_all(call.caller, BEYOND)
    return found(ExportJob.objects.all(), export_id)


def _check_may_have(call: Call, job: ExportJob) -> None:
    if job.with_customers and Scope.CUSTOMERS_READ not in call.caller.scopes:
        sentence = "This file says who answered; fetch it with a key that has customers:read too."
        raise Problem(Kind.SCOPE_MISSING, sentence)


def _check_is_ready(call: Call, job: ExportJob) -> None:
    state = job.state_at(call.now)
    if state in ExportJob.OPEN:
        wait = {"Retry-After": str(SECONDS_UNTIL_READY)}
        raise Problem(Kind.NOT_POSSIBLE_NOW, NOT_READY, headers=wait)
    if state != ExportJob.State.READY:
        raise Problem(Kind.NOT_POSSIBLE_NOW, NEVER[ExportJob.State(state)])


def _place() -> Place:
    try:
        return PLACES.take()
    except NoPlace as error:
        sentence = "Other files are being fetched. Come again after Retry-After seconds."
        wait = {"Retry-After": str(SECONDS_UNTIL_FREE)}
        raise Problem(Kind.UNAVAILABLE, sentence, headers=wait) from error


def _sent(job: ExportJob) -> Iterator[bytes]:
    """Each part by a look of its own: no transaction waits for a slow reader.

    A file that is deleted meanwhile breaks off before its Content-Length, which every client sees.
    """
    number, left = 0, job.size or 0
    while left > 0:
        content = _part(job, number)
        yield content
        number, left = number + 1, left - len(content)


def _part(job: ExportJob, number: int) -> bytes:
    with tenancy.organisation(job.organisation_id):
        return bytes(ExportPart.objects.get(job=job.pk, number=number).content)
