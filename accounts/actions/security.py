"""What follows when a person changes how she signs in: letters, ended sessions, audit entries."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.actions.auditing import record_change
from accounts.actions.letters import write_letter
from accounts.models import User
from accounts.queries.lookups import belongings
from accounts.rules.actors import Actor
from accounts.rules.security import SecurityChange
from kit import tenancy

RESET_WORKS_FOR = timedelta(hours=1)
ONE_RESET_LETTER_IN = 300  # seconds


def ask_for_reset(*, user: User, now: datetime) -> bool:
    """Write the letter with which a forgotten password is replaced; one in five minutes."""
    window = int(now.timestamp()) // ONE_RESET_LETTER_IN
    return write_letter(
        kind="password_reset_link",
        about=f"password-reset:{user.pk}:{window}",
        to=user.email,
        user=user,
        context={},
        expires_at=now + RESET_WORKS_FOR,
        now=now,
    )


def note_security_change(
    *, user: User, change: SecurityChange, ip: str | None, now: datetime
) -> None:
    """Tell the person by letter, and every organisation she belongs to in its audit trail."""
    actor = Actor(name=user.email, user_id=user.pk, ip=ip)
    with transaction.atomic():
        write_letter(
            kind=change,
            about=f"security:{user.pk}:{change}:{now.timestamp()}",
            to=user.email,
            user=user,
            context={"at": now.isoformat(), "ip": ip},
            expires_at=now + timedelta(days=2),
            now=now,
        )
    for belonging in belongings(user.pk):
        with tenancy.organisation(belonging.organisation_id):
            record_change(
                organisation_id=belonging.organisation_id,
                actor=actor,
                action=f"member.{change}",
                object_type="member",
                object_id=belonging.membership_id,
                now=now,
            )


def end_sessions(*, user: User) -> None:
    """End every session of the user, wherever it is; her own goes on if it is signed anew."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
