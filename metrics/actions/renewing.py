"""Renew on Mondays what the comparisons of the pages share."""

from datetime import datetime, timedelta

from django.db import transaction

from kit.periods import last_days, local_day
from metrics.models import Overlap
from metrics.queries.definitions import definitions_of
from metrics.queries.filters import experience, service
from metrics.queries.overlaps import about, measured
from metrics.rules.windows import comparison

PERIODS = (30, 90, 365)


def renew_overlaps(*, organisation_id: int, time_zone: str, now: datetime) -> bool:
    """Take the week's overlaps of the two cards unless they are there; say whether it did."""
    today = local_day(now, time_zone)
    sunday = today - timedelta(days=today.isoweekday())
    if Overlap.objects.filter(organisation_id=organisation_id, now_last=sunday).exists():
        return False
    definitions = definitions_of(organisation_id)
    cards = [of(organisation_id, definitions) for of in (service, experience)]
    found = []
    for days in PERIODS:
        compared = comparison(last_days(days, today), today)
        found += [
            Overlap(
                organisation_id=organisation_id,
                about=about(card) or "",
                now_first=compared.now.first,
                now_last=compared.now.last,
                before_first=compared.before.first,
                before_last=compared.before.last,
                renewed_at=now,
                **measured(card, compared),
            )
            for card in cards
        ]
    with transaction.atomic():
        Overlap.objects.filter(organisation_id=organisation_id).delete()
        Overlap.objects.bulk_create(found, ignore_conflicts=True)
    return True
