"""Stop asking an address, for one programme or for all, and undo it."""

from datetime import datetime

from events.kinds import Kind
from events.publishing import publish
from surveys.models import Invitation, Suppression
from surveys.queries.suppressed import spellings


def opt_out(*, invitation: Invitation, everything: bool, now: datetime) -> None:
    """Never again ask the address this invitation went to; repeating it changes nothing."""
    # Read anew and held: an address that is being erased must not be written down once more.
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not invitation.address_key:
        return
    programme = None if everything else invitation.programme
    _, is_new = Suppression.objects.get_or_create(
        organisation_id=invitation.organisation_id,
        address_key=invitation.address_key,
        programme=programme,
        reason=Suppression.Reason.OPTED_OUT,
        lifted_at=None,
        defaults={"invitation": invitation, "created_at": now},
    )
    Invitation.objects.filter(pk=invitation.pk, opted_out_at__isnull=True).update(opted_out_at=now)
    if is_new:
        _publish(invitation, Kind.CUSTOMER_OPTED_OUT, now)


def opt_in_again(*, invitation: Invitation, now: datetime) -> None:
    """Undo what the holder of this link stopped."""
    lifted = Suppression.objects.filter(
        address_key__in=spellings(invitation.address_key),
        reason=Suppression.Reason.OPTED_OUT,
        lifted_at__isnull=True,
    ).update(lifted_at=now)
    Invitation.objects.filter(pk=invitation.pk).update(opted_out_at=None)
    if lifted:
        _publish(invitation, Kind.CUSTOMER_OPTED_IN, now)


def _publish(invitation: Invitation, kind: Kind, now: datetime) -> None:
    publish(
        organisation_id=invitation.organisation_id,
        kind=kind,
        now=now,
        customer=invitation.customer_id,
        invitation=invitation.pk,
    )
