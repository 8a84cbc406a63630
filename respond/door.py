"""What stands before every page of this door: methods, bodies, and failures that keep the words."""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from respond import pages, phrases
from respond.tongues import tongue_of

log = logging.getLogger(__name__)

MOST_BYTES = 1024 * 1024  # no more than Django reads (DATA_UPLOAD_MAX_MEMORY_SIZE)
# The last one: whoever sent it broke off. Django's own page would log the path, the token.
UNREADABLE = (
    BadRequest,
    SuspiciousOperation,
    MultiPartParserError,
    ValueError,
    UnreadablePostError,
)
View = Callable[[HttpRequest, str], HttpResponse]


class TooMuch(Exception):
    """The body is larger than anything these pages can send."""


class Unreadable(Exception):
    """The body is no form, or its text is no text."""


def door(reads: View, writes: View | None = None) -> View:
    """One address: `reads` answers GET and HEAD and writes no row, `writes` answers POST."""

    @wraps(reads)
    def enter(request: HttpRequest, token: str) -> HttpResponse:
        view = {"GET": reads, "HEAD": reads, "POST": writes}.get(request.method or "")
        if view is None:
            return _other_method(request, "GET, HEAD, POST, OPTIONS" if writes else "GET, HEAD")
        try:
            return _shown(view, request, token)
        except TooMuch:
            return _refused(request, phrases.TOO_MUCH, phrases.GO_BACK, status=413)
        except Unreadable:
            return _refused(request, phrases.UNREADABLE, phrases.TRY_AGAIN, status=400)

    enter.csrf_exempt = True  # type: ignore[attr-defined]  # the token is the secret
    return enter


def _shown(view: View, request: HttpRequest, token: str) -> HttpResponse:
    try:
        return view(request, token)
    except (TooMuch, Unreadable):
        raise
    except Exception as error:
        # Neither path nor form is logged: one holds the token, the other the words.
        log.exception("a page of %s failed", view.__name__)
        return _failed(request, 503 if isinstance(error, DatabaseError) else 500)


def fields(request: HttpRequest) -> Mapping[str, str]:
    """The form as it arrived, or TooMuch or Unreadable."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise TooMuch
        form = request.POST.dict()
    except UNREADABLE as error:
        raise Unreadable from error
    if not _is_text(request, form):
        raise Unreadable
    return form


def lists(request: HttpRequest) -> Mapping[str, list[str]]:
    """The form with every value of each name, as ticks arrive; checked like `fields`."""
    fields(request)
    return {name: request.POST.getlist(name) for name in request.POST}


def _is_text(request: HttpRequest, form: Mapping[str, str]) -> bool:
    """Whether the body is UTF-8: of other bytes Django makes marks or Latin letters."""
    has_marks = any("\ufffd" in text for text in form.values())
    if request.content_type == "multipart/form-data":
        return not has_marks
    if request.body.isascii() and not has_marks:
        return True
    try:
        unquote_to_bytes(request.body.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        return False
    return True


def _other_method(request: HttpRequest, allowed: str) -> HttpResponse:
    status = 200 if request.method == "OPTIONS" else 405
    return pages.sealed(HttpResponse(status=status, headers={"Allow": allowed}))


def _refused(request: HttpRequest, heading: str, phrase: str, *, status: int) -> HttpResponse:
    return pages.words(tongue_of(request), heading, phrase, status=status)


def _failed(request: HttpRequest, status: int) -> HttpResponse:
    if request.method != "POST":
        return _refused(request, phrases.NOT_READY, phrases.LATER, status=status)
    # What failed may not have read the form yet, and that can be too much as well.
    return pages.unsent(tongue_of(request), request.path, lists(request), status=status)
