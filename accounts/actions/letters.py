"""Put letters to staff into the outbox; their words are rendered when they are handed over."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import Letter, Membership, User
from accounts.models.outgoing import State
from kit import tokens


def write_letter(
    *,
    kind: str,
    about: str,
    to: str,
    expires_at: datetime,
    now: datetime,
    context: Mapping[str, Any],
    organisation_id: int | None = None,
    user: User | None = None,
) -> bool:
    """Queue one letter; tell whether it is new, for one `about` is written only once.

    The context must hold ids and plain facts only: links and codes are made at hand-over.
    """
    letter = Letter(
        organisation_id=organisation_id,
        about=about,
        kind=kind,
        to=to,
        user=user,
        context=dict(context),
        due_at=now,
        expires_at=expires_at,
        created_at=now,
    )
    return _queue(letter)


def write_to_member(
    *,
    kind: str,
    about: str,
    member: Membership,
    due_at: datetime,
    lasts: timedelta,
    now: datetime,
    context: Mapping[str, Any],
) -> bool:
    """Queue one letter to a member that leaves at that moment; tell whether it is new."""
    letter = Letter(
        organisation_id=member.organisation_id,
        about=about,
        kind=kind,
        to=member.user.email,
        user=member.user,
        context=dict(context),
        due_at=due_at,
        expires_at=due_at + lasts,
        created_at=now,
    )
    return _queue(letter)


def _queue(letter: Letter) -> bool:
    host = urlsplit(settings.BASE_URL).hostname
    letter.message_id = f"{tokens.random_letters(22)}@{host}"
    Letter.objects.bulk_create([letter], ignore_conflicts=True)
    return Letter.objects.filter(message_id=letter.message_id).exists()


def cancel_letter(*, about: str, now: datetime) -> None:
    """Keep a letter back that nobody has taken up yet; called inside its organisation."""
    waiting = Letter.objects.filter(about=about, state=State.QUEUED)
    waiting.update(state=State.CANCELLED, finished_at=now)
