"""Switch an address off that only fails, tell those who can repair it, and switch it on again."""

from datetime import datetime, timedelta

from accounts.actions.auditing import record_act
from accounts.actions.letters import write_letter
from accounts.models import Membership
from accounts.rules.actors import Actor
from accounts.rules.roles import Permission, may
from followup.models import WebhookEndpoint

ITSELF = Actor(name="webhooks")
LETTER = "webhook_off"
LETTER_LASTS = timedelta(days=3)


def switch_off(*, endpoint: WebhookEndpoint, because: str, now: datetime) -> None:
    """Tell it nothing more: what happens from now on is queued only when somebody replays it."""
    off = WebhookEndpoint.objects.filter(pk=endpoint.pk, off_at__isnull=True).update(
        off_at=now, off_because=because, rest_until=None, rests=0
    )
    if not off:
        return
    for member in Membership.objects.select_related("user").order_by("id"):
        if may(member.role, Permission.EDIT_WEBHOOKS):
            write_letter(
                kind=LETTER,
                about=f"webhook:{endpoint.pk}:{now.isoformat()}:{member.user_id}",
                to=member.user.email,
                user=member.user,
                expires_at=now + LETTER_LASTS,
                now=now,
                context={"webhook": endpoint.pk},
                organisation_id=endpoint.organisation_id,
            )
    before, after = {"works": True}, {"works": False, "because": because}
    act = f"{endpoint.kind}.switched_off"
    record_act(act, endpoint, before=before, after=after, actor=ITSELF, now=now)


def switch_on(*, endpoint: WebhookEndpoint, actor: Actor, now: datetime) -> None:
    """Tell it again, what waits first; whether it was paused or switched off by itself."""
    _set(endpoint, None, actor, now)


def pause(*, endpoint: WebhookEndpoint, actor: Actor, now: datetime) -> None:
    """Hold back what it is to be told, until somebody resumes it."""
    _set(endpoint, now, actor, now)


def _set(
    endpoint: WebhookEndpoint, paused_at: datetime | None, actor: Actor, now: datetime
) -> None:
    endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    before = {"works": endpoint.paused_at is None and endpoint.off_at is None}
    after = {"works": paused_at is None}
    if before == after:
        return
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        paused_at=paused_at,
        off_at=None,
        off_because="",
        failing_since=None,
        rest_until=None,
        rests=0,
    )
    act = "resumed" if paused_at is None else "paused"
    record_act(f"{endpoint.kind}.{act}", endpoint, before=before, after=after, actor=actor, now=now)
