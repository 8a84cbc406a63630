"""Mail servers that asked everybody to wait: one row each, read before every claim."""

import logging
from datetime import datetime, timedelta

from accounts.models import RoutePause
from accounts.transport import Kind, Outcome

log = logging.getLogger(__name__)

# Nobody answered: look again soon. "Slow down" is a minute. A refused password is for
# somebody to repair; trying it every few seconds would lock the mailbox on top.
PAUSES = {
    Kind.DEFERRED: timedelta(seconds=10),
    Kind.PAUSED: timedelta(minutes=1),
    Kind.STOPPED: timedelta(minutes=5),
}


def is_paused(*, route: str, now: datetime) -> bool:
    return RoutePause.objects.filter(route=route, until__gt=now).exists()


def pause_route(*, route: str, outcome: Outcome, now: datetime) -> datetime:
    """Let nobody use the route for a while; return until when."""
    until = now + PAUSES[outcome.kind]
    said = f"{outcome.phase}: {outcome.code or ''} {outcome.text}"[:500]
    RoutePause.objects.update_or_create(route=route, defaults={"until": until, "reason": said})
    say = log.error if outcome.kind is Kind.STOPPED else log.warning
    say("mail waits until %s because %s said %s", until, route, said)
    return until


def resume_route(*, route: str) -> None:
    """Try again at once, because somebody repaired what was wrong."""
    RoutePause.objects.filter(route=route).delete()
