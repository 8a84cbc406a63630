"""Refuses what is larger than any file we take by its header, before a byte of it is kept."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

# The largest file of an import, and room for the other fields of its form.
MOST = 10 * 1024 * 1024 + 256 * 1024
PROGRAMS = ("/api/", "/hooks/")  # have limits of their own
Answer = Callable[[HttpRequest], HttpResponseBase]


def bounded_bodies(get_response: Answer) -> Answer:
    """Stand before whoever looks into forms: a token is looked for in all of a gigabyte."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        sent = request.META.get("CONTENT_LENGTH") or ""
        is_large = sent.isascii() and sent.isdigit() and int(sent[:19]) > MOST
        if not is_large or request.path.startswith(PROGRAMS):
            return get_response(request)
        refused = render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        # Whoever goes on sending talks to a closed door, not to the next request.
        refused["Connection"] = "close"
        return refused

    return middleware
