"""The pages behind an unsubscribe link: a form for people, one POST for their mail programs."""

from django.http import HttpRequest, HttpResponse

from kit import clock, tenancy, tokens
from respond import pages
from respond.door import door, fields
from surveys.actions.opting import opt_in_again, opt_out
from surveys.models import Invitation
from surveys.queries.asked import Asked, asked
from surveys.queries.lookups import UNSUBSCRIBE


def _asked(token: str) -> Asked | None:
    invitation_id = tokens.read(UNSUBSCRIBE, token)
    return None if invitation_id is None else asked(invitation_id)


def show_form(request: HttpRequest, token: str) -> HttpResponse:
    """A question with a button: a scanner that opens the link stops nothing."""
    found = _asked(token)
    if found is None:
        return pages.closed()
    return pages.stop(found, token, is_stopped=found.opted_out_at is not None)


def stop_or_undo(request: HttpRequest, token: str) -> HttpResponse:
    """Stop, also when a mail program sends RFC 8058's one click; undo only when asked to."""
    found = _asked(token)
    if found is None:
        return pages.closed()
    undo = fields(request).get("act") == "undo"
    with tenancy.organisation(found.organisation_id):
        invitation = Invitation.objects.get(pk=found.invitation_id)
        if undo:
            opt_in_again(invitation=invitation, now=clock.now())
        elif invitation.address_key:  # an erased customer has none, and is not asked
            opt_out(invitation=invitation, everything=True, now=clock.now())
    return pages.stop(found, token, is_stopped=not undo)


stop = door(show_form, stop_or_undo)
