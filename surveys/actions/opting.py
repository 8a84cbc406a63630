"""What a customer wants to be asked about: stop all, stop one kind, take it back, choose."""

from collections.abc import Collection
from datetime import datetime

from events.kinds import Kind
from events.publishing import publish
from surveys.actions.suppressing import lift_suppression, suppress_address
from surveys.models import Customer, Invitation, Programme, Suppression
from surveys.queries.suppressed import addresses_of
from surveys.queries.wishes import stopped_programmes

OPTED_OUT = Suppression.Reason.OPTED_OUT
ALL = None  # stands among programmes for every one of them, also those to come
Programmes = Collection[int | None]


def opt_out(*, invitation: Invitation, everything: bool, now: datetime) -> None:
    """Never again ask whoever this invitation went to; repeating it changes nothing."""
    _wish(invitation, stop={ALL if everything else invitation.programme_id}, now=now)


def opt_out_of_this_only(*, invitation: Invitation, now: datetime) -> None:
    """Ask about everything but what this invitation was about."""
    _wish(invitation, stop={invitation.programme_id}, resume={ALL}, now=now)


def undo_opt_out(*, invitation: Invitation, now: datetime) -> None:
    """Take back the widest wish that holds: all of it, else the one about this programme."""
    stopped = stopped_programmes(addresses_of(invitation))
    _wish(invitation, resume={ALL if ALL in stopped else invitation.programme_id}, now=now)


def choose_programmes(
    *, invitation: Invitation, offered: Collection[int], wanted: Collection[int], now: datetime
) -> None:
    """Ask only with the programmes that are wanted among those offered; with none of them, never.

    Programmes that were not offered keep what was wished for them before.
    """
    # Seen through row-level security: of another organisation's programmes none is known here.
    known = set(Programme.objects.filter(pk__in=offered).values_list("id", flat=True))
    if not known:
        return
    if wished := known & set(wanted):
        _wish(invitation, stop=known - wished, resume={ALL, *wished}, now=now)
    else:
        _wish(invitation, stop={ALL}, now=now)


def _wish(
    invitation: Invitation, *, now: datetime, stop: Programmes = (), resume: Programmes = ()
) -> None:
    # Locked in the order in which erasing does, and read anew: an address that is being erased
    # must not be written down once more, by whoever of the two is second.
    customer = Customer.objects.select_for_update(no_key=True).get(pk=invitation.customer_id)
    invitation = Invitation.objects.select_related("customer").get(pk=invitation.pk)
    if customer.erased_at is not None:
        return
    addresses = addresses_of(invitation)
    for programme_id in resume:
        if _lift(addresses, programme_id, now):
            _publish(invitation, Kind.CUSTOMER_OPTED_IN, programme_id, now)
    for programme_id in stop:
        if _stop(invitation, addresses, programme_id, now):
            _publish(invitation, Kind.CUSTOMER_OPTED_OUT, programme_id, now)
    _mark(invitation, stopped_programmes(addresses), now)


def _lift(addresses: Collection[str], programme_id: int | None, now: datetime) -> bool:
    lifted = [
        lift_suppression(address_key=one, reason=OPTED_OUT, programme_id=programme_id, now=now)
        for one in addresses
    ]
    return any(lifted)


def _stop(
    invitation: Invitation, addresses: Collection[str], programme_id: int | None, now: datetime
) -> bool:
    new = [
        suppress_address(
            organisation_id=invitation.organisation_id,
            address_key=one,
            programme_id=programme_id,
            reason=OPTED_OUT,
            invitation_id=invitation.pk,
            now=now,
        )
        for one in addresses
    ]
    return any(new)


def _mark(invitation: Invitation, stopped: Programmes, now: datetime) -> None:
    rows = Invitation.objects.filter(pk=invitation.pk)
    if {ALL, invitation.programme_id} & set(stopped):
        rows.filter(opted_out_at__isnull=True).update(opted_out_at=now)
    else:
        rows.filter(opted_out_at__isnull=False).update(opted_out_at=None)


def _publish(invitation: Invitation, kind: Kind, programme_id: int | None, now: datetime) -> None:
    about = {} if programme_id is ALL else {"programme": programme_id}
    publish(
        organisation_id=invitation.organisation_id,
        kind=kind,
        now=now,
        customer=invitation.customer_id,
        invitation=invitation.pk,
        **about,
    )
