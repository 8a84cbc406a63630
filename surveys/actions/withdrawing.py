"""Take an answer out because its link reached somebody else, and put it back."""

from datetime import datetime

from django.db import transaction

from events.kinds import Kind
from events.publishing import publish
from surveys.actions.revising import keep_version
from surveys.actions.suppressing import lift_suppression, suppress_address
from surveys.models import Customer, Invitation, Response, Suppression
from surveys.queries.suppressed import addresses_of
from surveys.rules.revisions import NOT_ME, NOT_ME_UNDONE

SAID = "Said: this was not me"  # for people, where other answers tell why they do not count
WITHDRAWN, COUNTED = Response.Standing.WITHDRAWN, Response.Standing.COUNTED


def withdraw_answer(*, invitation_id: int, now: datetime) -> bool:
    """Count the answer no more and ask nobody at its address until somebody looked at it.

    What staff took out stays as it is. False if there is no answer, or nobody left to ask.
    """
    with transaction.atomic():
        found = _held(invitation_id)
        if found is None:
            return False
        invitation, response = found
        if invitation.withdrawn_at is None:
            if response.standing == COUNTED:
                response.standing, response.standing_reason = WITHDRAWN, SAID
            _keep(invitation, response, NOT_ME, now)
            _stop(invitation, now)
            _publish(response, Kind.RESPONSE_WITHDRAWN, now)
    return True


def return_answer(*, invitation_id: int, now: datetime) -> bool:
    """Undo it: the answer counts again, and the address may be asked; False if it was not out."""
    with transaction.atomic():
        found = _held(invitation_id)
        if found is None or found[0].withdrawn_at is None:
            return False
        invitation, response = found
        if response.standing == WITHDRAWN:
            response.standing, response.standing_reason = COUNTED, ""
        _keep(invitation, response, NOT_ME_UNDONE, now)
        for key in addresses_of(invitation):
            lift_suppression(address_key=key, reason=Suppression.Reason.NOT_ME, now=now)
        _publish(response, Kind.RESPONSE_RESTORED, now)
    return True


def _held(invitation_id: int) -> tuple[Invitation, Response] | None:
    """Locked in the order in which erasing does: the customer, the invitation, the answer."""
    customer = Customer.objects.filter(invitations=invitation_id, erased_at__isnull=True)
    if customer.select_for_update(no_key=True).first() is None:
        return None
    rows = Invitation.objects.select_related("customer").select_for_update(of=("self",))
    invitation = rows.get(pk=invitation_id)
    if invitation.answered_at is None:
        return None
    return invitation, Response.objects.select_for_update().get(invitation=invitation)


def _keep(invitation: Invitation, response: Response, rule: str, now: datetime) -> None:
    """One more version of the answer, so that its history tells who said what and when."""
    response.revisions_made += 1
    response.save(update_fields=["standing", "standing_reason", "revisions_made"])
    keep_version(response, now=now, rule=rule)
    invitation.withdrawn_at = now if rule == NOT_ME else None
    invitation.save(update_fields=["withdrawn_at"])


def _stop(invitation: Invitation, now: datetime) -> None:
    for key in addresses_of(invitation):
        suppress_address(
            organisation_id=invitation.organisation_id,
            address_key=key,
            reason=Suppression.Reason.NOT_ME,
            invitation_id=invitation.pk,
            now=now,
        )


def _publish(response: Response, kind: Kind, now: datetime) -> None:
    publish(organisation_id=response.organisation_id, kind=kind, now=now, response=response.pk)
