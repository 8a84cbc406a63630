"""The pages behind "This was not me": the answer is taken out, and put back where it was a slip."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from kit import clock, tenancy
from respond import not_me_pages, pages, stamps
from respond.door import door, fields
from respond.doubts import TRAP
from respond.steps import invitation_of
from respond.tongues import tongue_of
from surveys.actions.withdrawing import return_answer, withdraw_answer
from surveys.queries.asked import Asked, asked
from surveys.rules.doubts import OLD_ENOUGH
from surveys.rules.revisions import UNDONE_WITHIN


def _asked(request: HttpRequest, token: str) -> Asked | None:
    tongue = tongue_of(request)
    return asked(invitation_of(token), chosen=tongue.chosen, accepted=tongue.accepted)


def _answered(request: HttpRequest, token: str) -> Asked | None:
    """The answer of this link while somebody may still say that it is not hers."""
    found = _asked(request, token)
    return found if found is not None and found.may_be_taken_out(clock.now()) else None


def show_not_me(request: HttpRequest, token: str) -> HttpResponse:
    """A question with a button: whatever opens links takes nothing out."""
    found = _answered(request, token)
    if found is None:
        return pages.closed(tongue_of(request))
    return not_me_pages.ask(found, token, clock.now())


def send_not_me(request: HttpRequest, token: str) -> HttpResponse:
    form = fields(request)
    if form.get("act") == "undo":
        return _undo(request, token, form.get("shown", ""))
    now, found = clock.now(), _answered(request, token)
    if found is None:
        return pages.closed(tongue_of(request))
    age = stamps.age(stamps.NOT_ME, token, form.get("shown", ""), now)
    if age is None or age < timedelta(seconds=OLD_ENOUGH) or form.get(TRAP):
        # One more tap: a machine's is no word of anybody.
        return not_me_pages.ask(found, token, now)
    with tenancy.organisation(found.organisation_id):
        is_out = withdraw_answer(invitation_id=found.invitation_id, now=now)
    if not is_out:
        return pages.closed(tongue_of(request))
    return not_me_pages.done(found, token, now)


def _undo(request: HttpRequest, token: str, shown: str) -> HttpResponse:
    """Only whoever saw that it was taken out can put it back, and only for a while."""
    now, found = clock.now(), _asked(request, token)
    age = stamps.age(stamps.NOT_ME_DONE, token, shown, now)
    if found is None or age is None or age > UNDONE_WITHIN:
        return pages.closed(tongue_of(request))
    with tenancy.organisation(found.organisation_id):
        is_back = return_answer(invitation_id=found.invitation_id, now=now)
    return not_me_pages.undone(found) if is_back else pages.closed(tongue_of(request))


not_me = door(show_not_me, send_not_me)
