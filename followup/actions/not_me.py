"""React to "This was not me": tell those who can check the address, at most once a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.actions.letters import cancel_letter, write_to_member
from accounts.models import Letter, Membership
from accounts.rules.roles import Permission, may
from events.dispatching import Happening
from events.kinds import Kind
from followup.channels.letters import NOT_ME
from followup.queries.not_me import is_said, is_still_out
from surveys.rules.revisions import UNDONE_WITHIN

SAID = (Kind.RESPONSE_WITHDRAWN, Kind.RESPONSE_RESTORED)
REST = timedelta(days=1)
LASTS = timedelta(days=3)


def tell_managers(_organisation_id: int, happenings: Sequence[Happening], now: datetime) -> None:
    """Queue a letter to each once a slip can be undone no more; what follows joins it."""
    for event in happenings:
        if event.kind is Kind.RESPONSE_RESTORED:
            _keep_back(now)
        elif is_said(event.payload["response"]):
            for member in Membership.objects.select_related("user").order_by("id"):
                if may(member.role, Permission.EXCLUDE_RESPONSES):
                    _tell(member, event.at, now)


def _tell(member: Membership, since: datetime, now: datetime) -> None:
    last = Letter.objects.filter(user=member.user_id, kind=NOT_ME).order_by("pk").last()
    if last is not None and last.state == Letter.State.QUEUED:
        return  # written when it leaves, so it tells of this one as well
    due = now + UNDONE_WITHIN
    if last is not None:
        was_kept_back = last.state == Letter.State.CANCELLED
        due = max(due, last.due_at if was_kept_back else last.due_at + REST)
    write_to_member(
        kind=NOT_ME,
        # By the one before: of two workers that write at once only one does.
        about=f"{NOT_ME}:{member.user_id}:after:{last.pk if last else 0}",
        member=member,
        due_at=due,
        lasts=LASTS,
        now=now,
        context={"since": since.isoformat()},
    )


def _keep_back(now: datetime) -> None:
    """Write to nobody of what was a slip."""
    for letter in Letter.objects.filter(kind=NOT_ME, state=Letter.State.QUEUED).order_by("pk"):
        if not is_still_out(datetime.fromisoformat(letter.context["since"])):
            cancel_letter(about=letter.about, now=now)
