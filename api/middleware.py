"""Turns what Django itself refuses programs (hosts, methods, crashes) into problem documents."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase

from api import problems

PROGRAMS = ("/api/", "/hooks/")
Answer = Callable[[HttpRequest], HttpResponseBase]


def problems_for_programs(get_response: Answer) -> Answer:
    """Stand outermost: only there are the refusals of every other middleware seen too."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code < HTTPStatus.BAD_REQUEST or not request.path.startswith(PROGRAMS):
            return response
        if response.headers.get("Content-Type") == problems.CONTENT_TYPE:
            return response
        kind = problems.of_status(response.status_code)
        kept = {key: response.headers[key] for key in ("Allow",) if key in response.headers}
        return problems.answer(problems.Problem(kind, headers=kept))

    return middleware
