"""How far a new organisation has come: whom it knows, what it would ask, what has left."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from surveys.models import Customer, Invitation, Programme, Wave


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """The newest programme that asks by name, and what became of its questions."""

    programme: Programme | None
    customers: int
    is_sent: bool  # somebody was asked, by whichever programme
    waved_at: datetime | None
    asked: int
    handed_over: int
    answered: int


def beginning() -> Beginning:
    newest = Programme.objects.filter(archived_at__isnull=True, is_anonymous=False)
    programme = newest.select_related("survey").order_by("-id").first()
    asked = Invitation.objects.filter(is_test=False)
    waved_at = Wave.objects.aggregate(at=Max("created_at"))["at"]
    return Beginning(
        programme=programme,
        customers=Customer.objects.present().count(),
        is_sent=waved_at is not None or asked.exists(),
        waved_at=waved_at,
        **asked.filter(programme=programme).aggregate(
            asked=Count("id"),
            handed_over=Count("id", filter=Q(sent_at__isnull=False)),
            answered=Count("id", filter=Q(answered_at__isnull=False)),
        ),
    )


def present_ids(most: int) -> list[int]:
    """The customers who are there, oldest first."""
    return list(Customer.objects.present().order_by("id").values_list("id", flat=True)[:most])
