"""The pages behind an unsubscribe link: stop, undo, choose; one POST for mail programs."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from kit import clock, tenancy, tokens
from respond import pages, stop_pages
from respond.door import door, fields, lists
from respond.stop_pages import Visit
from respond.tongues import tongue_of
from surveys.actions.opting import (
    choose_programmes,
    opt_out,
    opt_out_of_this_only,
    undo_opt_out,
)
from surveys.models import Invitation
from surveys.queries.lookups import UNSUBSCRIBE, organisation_of_invitation
from surveys.queries.wishes import Wishes, wishes

Act = Callable[[Invitation, datetime], None]
ACTS: Mapping[str, Act] = {
    "undo": lambda invitation, now: undo_opt_out(invitation=invitation, now=now),
    "only": lambda invitation, now: opt_out_of_this_only(invitation=invitation, now=now),
}


def show_form(request: HttpRequest, token: str) -> HttpResponse:
    """A question with buttons: a scanner that opens the link stops nothing."""
    return _inside(request, token, stop_pages.stop)


def stop_or_undo(request: HttpRequest, token: str) -> HttpResponse:
    """Stop, also when a mail program sends RFC 8058's one click; less only when asked to."""
    name = fields(request).get("act", "")
    shown = stop_pages.undone if name == "undo" else stop_pages.stop
    return _inside(request, token, shown, ACTS.get(name, _stop_all))


def show_choices(request: HttpRequest, token: str) -> HttpResponse:
    return _inside(request, token, stop_pages.choices)


def choose(request: HttpRequest, token: str) -> HttpResponse:
    """Ask about what is ticked and about nothing else that stood on the page."""
    ticked = lists(request)

    def act(invitation: Invitation, now: datetime) -> None:
        choose_programmes(
            invitation=invitation,
            offered=_numbers(ticked.get("offered", [])),
            wanted=_numbers(ticked.get("wanted", [])),
            now=now,
        )

    return _inside(request, token, stop_pages.chosen, act)


def _stop_all(invitation: Invitation, now: datetime) -> None:
    opt_out(invitation=invitation, everything=True, now=now)


def _inside(
    request: HttpRequest,
    token: str,
    shown: Callable[[Visit, Wishes], HttpResponse],
    act: Act | None = None,
) -> HttpResponse:
    """Act in the organisation of the link, if there is one, and show what holds afterwards."""
    tongue, invitation_id = tongue_of(request), tokens.read(UNSUBSCRIBE, token)
    if invitation_id is None:
        return pages.closed(tongue)
    organisation_id = organisation_of_invitation(invitation_id)
    if organisation_id is None:
        return pages.closed(tongue)
    with tenancy.organisation(organisation_id):
        rows = Invitation.objects.select_related("organisation", "customer")
        invitation = rows.get(pk=invitation_id)
        if act is not None:
            act(invitation, clock.now())
        visit = Visit(invitation, token, tongue)
        return shown(visit, wishes(invitation, visit.language))


def _numbers(texts: list[str]) -> set[int]:
    """The ids that a page of ours put into its form; anything else is nobody's."""
    parts = [part for text in texts for part in text.split("-")]
    return {int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19}


stop = door(show_form, stop_or_undo)
choices = door(show_choices, choose)
