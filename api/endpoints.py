"""What every endpoint does before and after its own few lines: key, room, scope, form, once.

How a resource uses it (`api/v1/customers.py` is the model):

- One class for each address, one method for each verb, each made by `@operation(...)` and called
  as `method(call, **ids)` inside the transaction of the key's organisation. It returns
  `reply(data)`, `reply(data, 201)` (its `url` becomes `Location`; the same for 202) or `gone()`.
- `body=` is the form of a POST, PUT, PATCH or DELETE; without one only an empty body is taken.
  Whatever is no GET takes an Idempotency-Key, by itself.
- `tagged=True`: answers carry an ETag. A GET is then answered 304 where If-None-Match has it; a
  PATCH, PUT or DELETE honours If-Match (412), for which the class has a method
  `current(call, **ids)`: what GET would answer, read from the row under lock, as
  `shape(found(_rows().select_for_update(of=("self",)), customer_id))`. It runs only if an
  If-Match came. `must_match=True` refuses a change without one (428): for what people edit
  together and send back whole, such as a survey's draft.
- `expands=(PART, ...)`: rows that the answer names by id can be carried whole; the method says
  `reply(call.expanded(page(...)))` or `reply(call.expanded(shape(row)))`. A `Part` stands in the
  module of the resource that is carried (`api.expanding`).
- `for_tests=True`: a test key may call it, for what it makes stands apart as a test. Every other
  change is refused to such a key (403).
- Lists: `page(rows, call.query, "created_at", shape)`, their query derives from `Paged`. Filters
  are called by the name of what they compare, ids by the resource (`customer`), moments `since`
  (included) and `until` (not included); several filters must all hold.
- The summary is the docstring's first sentence; links between operations follow from the
  addresses: `GET /customers/{customer_id}` is linked from whatever answers a customer's `id`.
- Needs on top: a line in `api/v1/urls.py`, a row in `tests/api/test_authorisation.py`, docs/api.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from rest_framework.views import APIView

from accounts.queries.keys import Identity, authenticate
from accounts.rules.actors import Actor
from accounts.rules.scopes import Scope
from api import expanding, parsing, problems, rates, tags
from api.fields import Body, Query
from api.once import key_of, once
from api.problems import Kind, Problem
from api.replies import gone, reply
from api.schema import Key
from kit import clock, tenancy, tracing
from kit.clients import client_address
from kit.failpoints import failpoint

__all__ = ["Call", "Endpoint", "Operation", "gone", "reply"]

READS = ("GET", "HEAD")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What one method of an endpoint needs and takes; read by the door and by the schema."""

    scopes: frozenset[Scope]  # any of them lets the call in
    query: type[Query] | None = None
    body: type[Body] | None = None
    parts: tuple[expanding.Part, ...] = ()
    is_tagged: bool = False
    must_match: bool = False
    # What it makes stands apart as a test where a test key calls it.
    is_for_tests: bool = False
    largest: int = parsing.LIMIT


@dataclass(frozen=True, kw_only=True)
class Call:
    """One checked request, as an endpoint's method sees it."""

    caller: Identity
    actor: Actor
    now: datetime
    query: dict[str, Any]
    body: dict[str, Any] = field(default_factory=dict)
    parts: tuple[expanding.Part, ...] = ()

    @property
    def organisation_id(self) -> int:
        return self.caller.organisation_id

    @property
    def own_programme(self) -> dict[str, int]:
        """The condition on rows of programmes for a key that names one; none for other keys."""
        named = self.caller.programme_id
        return {} if named is None else {"programme": named}

    def expanded(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer (one row, or a page of them) with the parts that were asked for."""
        return expanding.expand(self.parts, self.caller, data) if self.parts else data


Handler = Callable[..., HttpResponse]


class Endpoint(APIView):
    """One address. Each method is an `operation`, called inside the key's organisation."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    authentication_classes = (Key,)
    permission_classes = ()

    def dispatch(self, request: Any, *_: Any, **ids: Any) -> HttpResponse:
        return _guarded(request, lambda: _enter(self, request, ids))

    def kept(self, body: str) -> str:
        """What of an answer is kept for repetitions; a secret is left out here."""
        return body

    def replayed(self, body: str) -> str:
        """The answer made whole again from what was kept."""
        return body

    # What a tagged change is about, as GET answers it, its row locked; whoever has one gives it.
    current: Callable[..., Mapping[str, Any]]


def _guarded(request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return act()
    except Problem as problem:
        return problems.answer(problem)
    except (OperationalError, InterfaceError):
        problems.log.exception("the database refused %s %s", request.method, request.path)
        return problems.answer(Problem(Kind.UNAVAILABLE, headers={"Retry-After": "5"}))


def _enter(endpoint: Endpoint, request: HttpRequest, ids: dict[str, Any]) -> HttpResponse:
    now = clock.now()
    caller = _caller(request, now)
    tracing.note(organisation=caller.organisation_id, key=caller.key_id)
    room = rates.enter(caller)
    response = _guarded(request, lambda: _serve(endpoint, request, caller, now, ids))
    rates.tell(response, room)
    return response


def _serve(
    endpoint: Endpoint, request: HttpRequest, caller: Identity, now: datetime, ids: dict[str, Any]
) -> HttpResponse:
    handler, operation = _operation(endpoint, request)
    _check_scope(operation, caller)
    if caller.is_test and request.method not in READS and not operation.is_for_tests:
        raise Problem(Kind.TEST_KEY)
    parts, sent = expanding.asked_parts(request.GET, operation.parts, caller)
    call = Call(
        caller=caller,
        actor=caller.actor(client_address(request.META, settings.TRUSTED_PROXIES)),
        now=now,
        query=_query(operation, sent),
        parts=parts,
    )
    if request.method in READS:
        response = _in_organisation(call, lambda: handler(call, **ids))
    else:
        response = _change(endpoint, handler, operation, call, request, ids)
    return tags.tagged(request, response) if operation.is_tagged else response


def _query(operation: Operation, sent: QueryDict) -> dict[str, Any]:
    return (operation.query or Query).read(sent) if operation.query or sent else {}


def _change(
    endpoint: Endpoint,
    handler: Handler,
    operation: Operation,
    call: Call,
    request: HttpRequest,
    ids: dict[str, Any],
) -> HttpResponse:
    """Read the body, then act once for each Idempotency-Key, on what the caller has seen."""
    sent = (
        parsing.read_body(request, operation.largest)
        if operation.body
        else parsing.read_nothing(request)
    )
    key_of(request)
    seen = tags.expected(request, must=operation.must_match) if operation.is_tagged else None

    def act() -> HttpResponse:
        full = replace(call, body=operation.body.read(sent)) if operation.body else call
        if seen is not None:
            tags.check_match(seen, endpoint.current(full, **ids))
        return handler(full, **ids)

    return _in_organisation(call, lambda: once(request, call.caller, sent, call.now, act, endpoint))


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
        rates.knock(request)
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
