"""Bringing a file in: choose it, say what its columns mean, see what would happen, let it in."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.filters import Filter
from console.forms.imports import KINDS, ColumnsForm, StartForm, UploadForm, scale_of
from console.shown import imports as shown
from kit.clock import now
from kit.spreadsheets import Unreadable, open_sheet
from surveys.actions.uploading import (
    KEPT,
    Chosen,
    NotNow,
    choose_columns_of,
    drop_import,
    go_on,
    receive_file,
    start_import,
)
from surveys.models import Import
from surveys.queries.imports import (
    GUESSED_FROM,
    all_refused,
    first_rows,
    history,
    refused_rows,
)
from surveys.queries.touchpoints import touchpoint_choices
from surveys.rules.meanings import Kind
from surveys.rules.moments_written import Order, guess_order

SECTION, MAY = "settings.imports", Permission.IMPORT_FILES


@require_safe
@inside(SECTION, MAY)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    found = history(Filter(request.GET).read()["after"])
    return page(request, door, "imports/list.html", {"found": found, "kept": KEPT.days})


@require_http_methods(["GET", "HEAD", "POST"])
@inside(SECTION, MAY)
def upload(request: HttpRequest, door: Door) -> HttpResponse:
    form = UploadForm(posted(request), request.FILES or None, initial=_kind_asked(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with _stored(said["file"]) as path, open_sheet(path) as sheet:
                file = receive_file(
                    organisation_id=door.organisation.pk,
                    kind=Kind(said["kind"]),
                    name=said["file"].name,
                    sheet=sheet,
                    actor=actor(request, door),
                    now=now(),
                )
            return redirect("console:import_columns", door.slug, file.pk)
        except Unreadable as error:
            form.add_error("file", str(error))
    context = {"form": form, "kinds": KINDS, "steps": shown.steps(None)}
    return page(request, door, "imports/upload.html", context, 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@inside(SECTION, MAY)
def choose(request: HttpRequest, door: Door, import_id: int) -> HttpResponse:
    file = _file(import_id)
    if file.started_at or not (file.is_open or file.state == Import.State.FAILED):
        return redirect("console:import", door.slug, file.pk)
    rows = first_rows(file, GUESSED_FROM)
    form = ColumnsForm(file, posted(request), initial=_guessed(door, file, rows))
    if request.method == "POST" and form.is_valid():
        chosen = Chosen(meanings=form.meanings, options=form.said())
        return _acted(request, door, import_id, choose_columns_of, chosen=chosen)
    context = {
        "file": file,
        "form": form,
        "columns": shown.columns(file, rows, form.columns),
        "place_names": [name for _, name in touchpoint_choices()],
        "steps": shown.steps(file),
    }
    return page(request, door, "imports/columns.html", context, 422 if form.errors else 200)


@require_safe
@inside(SECTION, MAY)
def detail(request: HttpRequest, door: Door, import_id: int) -> HttpResponse:
    file = _file(import_id)
    if file.state == Import.State.UPLOADED:
        return redirect("console:import_columns", door.slug, file.pk)
    context = {
        "file": file,
        "steps": shown.steps(file),
        "percent": shown.percent(file),
        "meant": shown.meant(file),
        "refused": [] if file.is_at_work else refused_rows(file),
        "kept": KEPT.days,
    }
    return page(request, door, "imports/detail.html", context)


@require_POST
@inside(SECTION, MAY)
def start(request: HttpRequest, door: Door, import_id: int) -> HttpResponse:
    form = StartForm(request.POST)
    asks = form.is_valid() and form.cleaned_data["asks"]
    return _acted(request, door, import_id, start_import, asks=asks)


@require_POST
@inside(SECTION, MAY)
def again(request: HttpRequest, door: Door, import_id: int) -> HttpResponse:
    return _acted(request, door, import_id, go_on)


@require_POST
@inside(SECTION, MAY)
def drop(request: HttpRequest, door: Door, import_id: int) -> HttpResponse:
    return _acted(request, door, import_id, drop_import)


@require_safe
@inside(SECTION, MAY)
def refused(request: HttpRequest, door: Door, import_id: int) -> HttpResponseBase:
    """The refused rows to mend: with the byte order mark, so that Excel reads them as UTF-8."""
    file = _file(import_id)
    lines = list(shown.refused_as_csv(file.header, all_refused(file)))
    answer = StreamingHttpResponse(
        ("\ufeff" + line if number == 0 else line for number, line in enumerate(lines)),
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="refused-{file.pk}.csv"'
    return answer


@require_safe
@inside(SECTION, MAY)
def sample(request: HttpRequest, door: Door, kind: str) -> HttpResponse:
    answer = HttpResponse(shown.sample(Kind(kind)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return answer


def _acted(
    request: HttpRequest, door: Door, import_id: int, act: Any, **given: Any
) -> HttpResponse:
    file = _file(import_id)
    try:
        act(file=file, actor=actor(request, door), now=now(), **given)
    except NotNow:
        messages.error(request, "Nothing was done: this import is at another step by now.")
    return redirect("console:import", door.slug, file.pk)


def _file(import_id: int) -> Import:
    return get_object_or_404(Import, pk=import_id)


def _kind_asked(request: HttpRequest) -> dict[str, str]:
    kind = request.GET.get("kind", "")
    return {"kind": kind} if kind in set(Kind) else {}


def _guessed(door: Door, file: Import, rows: list[list[str]]) -> dict[str, Any]:
    """What was chosen of the last such file, else what the cells look like."""
    moments, before = _cells(file, rows, "answered_at"), file.options.get("order")
    given = {
        "zone": door.organisation.time_zone,
        "metric": scale_of(_cells(file, rows, "score")),
        "source": "import",
        "touchpoint_kind": "experience" if file.kind == Kind.RESPONSES else "service",
    }
    kept = {name: said for name, said in file.options.items() if said}
    if file.state == Import.State.UPLOADED or "order" not in kept:
        kept["order"] = guess_order(moments, before=Order(before) if before else None)
    return {**given, **kept}


def _cells(file: Import, rows: list[list[str]], part: str) -> list[str]:
    place = file.meanings.index(part) if part in file.meanings else len(file.header)
    return [row[place] for row in rows if place < len(row)]


@contextmanager
def _stored(file: "UploadedFile[bytes]") -> Iterator[Path]:
    """A path to read it from: readers of tables look at a file twice."""
    with tempfile.NamedTemporaryFile(suffix=".import") as kept:
        kept.writelines(file.chunks())
        kept.flush()
        yield Path(kept.name)
