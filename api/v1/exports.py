"""Exports: a file is asked for and made by a worker; `export_files` hands it out."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Id, Moment, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Fault, Kind, Problem
from api.refusals import only_for_all
from api.v1.export_forms import NewExport, request_of
from reports.actions.requesting import (
    MOST_OPEN,
    NotOpen,
    TooManyOpen,
    TooManyRows,
    cancel_export,
    request_export,
)
from reports.models import ExportJob

BEYOND = "a file may hold answers of every programme"
SECONDS_UNTIL_FREE = 30
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
        return reply(shape(call, one(call, export_id)))


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
        job = one(call, export_id)
        try:
            cancel_export(job=job, actor=call.actor, now=call.now)
        except NotOpen as error:
            sentence = "It is made or given up already: GET it and see `state`."
            raise Problem(Kind.NOT_POSSIBLE_NOW, sentence) from error
        return reply(shape(call, one(call, export_id)))


def one(call: Call, export_id: str) -> ExportJob:
    only_for_all(call.caller, BEYOND)
    return found(ExportJob.objects.all(), export_id)
