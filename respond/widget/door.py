"""What stands before a widget's addresses: which sites may speak to them, and what is a request."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError

from kit import clock, tokens
from respond import pages, phrases
from respond.door import MOST_BYTES
from respond.phrases import say
from respond.tongues import tongue_of
from respond.widget.calls import Answer, Call
from surveys.queries.lookups import WIDGET
from surveys.queries.previews import Sample, read_preview, sample_of
from surveys.queries.widgets import widget_behind

log = logging.getLogger(__name__)

JSON = "application/json"
PREFLIGHT_KEPT = "600"  # seconds


class Unreadable(Exception):
    """The body is no JSON object, or its text is no text."""


View = Callable[[Call], Answer]
Preview = Callable[[Call, Sample], Answer]


@dataclass(frozen=True, slots=True)
class Step:
    """What one address does, by which method, and what it does in the editor's preview."""

    method: str
    view: View
    preview: Preview

    def answer(self, call: Call) -> Answer:
        return self.view(call) if call.sample is None else self.preview(call, call.sample)


def door(
    method: str, view: View, preview: Preview, *, unable: str = phrases.NOT_SENT
) -> Callable[[HttpRequest, str], HttpResponse]:
    """One address for one method, from the sites of its widget and from no other.

    `unable` is what is said where it fails.
    """
    step = Step(method, view, preview)

    @wraps(view)
    def enter(request: HttpRequest, token: str) -> HttpResponse:
        origin, allowed = request.headers.get("Origin", ""), ""
        try:
            call = _call(request, token, origin)
            allowed = origin if _knows(call, origin) else ""
            return _sealed(_answer(step, call, is_known=bool(allowed)), allowed)
        except Exception as error:
            # Neither address nor body is logged: one names the widget, the other holds words.
            log.exception("a widget's %s failed", view.__name__)
            status = 503 if isinstance(error, DatabaseError) else 500
            # The script knows the question's language and the organisation's own words for it.
            told = {"problem": say(tongue_of(request).best, unable), "failed": True}
            return _sealed(Answer(told, status), allowed)

    enter.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie is read here
    return enter


def _call(request: HttpRequest, token: str, origin: str) -> Call:
    now, tongue = clock.now(), tongue_of(request)
    preview = read_preview(token, now) if "." in token else None
    sample = sample_of(preview) if preview else None
    # A guess is looked up like a token of ours.
    widget = None if sample else widget_behind(tokens.read(WIDGET, token) or 0)
    return Call(request, token, origin, widget, sample, {}, tongue, now)


def _knows(call: Call, origin: str) -> bool:
    if call.sample is not None:
        return origin in _own(call.request)
    return call.widget is not None and origin in call.widget.origins


def _own(request: HttpRequest) -> tuple[str, str]:
    return settings.BASE_URL, f"{request.scheme}://{request.get_host()}"


def _answer(step: Step, call: Call, *, is_known: bool) -> Answer:
    asked = call.request.method
    if asked == "OPTIONS":
        return _preflight(step.method) if is_known else Answer({}, 403)
    if asked != step.method and not (asked == "HEAD" and step.method == "GET"):
        return Answer({}, 405, {"Allow": f"{step.method}, OPTIONS"})
    if (call.origin or step.method == "POST") and not is_known:
        return call.says(phrases.NOT_HERE, 403)
    return step.answer(call) if step.method == "GET" else _posted(step, call)


def _posted(step: Step, call: Call) -> Answer:
    # Of any other kind a form on any page could send it, without asking first.
    if call.request.content_type != JSON:
        return call.says(phrases.UNREADABLE, 415)
    try:
        return step.answer(_with_body(call))
    except RequestDataTooBig:
        return call.says(phrases.TOO_MUCH, 413)
    except (Unreadable, UnreadablePostError):
        return call.says(phrases.UNREADABLE, 400)


def _preflight(method: str) -> Answer:
    headers = {
        "Access-Control-Allow-Methods": method,
        "Access-Control-Allow-Headers": "content-type",
        "Access-Control-Max-Age": PREFLIGHT_KEPT,
        "Allow": f"{method}, OPTIONS",
    }
    return Answer({}, 204, headers)


def _with_body(call: Call) -> Call:
    request = call.request
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise RequestDataTooBig
        read = json.loads(request.body.decode(), parse_constant=_refuse)
        json.dumps(read, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError) as wrong:
        raise Unreadable from wrong
    if not isinstance(read, dict):
        raise Unreadable
    return replace(call, body=read)


def _refuse(constant: str) -> None:
    raise Unreadable(constant)


def _sealed(answer: Answer, allowed: str) -> HttpResponse:
    """The answer with what every one carries, errors included; readable by a site that may."""
    empty = answer.status == 204
    response = HttpResponse(status=204) if empty else JsonResponse(dict(answer.told))
    response.status_code = answer.status
    pages.sealed(response)
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    # Kept for one site it would be handed to another one.
    response["Vary"] = "Origin"
    if allowed:
        response["Access-Control-Allow-Origin"] = allowed
        response["Access-Control-Expose-Headers"] = "Retry-After"
    for name, value in (answer.headers or {}).items():
        response[name] = value
    return response
