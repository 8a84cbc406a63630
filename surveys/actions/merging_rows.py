"""The rows of two entries that are one person: table by table, how they come to be hers."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

from surveys.actions.cancelling import WAITING, close_link, take_back
from surveys.actions.suppressing import WISHES, bring_wishes, suppress_address
from surveys.models import Customer, Invitation, Message, Suppression
from surveys.queries.suppressed import keys_of, person_key, spellings

# What a person says herself, or staff of her; what else stops an address is true of it alone.
HER_OWN = (*WISHES, Suppression.Reason.COMPLAINED)
# One occasion is decided once for each customer: where both have one, both stay, told apart.
DECISIONS = """
    UPDATE surveys_decision d SET customer_id = %(kept)s, occasion = CASE
        WHEN EXISTS (SELECT FROM surveys_decision o WHERE o.organisation_id = d.organisation_id
            AND o.programme_id = d.programme_id AND o.customer_id = %(kept)s
            AND o.occasion = d.occasion)
        THEN left(d.occasion, 38) || ':' || d.id ELSE d.occasion END
    WHERE d.customer_id = %(other)s
"""
MOVE: Mapping[str, str] = {
    "surveys_interaction": "UPDATE surveys_interaction SET customer_id = %(kept)s"
    " WHERE customer_id = %(other)s",
    "surveys_decision": DECISIONS,
    "surveys_invitation": "UPDATE surveys_invitation SET customer_id = %(kept)s"
    " WHERE customer_id = %(other)s",
    "surveys_response": "UPDATE surveys_response SET customer_id = %(kept)s"
    " WHERE customer_id = %(other)s",
}
# Entries that were merged into the other one before lead to the one that is left at once.
FORMER = "UPDATE surveys_customer SET merged_into_id = %(kept)s WHERE merged_into_id = %(other)s"
PORTIONS = """
    UPDATE surveys_waveportion SET customer_ids = CASE
        WHEN %(kept)s = ANY(customer_ids) THEN array_remove(customer_ids, %(other)s::bigint)
        ELSE array_replace(customer_ids, %(other)s::bigint, %(kept)s::bigint) END
    WHERE id IN (
        SELECT id FROM surveys_waveportion
        WHERE decided_at IS NULL AND %(other)s = ANY(customer_ids) ORDER BY id FOR UPDATE
    )
"""
# Every column that names a customer, and who moves it: a test reads the schema and compares.
HANDLED: Mapping[str, str] = {
    **dict.fromkeys((f"{table}.customer_id" for table in MOVE), "here"),
    "surveys_customer.merged_into_id": "here",
    "surveys_waveportion.customer_ids": "here",
    "metrics_countedanswer.customer_id": "folding the answers that moved",
    "followup_webhookdelivery.customer_id": "followup.actions.filing",
}


def hold_portions(kept: int, other: int) -> None:
    """Let a wave that waits ask the one who is left, once; before people, as its worker locks."""
    _run(PORTIONS, kept, other)


def move_rows(kept: int, other: int) -> dict[str, int]:
    """Make everything that passed between us and the one that of the other; rows by table."""
    moved = {table: _run(statement, kept, other) for table, statement in MOVE.items()}
    _run(FORMER, kept, other)
    return moved


def take_back_doubled(kept: int, other: int, now: datetime) -> int:
    """Of two people who wait for a question one waits from now on; how many mails that stops."""
    waiting = Message.objects.filter(state__in=WAITING)
    if not waiting.filter(invitation__customer=kept).exists():
        return 0
    hers = waiting.filter(invitation__customer=other).select_related("invitation")
    mails = list(hers.select_for_update(of=("self",), no_key=True).order_by("id"))
    take_back(mails, now)
    unsent = {mail.invitation_id for mail in mails if mail.invitation.sent_at is None}
    links = Invitation.objects.filter(pk__in=unsent).order_by("id")
    for invitation in links.select_for_update(no_key=True):
        close_link(invitation, now)
    return len(mails)


def bring_wishes_of(other: Customer, *, to: Customer) -> None:
    """Let what the one wished hold wherever the other can be reached."""
    bring_wishes(to)  # her own, where she had no address before
    held = Suppression.objects.filter(
        address_key__in=_written(other), reason__in=HER_OWN, lifted_at__isnull=True
    )
    for wish in held.order_by("id"):
        for key in keys_of(to):
            suppress_address(
                organisation_id=to.organisation_id,
                address_key=key,
                reason=Suppression.Reason(wish.reason),
                now=wish.created_at,
                programme_id=wish.programme_id,
                invitation_id=wish.invitation_id,
            )
    by_number = Suppression.objects.filter(address_key=person_key(other.pk))
    by_number.filter(lifted_at__isnull=True).delete()
    by_number.update(address_key=person_key(to.pk))


def _written(customer: Customer) -> Iterable[str]:
    keys = {*keys_of(customer), person_key(customer.pk)}
    return [name for key in sorted(keys) for name in spellings(key)]


def _run(statement: str, kept: int, other: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"kept": kept, "other": other})
        return int(cursor.rowcount)
