"""Erase a person: identifiers go everywhere, and the counts stay or are marked."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from events.kinds import Kind
from events.publishing import publish
from surveys.actions import erasing_rows as rows
from surveys.actions.considering import hold_people
from surveys.actions.customers import lock_identity
from surveys.actions.registering import CustomerIsErased
from surveys.actions.suppressing import suppress_address
from surveys.models import Customer, Invitation, Response, Suppression
from surveys.queries.suppressed import known_addresses, sealed_address
from surveys.rules.bases import Basis


class Mode(StrEnum):
    ANONYMISE = "anonymise"  # counts stay as they are
    REMOVE = "remove"  # her answers and questions leave the counts, and the trend is marked


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What was done, in numbers; nothing in it tells who it was."""

    customer_id: int
    mode: Mode
    erased_at: datetime
    emptied: Mapping[str, int]
    removed: Mapping[str, int]
    answers: int
    days: tuple[date, ...]
    mails_stopped: int
    mails_on_their_way: int

    def told(self) -> dict[str, object]:
        """The receipt as the audit trail keeps it."""
        return {
            "mode": self.mode.value,
            "answers": self.answers,
            "mails_stopped": self.mails_stopped,
            "mails_on_their_way": self.mails_on_their_way,
            **{f"emptied_{table}": n for table, n in self.emptied.items() if n},
            **{f"removed_{table}": n for table, n in self.removed.items() if n},
        }


def erase_customer(
    *,
    customer_id: int,
    tracked: Collection[str],
    actor: Actor,
    now: datetime,
    mode: Mode | str = Mode.ANONYMISE,
    stops_asking: bool = True,
) -> Receipt:
    """Erase the person and return what was done; raises CustomerIsErased and DoesNotExist.

    `tracked` names the properties that figures are split by: their values stay with the
    answers. With `stops_asking` the address is never asked again, known by a keyed hash only.
    """
    mode = Mode(mode)
    with transaction.atomic():
        customer, former = _held(customer_id)
        answers = list(_answers(customer_id))
        asked = list(_invitation_ids(customer_id))
        done = rows.Emptied()
        rows.stop_mails(customer_id, now=now, into=done)
        for one in (customer, *former):
            for reason in _kept_wishes(customer, stops_asking=stops_asking):
                _stop_asking(one, reason, now)
            rows.forget_entry(one, now=now, into=done)
        _forget_rows(customer_id, mode, tracked, done)
        receipt = Receipt(
            customer_id=customer_id,
            mode=mode,
            erased_at=now,
            emptied=done.emptied,
            removed=done.removed,
            answers=len(answers),
            days=_days(answers) if mode is Mode.REMOVE else (),
            mails_stopped=done.mails_stopped,
            mails_on_their_way=done.mails_on_their_way,
        )
        _tell(customer, receipt, [pk for pk, _ in answers], asked, now)
        record_change(
            organisation_id=customer.organisation_id,
            actor=actor,
            action="customer.erased",
            object_type="customer",
            object_id=customer_id,
            after=receipt.told(),
            now=now,
        )
    return receipt


def forget_rows_again(
    *, customer_id: int, mode: Mode | str, tracked: Collection[str], now: datetime
) -> None:
    """Empty what came in by a transaction that began before the erasing and ended after it."""
    with transaction.atomic():
        customer = Customer.objects.select_for_update().filter(pk=customer_id).first()
        if customer is None or customer.erased_at is None:
            return
        # What came for an entry that was merged into hers may not have been moved yet.
        for one in (customer, *Customer.objects.filter(merged_into=customer).order_by("id")):
            done = rows.Emptied()
            rows.stop_mails(one.pk, now=now, into=done)
            rows.forget_person(one, now=now)
            _forget_rows(one.pk, Mode(mode), tracked, done)


def _held(customer_id: int) -> tuple[Customer, Sequence[Customer]]:
    """Lock in the order in which recording and asking do: names, then the rows.

    With her come the entries that were merged into hers: they hold names of hers.
    """
    hers = Customer.objects.filter(Q(pk=customer_id) | Q(merged_into=customer_id)).order_by("id")
    known = list(hers)
    if known:
        lock_identity(known[0].organisation_id, *known)
        hold_people([one.pk for one in known])
    held = {one.pk: one for one in hers.select_for_update()}
    customer = held.pop(customer_id, None)
    if customer is None or customer.merged_into_id is not None:
        raise Customer.DoesNotExist
    if customer.erased_at is not None:
        raise CustomerIsErased
    return customer, list(held.values())


def _answers(customer_id: int) -> list[tuple[int, date]]:
    rows_of = Response.objects.filter(customer=customer_id).order_by("local_on", "id")
    return list(rows_of.values_list("id", "local_on"))


def _invitation_ids(customer_id: int) -> list[int]:
    asked = Invitation.objects.filter(customer=customer_id)
    return list(asked.order_by("id").values_list("id", flat=True))


def _days(answers: Collection[tuple[int, date]]) -> tuple[date, ...]:
    return tuple(sorted({day for _, day in answers}))


def _kept_wishes(customer: Customer, *, stops_asking: bool) -> Iterator[Suppression.Reason]:
    """Why the address is not asked when nothing else is known of her any more."""
    if customer.legal_basis == Basis.REFUSED:
        yield Suppression.Reason.OPTED_OUT
    if stops_asking:
        yield Suppression.Reason.STAFF


def _stop_asking(customer: Customer, reason: Suppression.Reason, now: datetime) -> None:
    for key in known_addresses(customer):
        suppress_address(
            organisation_id=customer.organisation_id,
            address_key=sealed_address(key),
            reason=reason,
            now=now,
        )


def _forget_rows(
    customer_id: int, mode: Mode, tracked: Collection[str], done: rows.Emptied
) -> None:
    if mode is Mode.REMOVE:
        rows.remove_rows(customer_id, into=done)
    rows.empty_rows(customer_id, tracked=tracked, into=done)


def _tell(
    customer: Customer,
    receipt: Receipt,
    responses: list[int],
    invitations: list[int],
    now: datetime,
) -> None:
    publish(
        organisation_id=customer.organisation_id,
        kind=Kind.CUSTOMER_ERASED,
        now=now,
        customer=customer.pk,
        mode=receipt.mode.value,
        response=responses,
        invitation=invitations,
        days=[day.isoformat() for day in receipt.days],
    )
