"""What others say became of a mail: its provider, the server at hand-over, the customer herself.

Facts are the function of all that was reported, never of the order in which it came: a provider
repeats itself for a day and delivers late what happened first.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from events.kinds import Kind
from kit.replies import code_in
from surveys.actions.believing import believe, locked, publish_about
from surveys.actions.opting import opt_out
from surveys.actions.suppressing import suppress_address
from surveys.models import (
    Customer,
    DeliveryReport,
    Invitation,
    Message,
    Suppression,
)
from surveys.queries.suppressed import reached_at
from surveys.rules.reports import Report

# Longer than any provider goes on reporting; with it go the facts that could still change.
KEPT = timedelta(days=90)
HANDOVER = "handover"
# A soft bounce is believed until something was delivered; a hard one and a complaint always.
SETTLE = """
    WITH said AS (
        SELECT m.invitation_id AS id,
            min(r.at) FILTER (WHERE r.kind = 'delivered') AS delivered,
            min(r.at) FILTER (WHERE r.kind = 'hard_bounce') AS hard,
            min(r.at) FILTER (WHERE r.kind = 'soft_bounce') AS soft,
            min(r.at) FILTER (WHERE r.kind = 'complained') AS complained
        FROM surveys_deliveryreport r
        JOIN surveys_message m ON m.id = r.message_id
        WHERE m.invitation_id = ANY(%(invitations)s)
        GROUP BY m.invitation_id
    )
    UPDATE surveys_invitation i SET
        delivered_at = LEAST(said.delivered, said.complained),
        complained_at = said.complained,
        bounced_at = coalesce(said.hard,
            CASE WHEN coalesce(said.delivered, said.complained) IS NULL THEN said.soft END)
    FROM said WHERE i.id = said.id
"""
NEWS = {
    Report.DELIVERED: Kind.MESSAGE_DELIVERED,
    Report.SOFT_BOUNCE: Kind.MESSAGE_BOUNCED,
    Report.HARD_BOUNCE: Kind.MESSAGE_BOUNCED,
    Report.COMPLAINED: Kind.MESSAGE_COMPLAINED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """One thing somebody said of a message; `recipient` is the key of the address it went to."""

    message_id: int
    kind: Report
    key: str
    at: datetime
    code: str = ""
    recipient: str = ""


def record_reports(
    *, organisation_id: int, provider: str, reports: Sequence[Reported], now: datetime
) -> int:
    """Keep what is new of the reports and what follows from it; return how many were new.

    Must be called inside the organisation. What was said before changes nothing.
    """
    if any(one.kind is Report.UNSUBSCRIBED for one in reports):
        hold_customers({one.message_id for one in reports})
    # Message before invitation, as hand-over locks them: two reports of one mail at once would
    # each judge without the other.
    messages = locked(Message.objects.filter(pk__in={one.message_id for one in reports}))
    fresh = [one for one in reports if _is_current(messages.get(one.message_id), now)]
    invitations = _held({messages[one.message_id].invitation_id for one in fresh})
    new = _kept(organisation_id, provider, fresh, now)
    _settle(invitations)
    believe([messages[one.message_id] for one in new], now)
    for one in new:
        _follow(messages[one.message_id], one, now)
    return len(new)


def note_dead_address(*, message: Message, now: datetime) -> None:
    """Keep that the server at hand-over said that nobody lives at the address."""
    reply = Message.objects.values_list("last_code", flat=True).get(pk=message.pk)
    said = Reported(
        message_id=message.pk,
        kind=Report.HARD_BOUNCE,
        key=f"{message.pk}:{message.attempts}",
        at=now,
        code=code_in(reply),
    )
    record_reports(
        organisation_id=message.organisation_id, provider=HANDOVER, reports=[said], now=now
    )


def hold_customers(message_ids: Collection[int]) -> None:
    """Lock whoever got these mails, before the mails: erasing locks the person first, too."""
    rows = Customer.objects.filter(invitations__messages__in=message_ids)
    # Not joined: a lock is taken in the order of the rows that are locked.
    keys = sorted(set(rows.values_list("id", flat=True)))
    list(Customer.objects.filter(pk__in=keys).select_for_update(no_key=True).order_by("pk"))


def prune_reports(*, now: datetime) -> int:
    """Delete reports on which nothing depends any more; the facts on the invitations stay."""
    count, _ = DeliveryReport.objects.filter(received_at__lt=now - 2 * KEPT).delete()
    return count


def _is_current(message: Message | None, now: datetime) -> bool:
    return message is not None and message.created_at > now - KEPT


def _held(invitations: set[int]) -> list[int]:
    rows = Invitation.objects.filter(pk__in=invitations).select_for_update(no_key=True)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _kept(
    organisation_id: int, provider: str, reports: Iterable[Reported], now: datetime
) -> list[Reported]:
    """Store those that were not known; under the messages' locks nobody else stores them."""
    by_key = {one.key: one for one in reports}
    known = DeliveryReport.objects.filter(
        organisation_id=organisation_id, provider=provider, key__in=by_key
    )
    new = [by_key[key] for key in by_key.keys() - set(known.values_list("key", flat=True))]
    DeliveryReport.objects.bulk_create(
        DeliveryReport(
            organisation_id=organisation_id,
            message_id=one.message_id,
            provider=provider,
            key=one.key,
            kind=one.kind,
            code=one.code,
            at=one.at,
            received_at=now,
        )
        for one in new
    )
    return new


def _settle(invitations: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, {"invitations": list(invitations)})


def _follow(message: Message, said: Reported, now: datetime) -> None:
    invitation = Invitation.objects.select_related("customer").get(pk=message.invitation_id)
    if said.kind is Report.UNSUBSCRIBED:
        opt_out(invitation=invitation, everything=True, now=now)
    elif said.kind is Report.HARD_BOUNCE:
        _stop_asking(invitation, said, Suppression.Reason.BOUNCED, now)
    elif said.kind is Report.COMPLAINED:
        _stop_asking(invitation, said, Suppression.Reason.COMPLAINED, now)
    if kind := NEWS.get(said.kind):
        publish_about(message, kind, now)


def _stop_asking(
    invitation: Invitation, said: Reported, reason: Suppression.Reason, now: datetime
) -> None:
    """For the address it went to: the customer may have another one by now."""
    known = [reached_at(invitation) or invitation.address_key, invitation.address_key]
    address = said.recipient if said.recipient in known else known[0]
    suppress_address(
        organisation_id=invitation.organisation_id,
        address_key=address,
        reason=reason,
        invitation_id=invitation.pk,
        now=now,
    )
