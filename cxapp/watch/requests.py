"""Every request: its id, one line in the log, one count in the metrics.

Stands outermost, so that what any other middleware refuses is seen too. Addresses are told by
their pattern, never as they were typed: the last part of many opens a survey.
"""

import logging
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from cxapp.watch import admission
from cxapp.watch.counts import COUNTS
from cxapp.watch.lines import TOLD
from kit import tracing

log = logging.getLogger("cxapp.requests")
HEADER = "X-Request-ID"
# Asked every few seconds by machines: a line for each would be most of the log.
UNTOLD = ("healthz", "healthz/live", "healthz/ready", "metrics", "static")
NOWHERE = "nowhere"
# Customers at their survey: what they did is a row. A line for each would cost more than the rest
# of this module, and write down when somebody gave an anonymous answer.
CUSTOMERS = ("s/", "l/", "w/", "u/", "p/")


class Watched:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.tells = settings.LOG_REQUESTS
        self.counts = admission.is_open()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        request_id = tracing.accepted(request.META.get("HTTP_X_REQUEST_ID", ""))
        tracing.begin(request_id)
        response = self.get_response(request)
        seconds = time.perf_counter() - begun
        response.headers[HEADER] = request_id
        route = route_of(request)
        if self.counts:
            COUNTS.add("request", method_of(request), route, str(response.status_code))
            COUNTS.observe("request_time", method_of(request), route, seconds=seconds)
        if self.tells and is_told(route, response.status_code):
            _tell(request, response, route, seconds)
        tracing.end()
        return response


def route_of(request: HttpRequest) -> str:
    """Return the pattern of the address, or that it leads nowhere."""
    match = request.resolver_match
    if match is not None:
        return match.route
    return "static" if request.path_info.startswith(settings.STATIC_URL) else NOWHERE


def is_told(route: str, status: int) -> bool:
    """Tell whether a request leaves a line: not what machines ask, nor customers who got on."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return True
    got_on = status < HTTPStatus.BAD_REQUEST and route.startswith(CUSTOMERS)
    return not got_on and route not in UNTOLD


def _tell(request: HttpRequest, response: HttpResponseBase, route: str, seconds: float) -> None:
    told: dict[str, Any] = {
        "method": method_of(request),
        "route": route,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
    }
    if log.isEnabledFor(logging.INFO):
        # Made here: the logger would look through the stack for who called, for every request.
        record = logging.LogRecord(log.name, logging.INFO, "", 0, "request", None, None)
        setattr(record, TOLD, told)
        log.handle(record)


KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def method_of(request: HttpRequest) -> str:
    """Return the method; whatever somebody made up is one and the same."""
    return request.method if request.method in KNOWN_METHODS else "OTHER"
