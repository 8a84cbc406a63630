"""A repeated call is answered from the record of the first one: `Idempotency-Key`."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse

from accounts.actions import idempotency
from accounts.queries.keys import Identity
from api.problems import Fault, Kind, Problem
from api.replies import as_sent

KEY_HEADER = "Idempotency-Key"
LONGEST_KEY = 255
LONGEST_PATH = 300
KEY_FORM = "^[!-~]([ -~]*[!-~])?$"


class Keeping(Protocol):
    """What of an answer lies in the database for a day, and how it becomes whole again."""

    def kept(self, body: str) -> str: ...

    def replayed(self, body: str) -> str: ...


def once(
    request: HttpRequest,
    caller: Identity,
    sent: Mapping[str, Any],
    now: datetime,
    act: Callable[[], HttpResponse],
    keeping: Keeping,
) -> HttpResponse:
    """Act, or answer as the first call with the same key did.

    Stands inside the transaction of the effect: if it fails, the key is free again.
    """
    named = _named(request, caller, sent)
    if named is None:
        return act()
    if kept := _begin(named, now):
        return _replayed(kept, keeping)
    response = act()
    body = keeping.kept(response.content.decode())
    idempotency.finish_call(call=named, status=response.status_code, body=body)
    return response


def _named(
    request: HttpRequest, caller: Identity, sent: Mapping[str, Any]
) -> idempotency.Call | None:
    key = key_of(request)
    if key is None or sent.get("dry_run") is True:
        return None
    if len(request.path) > LONGEST_PATH:
        raise Problem(Kind.NOT_FOUND)  # no address of ours is as long; its key could not be kept
    said = json.dumps(sent, sort_keys=True, separators=(",", ":"))
    if asked := request.META.get("QUERY_STRING"):
        said = f"{asked}\n{said}"
    return idempotency.Call(
        organisation_id=caller.organisation_id,
        api_key_id=caller.key_id,
        method=request.method or "",
        path=request.path,
        key=key,
        body_sha256=hashlib.sha256(said.encode()).hexdigest(),
    )


def key_of(request: HttpRequest) -> str | None:
    """Return the key that was sent; a malformed one is refused before anything is done."""
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return None
    if not (len(key) <= LONGEST_KEY and re.fullmatch(KEY_FORM, key)):
        sentence = f"Expected 1 to {LONGEST_KEY} visible ASCII characters, such as a UUID."
        raise Problem(Kind.INVALID_INPUT, sentence, [Fault(sentence, header=KEY_HEADER)])
    return key


def _begin(named: idempotency.Call, now: datetime) -> idempotency.KeptAnswer | None:
    try:
        return idempotency.begin_call(call=named, now=now)
    except idempotency.StillRunning as error:
        raise Problem(Kind.STILL_RUNNING, headers={"Retry-After": "1"}) from error
    except idempotency.OtherBody as error:
        raise Problem(Kind.KEY_REUSED) from error


def _replayed(kept: idempotency.KeptAnswer, keeping: Keeping) -> HttpResponse:
    response = as_sent(keeping.replayed(kept.body), kept.status)
    response["Idempotent-Replayed"] = "true"
    return response
