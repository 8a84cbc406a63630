"""What mail providers report: one address each, opened by a secret, stored once, in any order."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from api import problems
from api.problems import Kind, Problem
from kit import clock, tenancy
from kit.providers import MARK, PROVIDERS, Provider
from kit.replies import code_in
from kit.texts import address_key
from surveys.actions.reporting import Reported, record_reports
from surveys.queries.named import Named, messages_named
from surveys.rules.reports import Report, report_of

MALFORMED = (ValueError, TypeError, LookupError, AttributeError, AnymailError)


@dataclass(frozen=True, slots=True)
class _Told:
    """One event as the provider told it, before we know whose mail it is about."""

    names: tuple[str, ...]
    kind: Report
    key: str
    at: datetime
    code: str
    recipient: str


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def receive(request: HttpRequest, provider: str) -> HttpResponse:
    """Keep what a provider reports; HEAD answers those who look whether somebody is here."""
    try:
        known = _provider(provider)
        if request.method == "POST":
            now = clock.now()
            _record(known, list(_told(_events(known, request), now)), now)
    except Problem as problem:
        return problems.answer(problem)
    return HttpResponse(headers={"Cache-Control": "no-store"})


def _provider(name: str) -> Provider:
    if name not in PROVIDERS:
        raise Problem(Kind.NOT_FOUND)
    # Without a secret anybody could have anybody's address suppressed.
    if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Problem(Kind.HOOK_REFUSED, "This installation has no ANYMAIL_WEBHOOK_SECRET.")
    return PROVIDERS[name]


def _events(provider: Provider, request: HttpRequest) -> list[Any]:
    """The provider's events in Anymail's form, once secret and signature are right."""
    view = import_string(provider.webhook)()
    try:
        view.run_validators(request)
        found: list[Any] = view.parse_events(request)
    except AnymailWebhookValidationFailure as error:
        raise Problem(Kind.HOOK_REFUSED) from error
    except RequestDataTooBig as error:
        raise Problem(Kind.BODY_TOO_LARGE) from error
    except MALFORMED as error:
        raise Problem(Kind.BAD_REQUEST, "This is not what the provider sends.") from error
    return found


def _told(events: Sequence[Any], now: datetime) -> Iterator[_Told]:
    for event in events:
        reply = f"{event.mta_response or ''} {event.description or ''}"
        kind = report_of(
            event.event_type,
            reason=event.reject_reason or "",
            reply=reply,
            own_words=_own_words(event.esp_event),
        )
        if kind is not None:
            yield _Told(
                names=_names(event),
                kind=kind,
                key=_key(event),
                at=min(event.timestamp or now, now),
                code=code_in(reply)[:20],
                recipient=address_key(event.recipient or ""),
            )


def _names(event: Any) -> tuple[str, ...]:
    """By what the mail may be known to us: our mark first, then whatever the provider calls it."""
    marked = event.metadata.get(MARK) if isinstance(event.metadata, Mapping) else None
    given = (marked, event.message_id)
    return tuple(name.strip("<> ")[:200] for name in given if isinstance(name, str) and name)


def _own_words(raw: Any) -> str:
    """What the provider itself calls a bounce, where it tells soft from hard at all."""
    fields = raw if isinstance(raw, Mapping) else {}
    words = [fields.get(name) for name in ("event", "type", "Type", "severity", "hard_bounce")]
    bounce = fields.get("data", {}).get("bounce") if isinstance(fields.get("data"), Mapping) else {}
    words.append(bounce.get("type") if isinstance(bounce, Mapping) else None)
    return " ".join(word for word in words if isinstance(word, str))


def _key(event: Any) -> str:
    """The provider's id of the event, else a hash of all that makes it this one."""
    parts = [event.event_type, event.message_id, event.recipient, str(event.timestamp)]
    whole = [event.event_id] if event.event_id else [*parts, event.reject_reason]
    return hashlib.sha256(json.dumps(whole, default=str).encode()).hexdigest()


def _record(provider: Provider, told: Sequence[_Told], now: datetime) -> None:
    """Each organisation's reports in a transaction of its own; what is not ours is passed over."""
    found = {one.name: one for one in messages_named({n for one in told for n in one.names})}
    by_organisation: dict[int, list[Reported]] = defaultdict(list)
    for one in told:
        if ours := next((found[name] for name in one.names if name in found), None):
            by_organisation[ours.organisation_id].append(_reported(one, ours))
    for organisation_id, reports in sorted(by_organisation.items()):
        with tenancy.organisation(organisation_id):
            record_reports(
                organisation_id=organisation_id, provider=provider.name, reports=reports, now=now
            )


def _reported(told: _Told, ours: Named) -> Reported:
    return Reported(
        message_id=ours.message_id,
        kind=told.kind,
        key=told.key,
        at=told.at,
        code=told.code,
        recipient=told.recipient,
    )
