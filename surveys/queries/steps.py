"""How far a question came: each step as a condition on the decision that it follows from."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from surveys.models import Message

WAITING = ("queued", "claimed", "handing_over")
LOST = ("failed", "expired", "cancelled", "suppressed")
_MAILS = Message.objects.filter(invitation__decision=OuterRef("pk"))
_FIRST = _MAILS.exclude(about__contains=":reminder:")
# What is counted by a condition is listed by the same one.
STEPS: Mapping[str, Q] = {
    "asked": Q(invitation__isnull=False),
    "waiting": Q(Exists(_FIRST.filter(state__in=WAITING))),
    "mailed": Q(Exists(_FIRST.filter(state="sent"))),
    "left": Q(invitation__sent_at__isnull=False),
    "uncertain": Q(Exists(_FIRST.filter(state="uncertain"))),
    "lost": Q(Exists(_FIRST.filter(state__in=LOST))),
    "delivered": Q(invitation__delivered_at__isnull=False),
    "bounced": Q(invitation__bounced_at__isnull=False),
    "complained": Q(invitation__complained_at__isnull=False),
    "reminded": Q(Exists(_MAILS.filter(about__contains=":reminder:", state="sent"))),
    "opted_out": Q(invitation__opted_out_at__isnull=False),
    "answered": Q(invitation__answered_at__isnull=False),
    "finished": Q(invitation__finished_at__isnull=False),
}


def over(by: datetime | None) -> Q:
    """Say that the time to answer was over by some instant: only then can rates be compared."""
    return Q(invitation__expires_at__lte=by, invitation__is_test=False)


def met_at(touchpoint_id: int | None) -> Q:
    """Say that a decision is about a touchpoint: where it was met, or where a link was made for."""
    if touchpoint_id is None:
        return Q()
    unasked = Q(invitation__isnull=True, interaction__touchpoint=touchpoint_id)
    return Q(invitation__touchpoint=touchpoint_id) | unasked
