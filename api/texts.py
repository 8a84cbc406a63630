"""What an SMS gateway posts: what became of a text, and STOP. Nothing unsigned is believed."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from api import problems
from api.problems import Kind, Problem
from kit import clock, tenancy
from kit.texts import address_key
from surveys.actions.opting import opt_out, undo_opt_out
from surveys.actions.reporting import Reported, record_reports
from surveys.models import Invitation
from surveys.queries.named import messages_named
from surveys.queries.texted import invitations_texted
from surveys.rules.texts import Word, report_of_text, word_of

PROVIDER = "sms"
SIGNATURE = "X-Twilio-Signature"
UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, ValueError)
# We answer with no text of our own: the gateway confirms STOP itself.
NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def receive_text(request: HttpRequest) -> HttpResponse:
    """Keep a status or a wish; HEAD answers those who look whether somebody is here."""
    try:
        _check_here()
        if request.method == "POST":
            _keep(request, _signed(request), clock.now())
    except Problem as problem:
        return problems.answer(problem)
    return HttpResponse(
        NOTHING_TO_SAY, content_type="text/xml", headers={"Cache-Control": "no-store"}
    )


def _check_here() -> None:
    if not settings.SMS:
        raise Problem(Kind.NOT_FOUND)


def _signed(request: HttpRequest) -> Mapping[str, str]:
    """The form, once its signature is right."""
    try:
        form = request.POST.dict()
    except UNREADABLE as error:
        raise Problem(Kind.BAD_REQUEST, "This is not what the gateway sends.") from error
    told = f"{settings.BASE_URL}{request.get_full_path()}"
    told += "".join(f"{name}{form[name]}" for name in sorted(form))
    digest = hmac.digest(dict(settings.SMS)["password"].encode(), told.encode(), "sha1")
    given = request.headers.get(SIGNATURE, "")
    if not hmac.compare_digest(base64.b64encode(digest), given.encode("utf-8", "replace")):
        raise Problem(Kind.HOOK_REFUSED)
    return {name: str(value) for name, value in form.items()}


def _keep(request: HttpRequest, form: Mapping[str, str], now: datetime) -> None:
    if "MessageStatus" in form:
        _keep_status(request.GET.get("text", ""), form, now)
    elif word := word_of(form.get("OptOutType") or form.get("Body", "")):
        _keep_wish(address_key(form.get("From", "")), word, now)


def _keep_status(name: str, form: Mapping[str, str], now: datetime) -> None:
    sid, status, code = (form.get(key, "") for key in ("MessageSid", "MessageStatus", "ErrorCode"))
    report = report_of_text(status, code)
    names = {one[:200] for one in (name, sid) if one and "\x00" not in one}
    ours = next(iter(messages_named(names)), None) if report and names else None
    if ours is None or report is None:
        return
    said = Reported(
        message_id=ours.message_id,
        kind=report,
        key=hashlib.sha256(f"{ours.message_id} {status} {code}".encode()).hexdigest(),
        at=now,
        code=code[:20],
        recipient=address_key(form.get("To", "")),
    )
    with tenancy.organisation(ours.organisation_id):
        record_reports(
            organisation_id=ours.organisation_id, provider=PROVIDER, reports=[said], now=now
        )


def _keep_wish(phone: str, word: Word, now: datetime) -> None:
    """For everybody who texted this number: the sender's name is one, the answer names nobody."""
    for organisation_id, invitation_id in invitations_texted(phone):
        with tenancy.organisation(organisation_id):
            invitation = Invitation.objects.select_related("customer").get(pk=invitation_id)
            if word is Word.STOP:
                opt_out(invitation=invitation, everything=True, now=now)
            else:
                undo_opt_out(invitation=invitation, now=now)
