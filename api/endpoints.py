"""What every endpoint does before and after its own few lines: key, scope, form, once, tenant."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from rest_framework.views import APIView

from accounts.actions import idempotency
from accounts.queries.keys import Identity, authenticate
from accounts.rules.actors import Actor
from accounts.rules.scopes import Scope
from api import parsing, problems
from api.fields import Body, Query
from api.problems import Fault, Kind, Problem
from api.schema import Key
from kit import clock, tenancy
from kit.clients import client_address
from kit.failpoints import failpoint

KEY_HEADER = "Idempotency-Key"
LONGEST_KEY = 255
LONGEST_PATH = 300
KEY_FORM = "^[!-~]([ -~]*[!-~])?$"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What one method of an endpoint needs and takes; read by the door and by the schema."""

    scopes: frozenset[Scope]  # any of them lets the call in
    query: type[Query] | None = None
    body: type[Body] | None = None


@dataclass(frozen=True, kw_only=True)
class Call:
    """One checked request, as an endpoint's method sees it."""

    caller: Identity
    actor: Actor
    now: datetime
    query: dict[str, Any]
    body: dict[str, Any]

    @property
    def organisation_id(self) -> int:
        return self.caller.organisation_id

    @property
    def own_programme(self) -> dict[str, int]:
        """The condition on rows of programmes for a key that names one; none for other keys."""
        named = self.caller.programme_id
        return {} if named is None else {"programme": named}


Handler = Callable[..., HttpResponse]


class Endpoint(APIView):
    """One address. Each method is an `operation`, called inside the key's organisation."""

    http_method_names = ["get", "head", "post", "patch"]
    authentication_classes = (Key,)
    permission_classes = ()

    def dispatch(self, request: Any, *_: Any, **ids: Any) -> HttpResponse:
        try:
            return _serve(self, request, ids)
        except Problem as problem:
            return problems.answer(problem)
        except (OperationalError, InterfaceError):
            problems.log.exception("the database refused %s %s", request.method, request.path)
            return problems.answer(Problem(Kind.UNAVAILABLE, headers={"Retry-After": "5"}))


def reply(data: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Return data as JSON; a created object's own `url` is its Location."""
    response = HttpResponse(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        status=status,
        content_type="application/json",
    )
    if status == 201:
        response["Location"] = data["url"]
    return response


def _serve(endpoint: Endpoint, request: HttpRequest, ids: dict[str, Any]) -> HttpResponse:
    now = clock.now()
    caller = _caller(request, now)
    handler, operation = _operation(endpoint, request)
    _check_scope(operation, caller)
    call = Call(
        caller=caller,
        actor=caller.actor(client_address(request.META, settings.TRUSTED_PROXIES)),
        now=now,
        query=(operation.query or Query).read(request.GET),
        body={},
    )
    if operation.body is None:
        return _in_organisation(call, lambda: handler(call, **ids))
    return _change(call, request, operation.body, lambda full: handler(full, **ids))


def _change(
    call: Call, request: HttpRequest, form: type[Body], act: Callable[[Call], HttpResponse]
) -> HttpResponse:
    """Read the body, then act once for each Idempotency-Key."""
    sent = parsing.read_body(request)
    key = _idempotency_key(request)

    def act_once() -> HttpResponse:
        named = _named(call, request, key, sent)
        if named is not None and (kept := _begin(named, call.now)):
            return _replayed(kept)
        body = form.read(sent)
        response = act(Call(**{**vars(call), "body": body}))
        if named is not None:
            idempotency.finish_call(
                call=named, status=response.status_code, body=response.content.decode()
            )
        return response

    return _in_organisation(call, act_once)


def _in_organisation(call: Call, act: Callable[[], HttpResponse]) -> HttpResponse:
    with tenancy.organisation(call.organisation_id):
        response = act()
        failpoint("api.before_commit")
    failpoint("api.committed")
    response["Cache-Control"] = "no-store"
    return response


def _caller(request: HttpRequest, now: datetime) -> Identity:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    caller = authenticate(shown.strip(), now) if scheme.lower() == "bearer" else None
    if caller is None:
        # One answer for missing, malformed, unknown, revoked and expired: a guesser learns nothing.
        raise Problem(Kind.KEY_REFUSED, headers={"WWW-Authenticate": 'Bearer realm="cxapp"'})
    return caller


def _operation(endpoint: Endpoint, request: HttpRequest) -> tuple[Handler, Operation]:
    method = (request.method or "").lower()
    handler = getattr(endpoint, method, None) if method in endpoint.http_method_names else None
    operation = getattr(handler, "operation", None)
    if handler is None or operation is None:
        allowed = [name.upper() for name in endpoint.http_method_names if hasattr(endpoint, name)]
        raise Problem(Kind.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(allowed)})
    return handler, operation


def _check_scope(operation: Operation, caller: Identity) -> None:
    if not operation.scopes & caller.scopes:
        wanted = " or ".join(sorted(operation.scopes))
        raise Problem(
            Kind.SCOPE_MISSING,
            f"This key lacks the scope {wanted}. An owner can make one that has it in "
            "Settings > API keys.",
        )


def _idempotency_key(request: HttpRequest) -> str | None:
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return None
    if not (len(key) <= LONGEST_KEY and re.fullmatch(KEY_FORM, key)):
        sentence = f"Expected 1 to {LONGEST_KEY} visible ASCII characters, such as a UUID."
        raise Problem(Kind.INVALID_INPUT, sentence, [Fault(sentence, header=KEY_HEADER)])
    return key


def _named(
    call: Call, request: HttpRequest, key: str | None, sent: Mapping[str, Any]
) -> idempotency.Call | None:
    if key is None or sent.get("dry_run") is True:
        return None
    if len(request.path) > LONGEST_PATH:
        raise Problem(Kind.NOT_FOUND)  # no address of ours is as long; its key could not be kept
    canonical = json.dumps(sent, sort_keys=True, separators=(",", ":"))
    return idempotency.Call(
        organisation_id=call.organisation_id,
        api_key_id=call.caller.key_id,
        method=request.method or "",
        path=request.path,
        key=key,
        body_sha256=hashlib.sha256(canonical.encode()).hexdigest(),
    )


def _begin(named: idempotency.Call, now: datetime) -> idempotency.KeptAnswer | None:
    try:
        return idempotency.begin_call(call=named, now=now)
    except idempotency.StillRunning as error:
        raise Problem(Kind.STILL_RUNNING, headers={"Retry-After": "1"}) from error
    except idempotency.OtherBody as error:
        raise Problem(Kind.KEY_REUSED) from error


def _replayed(kept: idempotency.KeptAnswer) -> HttpResponse:
    response = reply(json.loads(kept.body), kept.status)
    response["Idempotent-Replayed"] = "true"
    return response
