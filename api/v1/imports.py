"""Imports: a file is checked first, row by row, and let in when somebody says so."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Body, Flag, Id, Moment, Query, Whole, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.parsing import LIMIT
from api.problems import Kind, Problem
from api.refusals import only_for_all
from api.v1.import_forms import NewImport, received
from surveys.actions.uploading import NotNow, drop_import, go_on, start_import
from surveys.models import Import
from surveys.queries.imports import refused_after
from surveys.rules.meanings import OUT

BEYOND = "a file may hold rows of every programme"
LARGEST = 14 * LIMIT  # ten megabytes of a file, written as text
MOST_REFUSED = 200
LATER = "It is at another step: GET it and see `state`."


class ImportAnswer(serializers.Serializer[Any]):
    """A file, and how far it has come."""

    id = Id()
    url = serializers.CharField()
    kind = serializers.ChoiceField([kind.value for kind in Import.Kind])
    state = serializers.ChoiceField(
        [state.value for state in Import.State],
        help_text="`checking` and `running` go on by themselves; `checked` waits for `start`.",
    )
    name = serializers.CharField()
    rows = serializers.IntegerField()
    handled = serializers.IntegerField(help_text="Of the step that is being taken.")
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField(help_text="Known already.")
    refused = serializers.IntegerField()
    columns = serializers.DictField(
        child=serializers.CharField(), help_text="What each heading says; others are left out."
    )
    notes = serializers.ListField(child=serializers.CharField())
    new_touchpoints = serializers.ListField(child=serializers.CharField())
    would_ask = serializers.IntegerField(
        allow_null=True, help_text="People whom the rules would ask, of interactions checked."
    )
    blocked = serializers.CharField(help_text="Why it cannot be started; empty if it can.")
    asks = serializers.BooleanField()
    trouble = serializers.CharField(help_text="What stopped it; empty if nothing did.")
    created_at = Moment()
    started_at = Moment(allow_null=True)
    finished_at = Moment(allow_null=True)


EXAMPLE = {
    "id": "14",
    "url": "/api/v1/imports/14",
    "kind": "customers",
    "state": "checked",
    "name": "crm.csv",
    "rows": 2,
    "handled": 2,
    "new": 1,
    "changed": 0,
    "same": 0,
    "refused": 1,
    "columns": {"id": "customer_id", "email": "email", "plan": "+"},
    "notes": [],
    "new_touchpoints": [],
    "would_ask": None,
    "blocked": "",
    "asks": False,
    "trouble": "",
    "created_at": "2026-11-21T14:05:12Z",
    "started_at": None,
    "finished_at": None,
}


def shape(file: Import) -> dict[str, Any]:
    numbers = {
        name: getattr(file, name)
        for name in ("rows", "handled", "new", "changed", "same", "refused")
    }
    return {
        "id": str(file.pk),
        "url": f"/api/v1/imports/{file.pk}",
        "kind": file.kind,
        "state": file.state,
        "name": file.file_name,
        **numbers,
        "columns": {
            name: meaning
            for name, meaning in zip(file.header, file.meanings, strict=False)
            if meaning != OUT
        },
        **_found(file.found),
        "asks": file.asks,
        "trouble": file.trouble,
        "created_at": moment(file.created_at),
        "started_at": moment(file.started_at) if file.started_at else None,
        "finished_at": moment(file.finished_at) if file.finished_at else None,
    }


class Imports(Endpoint):
    @operation(
        "listImports",
        scopes=[Scope.IMPORTS_WRITE],
        query=Paged,
        answer=page_of(ImportAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List files, newest first; those brought in by hand, too."""
        only_for_all(call.caller, BEYOND)
        return reply(page(Import.objects.all(), call.query, "created_at", shape))

    @operation(
        "createImport",
        scopes=[Scope.IMPORTS_WRITE],
        body=NewImport,
        answer={202: ImportAnswer},
        example={202: {**EXAMPLE, "state": "checking", "handled": 0, "new": 0, "refused": 0}},
        largest=LARGEST,
    )
    def post(self, call: Call) -> HttpResponse:
        """Hand in a CSV or Excel file and have it checked; nothing of it is stored as yet.

        A worker reads every row and compares it with what is known. Read it again until `state`
        is `checked`: it says how many rows are new, changed, known and refused; then `start` it.
        """
        only_for_all(call.caller, BEYOND)
        file = received(call)
        return reply(shape(Import.objects.get(pk=file.pk)), 202)


class OneImport(Endpoint):
    @operation(
        "getImport",
        scopes=[Scope.IMPORTS_WRITE],
        answer=ImportAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def get(self, call: Call, import_id: str) -> HttpResponse:
        """Return a file and how far it is."""
        return reply(shape(_one(call, import_id)))


class Start(Body):
    """Whether those are asked whom the rules let through."""

    asks = Flag(required=False, help_text="Of interactions alone; false if absent.")

    example: ClassVar[dict[str, Any]] = {"asks": False}


class StartedImport(Endpoint):
    @operation(
        "startImport",
        scopes=[Scope.IMPORTS_WRITE],
        body=Start,
        answer=ImportAnswer,
        example={**EXAMPLE, "state": "running", "handled": 0, "new": 0},
        problems=[Kind.NOT_FOUND, Kind.NOT_POSSIBLE_NOW],
    )
    def post(self, call: Call, import_id: str) -> HttpResponse:
        """Let the checked rows come in; one that had stopped goes on where it was.

        A worker brings a thousand at a time. If it dies, another one goes on.
        """
        file = _one(call, import_id)
        asks = call.body.get("asks", False)
        try:
            if file.state == Import.State.FAILED:
                go_on(file=file, actor=call.actor, now=call.now)
            else:
                start_import(file=file, asks=asks, actor=call.actor, now=call.now)
        except NotNow as error:
            raise Problem(Kind.NOT_POSSIBLE_NOW, LATER) from error
        return reply(shape(_one(call, import_id)))


class CancelledImport(Endpoint):
    @operation(
        "cancelImport",
        scopes=[Scope.IMPORTS_WRITE],
        answer=ImportAnswer,
        example={**EXAMPLE, "state": "dropped"},
        problems=[Kind.NOT_FOUND, Kind.NOT_POSSIBLE_NOW],
    )
    def post(self, call: Call, import_id: str) -> HttpResponse:
        """Give up what has not come in; its rows are deleted, the line in the history stays."""
        file = _one(call, import_id)
        try:
            drop_import(file=file, actor=call.actor, now=call.now)
        except NotNow as error:
            raise Problem(Kind.NOT_POSSIBLE_NOW, LATER) from error
        return reply(shape(_one(call, import_id)))


LAST_LINE = 999_999_999  # more than any file holds


class RefusedQuery(Query):
    after_line = Whole(
        required=False,
        min_value=0,
        max_value=LAST_LINE,
        default=0,
        help_text="`next_after_line` of the page before.",
    )
    limit = Whole(required=False, min_value=1, max_value=MOST_REFUSED, default=50)


class RefusedRow(serializers.Serializer[Any]):
    """One row that does not come in."""

    line = serializers.IntegerField(help_text="Of the file, the headings being line 1.")
    why = serializers.CharField(help_text="What to do about it.")
    cells = serializers.ListField(child=serializers.CharField(allow_blank=True))


class RefusedRows(serializers.Serializer[Any]):
    """Refused rows as they stood in the file."""

    header = serializers.ListField(child=serializers.CharField(allow_blank=True))
    items = RefusedRow(many=True)
    next_after_line = serializers.IntegerField(allow_null=True)


class ImportRefused(Endpoint):
    @operation(
        "listRefusedRows",
        scopes=[Scope.IMPORTS_WRITE],
        query=RefusedQuery,
        answer=RefusedRows,
        example={
            "header": ["id", "email"],
            "items": [{"line": 3, "why": "“ada@” is no address.", "cells": ["C-2", "ada@"]}],
            "next_after_line": None,
        },
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, import_id: str) -> HttpResponse:
        """Return the rows that were refused, in the order of the file; kept for 14 days."""
        file, limit = _one(call, import_id), call.query["limit"]
        rows = refused_after(file, call.query["after_line"], limit + 1)
        items = [
            {"line": row.line, "why": row.why, "cells": [str(cell) for cell in row.cells]}
            for row in rows[:limit]
        ]
        after = items[-1]["line"] if len(rows) > limit else None
        return reply({"header": list(file.header), "items": items, "next_after_line": after})


def _one(call: Call, import_id: str) -> Import:
    only_for_all(call.caller, BEYOND)
    return found(Import.objects.all(), import_id)


def _found(told: dict[str, Any]) -> dict[str, Any]:
    asking = told.get("asking") or {}
    return {
        "notes": sorted(told.get("notes", ())),
        "new_touchpoints": list(told.get("touchpoints", ())),
        "would_ask": asking.get("asked"),
        "blocked": told.get("blocked", ""),
    }
