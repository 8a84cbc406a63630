"""Check whether mails can leave in an organisation's name: asked on a page, made by a worker."""

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from accounts.actions.auditing import record_change
from accounts.channels.senders import Sender, installation_address, look_up, send_test
from accounts.models import Organisation, SenderCheck
from accounts.rules.actors import Actor
from kit import tenancy

log = logging.getLogger(__name__)
Kind = SenderCheck.Kind
# Longer than any name or mail server is waited for: whoever began it then has died.
LOST_AFTER = timedelta(minutes=2)
TWICE = {"again": True}  # kept of a look-up that is made a second time
DIED = "The worker ended while it was at it, before or after a mail had left. Ask again."


def ask_check(
    *, organisation_id: int, kind: SenderCheck.Kind, actor: Actor, now: datetime
) -> SenderCheck:
    """Have a check made within seconds; what an earlier one found is forgotten."""
    check, _ = SenderCheck.objects.update_or_create(
        organisation_id=organisation_id,
        kind=kind,
        defaults={
            "asked_at": now,
            "asked_by": actor.name,
            "begun_at": None,
            "finished_at": None,
            "found": {},
        },
    )
    record_change(
        organisation_id=organisation_id,
        actor=actor,
        action="sender.checked",
        object_type="organisation",
        object_id=organisation_id,
        after={"kind": kind.value},
        now=now,
    )
    return check


def make_checks(*, now: datetime) -> int:
    """Make the checks that were asked for, each once: a test mail must not leave twice."""
    with tenancy.system("sender_checks"):
        _take_up_lost(now)
        waiting = SenderCheck.objects.filter(begun_at__isnull=True).order_by("asked_at")
        # One: what waits behind a slow server is not begun and must not look like it.
        found = list(waiting.select_for_update(skip_locked=True)[:1])
        SenderCheck.objects.filter(pk__in=[check.pk for check in found]).update(begun_at=now)
    for check in found:
        _make(check, now)
    return len(found)


def _take_up_lost(now: datetime) -> None:
    """What a worker began and died over: names are looked up once more, a mail is not sent again.

    A worker that was only slow still writes what it found over this end.
    """
    begun = SenderCheck.objects.filter(begun_at__lt=now - LOST_AFTER, finished_at__isnull=True)
    looked_up = begun.filter(kind=Kind.RECORDS).exclude(found=TWICE)
    looked_up.update(begun_at=None, found=TWICE)
    begun.update(finished_at=now, found={"failed": DIED})


def _make(check: SenderCheck, now: datetime) -> None:
    """Outside any transaction: servers may take their time."""
    with tenancy.organisation(check.organisation_id):
        sender = _sender(Organisation.objects.get(pk=check.organisation_id))
    try:
        found = _found(check, sender, now)
    except Exception as error:
        log.exception("sender check %s failed", check.pk)
        found = {"failed": f"{type(error).__name__}: {error}"[:300]}
    with tenancy.organisation(check.organisation_id):
        # Asked for anew meanwhile: that check is another one, and somebody will make it.
        SenderCheck.objects.filter(pk=check.pk, asked_at=check.asked_at).update(
            finished_at=now, found=found
        )


def _found(check: SenderCheck, sender: Sender, now: datetime) -> dict[str, Any]:
    if check.kind == SenderCheck.Kind.RECORDS:
        return look_up(sender=sender)
    host = sender.domain or "localhost"
    message_id = f"test.{secrets.token_hex(12)}@{host}"
    return send_test(sender=sender, to=check.asked_by, message_id=message_id, now=now)


def _sender(organisation: Organisation) -> Sender:
    return Sender(
        organisation=organisation.name,
        name=organisation.sender_name,
        address=organisation.sender_email or installation_address(),
        reply_to=organisation.reply_to,
        selector=organisation.dkim_selector,
    )
