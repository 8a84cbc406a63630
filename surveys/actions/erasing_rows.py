"""The rows an erased person leaves, table by table: what is emptied, and what is removed."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db import connection

from accounts.actions.idempotency import empty_answers
from surveys.actions.recording import sealed_source_ids
from surveys.models import Customer, Import, Interaction, Response, Suppression
from surveys.queries.imports import rows_naming
from surveys.queries.suppressed import SEALED, known_addresses, sealed_address

GONE = "gone:"
ERASED = "erased"
# Of the frozen context only what figures are split by; the rest may tell who it was.
KEPT = """(
    SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(context)
    WHERE key = ANY(%(tracked)s)
)"""
# What was chosen stays, what was written goes.
WORDLESS = """(
    SELECT coalesce(jsonb_object_agg(key, CASE jsonb_typeof(value)
        WHEN 'string' THEN '""' ELSE value END), '{}') FROM jsonb_each(answers)
)"""
HERS = "SELECT id FROM surveys_{table} WHERE customer_id = %(customer)s"
INVITATIONS, RESPONSES = HERS.format(table="invitation"), HERS.format(table="response")
MESSAGES = f"SELECT id FROM surveys_message WHERE invitation_id IN ({INVITATIONS})"

# Every open message is written to, whatever its state: a worker that stands at the fence waits
# for this row and then finds it taken back. One past the fence may have left; nobody can know.
STOP_MAILS = f"""
    UPDATE surveys_message SET claim = NULL, lease_until = NULL, finished_at = %(now)s,
        state = CASE state WHEN 'handing_over' THEN 'uncertain' ELSE 'cancelled' END
    WHERE invitation_id IN ({INVITATIONS}) AND state IN ('queued', 'claimed', 'handing_over')
    RETURNING state
"""
EMPTY: Mapping[str, str] = {
    "surveys_message": f"""
        UPDATE surveys_message SET last_error = ''
        WHERE invitation_id IN ({INVITATIONS}) AND last_error <> ''
    """,
    "surveys_messageattempt": f"""
        UPDATE surveys_messageattempt SET text = ''
        WHERE message_id IN ({MESSAGES}) AND text <> ''
    """,
    "surveys_invitation": f"""
        UPDATE surveys_invitation SET address_key = '', context = {KEPT}
        WHERE customer_id = %(customer)s
    """,
    "surveys_interaction": f"""
        UPDATE surveys_interaction SET subject = '', context = {KEPT}
        WHERE customer_id = %(customer)s
    """,
    "surveys_response": f"""
        UPDATE surveys_response SET comment = '', contact = '', language = '', context = {KEPT},
            standing_reason = CASE standing WHEN 'excluded' THEN '{ERASED}'
                ELSE standing_reason END
        WHERE customer_id = %(customer)s
    """,
    "surveys_responserevision": f"""
        UPDATE surveys_responserevision SET comment = '', contact = '', answers = {WORDLESS},
            reason = CASE entered_by WHEN '' THEN '' ELSE '{ERASED}' END
        WHERE response_id IN ({RESPONSES})
    """,
    "surveys_answer": f"""
        UPDATE surveys_answer SET words = '' WHERE response_id IN ({RESPONSES}) AND words <> ''
    """,
    "surveys_exclusion": f"""
        UPDATE surveys_exclusion SET reason = '{ERASED}' WHERE response_id IN ({RESPONSES})
    """,
}
# In the order in which they may go; interactions stay, emptied: they are no answers.
REMOVE: Mapping[str, str] = {
    "surveys_answer": f"response_id IN ({RESPONSES})",
    "surveys_responserevision": f"response_id IN ({RESPONSES})",
    "surveys_exclusion": f"response_id IN ({RESPONSES})",
    "surveys_responsetag": f"response_id IN ({RESPONSES})",
    "surveys_response": "customer_id = %(customer)s",
    "surveys_messageattempt": f"message_id IN ({MESSAGES})",
    "surveys_deliveryreport": f"message_id IN ({MESSAGES})",
    "surveys_message": f"invitation_id IN ({INVITATIONS})",
    "surveys_invitation": "customer_id = %(customer)s",
    "surveys_decision": "customer_id = %(customer)s",
}
FREE_SUPPRESSIONS = f"""
    UPDATE surveys_suppression SET invitation_id = NULL WHERE invitation_id IN ({INVITATIONS})
"""
# Besides the statements above; decisions hold ids, dates and numbers only and stay as they are.
OTHERWISE = {"surveys_customer", "surveys_suppression", "surveys_decision"}
HANDLED = frozenset({*EMPTY, *REMOVE, *OTHERWISE})


@dataclass
class Emptied:
    """How many rows of each table were emptied and removed, and what became of open mails."""

    emptied: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    mails_stopped: int = 0
    mails_on_their_way: int = 0

    def add(self, table: str, rows: int) -> None:
        self.emptied[table] = self.emptied.get(table, 0) + rows


def forget_entry(customer: Customer, *, now: Any, into: Emptied) -> None:
    """Forget what one row of a person names, wherever it stands; her rows are another matter."""
    seal_wishes(customer, into=into)
    empty_kept_answers(customer, into=into)
    forget_failures(customer, into=into)
    forget_staged(customer, into=into)
    forget_person(customer, now=now)
    forget_in_audit(customer.pk, into=into)


def forget_person(customer: Customer, *, now: Any) -> None:
    """Empty the row itself; its number stays, so that what is left still hangs together."""
    Customer.objects.filter(pk=customer.pk).update(
        external_id=None,
        email="",
        address_key="",
        name="",
        phone="",
        legal_basis="",
        legal_basis_on=None,
        legal_basis_source="",
        company=None,
        language="",
        time_zone="",
        properties={},
        erased_at=customer.erased_at or now,
    )


def stop_mails(customer_id: int, *, now: Any, into: Emptied) -> None:
    with connection.cursor() as cursor:
        cursor.execute(STOP_MAILS, {"customer": customer_id, "now": now})
        states = [state for (state,) in cursor.fetchall()]
    into.mails_on_their_way = states.count("uncertain")
    into.mails_stopped = len(states) - into.mails_on_their_way


def empty_rows(customer_id: int, *, tracked: Collection[str], into: Emptied) -> None:
    """Take every word, name, address and free property off the rows that stay."""
    given = {"customer": customer_id, "tracked": sorted(tracked)}
    for table, statement in EMPTY.items():
        into.emptied[table] = _run(statement, given)
    _seal_interactions(customer_id)
    _seal_answers(customer_id)


def remove_rows(customer_id: int, *, into: Emptied) -> None:
    """Remove what was asked and answered."""
    given = {"customer": customer_id}
    _run(FREE_SUPPRESSIONS, given)
    for table, hers in REMOVE.items():
        into.removed[table] = _run(f"DELETE FROM {table} WHERE {hers}", given)


def seal_wishes(customer: Customer, *, into: Emptied) -> None:
    """Keep "do not ask" for every address of hers, former ones too, without the addresses."""
    own = Suppression.objects.filter(invitation__customer=customer)
    wished = own.exclude(address_key__startswith=SEALED).values_list("address_key", flat=True)
    for key in sorted({*known_addresses(customer), *wished}):
        seal_suppressions(key, into=into)


def seal_suppressions(address_key: str, *, into: Emptied) -> None:
    """Keep "do not ask this address" without the address: a keyed hash stands for it."""
    if not address_key:
        return
    sealed = sealed_address(address_key)
    rows = Suppression.objects.filter(address_key=address_key)
    known = set(
        Suppression.objects.filter(address_key=sealed, lifted_at__isnull=True).values_list(
            "programme_id", "reason"
        )
    )
    for row in rows.select_for_update():
        if row.lifted_at is not None or (row.programme_id, row.reason) in known:
            row.delete()
        else:
            row.address_key, row.invitation = sealed, None
            row.save(update_fields=["address_key", "invitation"])
            into.add("surveys_suppression", 1)


def empty_kept_answers(customer: Customer, *, into: Emptied) -> None:
    """Empty what the API keeps of its answers for a day."""
    named = [name for name in (customer.email, customer.external_id or "") if len(name) > 4]
    own = [f'"customer_id":"{customer.pk}"', f'customers/{customer.pk}"']
    emptied = empty_answers(
        holding=[*own, *([customer.email] if customer.email else [])], named=named
    )
    into.add("accounts_idempotencykey", emptied)


def forget_staged(customer: Customer, *, into: Emptied) -> None:
    """Take her rows out of files that wait or were refused: they came in, or never will."""
    removed = into.removed.get("surveys_importrow", 0)
    into.removed["surveys_importrow"] = removed + rows_naming(customer).delete()[0]
    for mark in filter(None, (customer.email, customer.external_id)):
        Import.objects.filter(file_name__icontains=mark).update(file_name="")


def forget_failures(customer: Customer, *, into: Emptied) -> None:
    """Errors of reactions are kept as text, and a text of PostgreSQL's quotes the row."""
    told = (customer.email, customer.name, customer.external_id, customer.phone)
    marks = [one for one in told if one]
    emptied = _run(
        "UPDATE events_delivery SET last_error = ''"
        " WHERE organisation_id = %(organisation)s AND last_error ILIKE ANY(%(marks)s)",
        {
            "organisation": customer.organisation_id,
            "marks": [f"%{_literal(mark)}%" for mark in marks],
        },
    )
    into.add("events_delivery", emptied)


def forget_in_audit(customer_id: int, *, into: Emptied) -> None:
    """Empty the values in the audit trail; who did what and when stays."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT surveys_forget_in_audit(%s)", [customer_id])
        (emptied,) = cursor.fetchone()
    into.add("accounts_auditentry", emptied)


def _seal_interactions(customer_id: int) -> None:
    """A ticket's number leads to her in another system; sealed, a repeated call still finds it."""
    rows = Interaction.objects.filter(customer=customer_id)
    for row in rows.exclude(source_id__startswith=SEALED).only("source", "source_id"):
        row.source_id = sealed_source_ids(row.source, row.source_id)[0]
        row.save(update_fields=["source_id"])


def _seal_answers(customer_id: int) -> None:
    rows = Response.objects.filter(customer=customer_id).exclude(origin=Response.Origin.INVITATION)
    for row in rows.exclude(origin_key__startswith=GONE).only("origin_key"):
        row.origin_key = gone_key(row.origin_key)
        row.save(update_fields=["origin_key"])


def gone_key(origin_key: str) -> str:
    """What stands for the key of an erased answer, so that its file can be read again."""
    return GONE + sha256(origin_key.encode()).hexdigest()


def _literal(mark: str) -> str:
    return mark.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _run(statement: str, given: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return int(cursor.rowcount)
