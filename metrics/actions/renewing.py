"""Renew on Mondays what the comparisons of the pages share."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, unquote

from django.db import transaction

from kit.periods import Period, last_days, local_day
from metrics.models import Overlap
from metrics.queries.definitions import definitions_of
from metrics.queries.filters import Filter, Slice, experience, service
from metrics.queries.overlaps import about, measured
from metrics.queries.views import saved_addresses
from metrics.rules.addresses import read_address
from metrics.rules.windows import Comparison, comparison
from metrics.statistics.definitions import Definitions

PERIODS = (30, 90, 365)
# Different kept addresses that are counted for: each costs a reading of its answers a week.
MOST_VIEWS = 100


@dataclass(frozen=True)
class Wish:
    """One filter and the two periods that some page compares of it."""

    chosen: Filter
    compared: Comparison

    @property
    def key(self) -> tuple[str | None, Period, Period]:
        return about(self.chosen), self.compared.now, self.compared.before


def renew_overlaps(*, organisation_id: int, time_zone: str, now: datetime) -> bool:
    """Take the week's overlaps of both cards and of kept views that miss; say whether any did.

    What was taken before the organisation's Monday is taken anew: late answers and corrections
    change what lies behind. A view that was kept since gets its own within minutes.
    """
    today = local_day(now, time_zone)
    monday = today - timedelta(days=today.isoweekday() - 1)
    definitions = definitions_of(organisation_id)
    wishes = {wish.key: wish for wish in _wishes(organisation_id, definitions, today)}
    rows = list(Overlap.objects.filter(organisation_id=organisation_id))
    held = {
        _key(row): row
        for row in rows
        if _key(row) in wishes and local_day(row.renewed_at, time_zone) >= monday
    }
    missing = [wish for key, wish in wishes.items() if key not in held]
    if not missing:
        return False
    found = [_row(organisation_id, wish, now) for wish in missing]
    with transaction.atomic():
        kept = [row.pk for row in held.values()]
        Overlap.objects.filter(organisation_id=organisation_id).exclude(pk__in=kept).delete()
        Overlap.objects.bulk_create(found, ignore_conflicts=True)
    return True


def _key(row: Overlap) -> tuple[str | None, Period, Period]:
    now, before = (row.now_first, row.now_last), (row.before_first, row.before_last)
    return row.about, Period(*now), Period(*before)


def _row(organisation_id: int, wish: Wish, now: datetime) -> Overlap:
    compared = wish.compared
    return Overlap(
        organisation_id=organisation_id,
        about=about(wish.chosen) or "",
        now_first=compared.now.first,
        now_last=compared.now.last,
        before_first=compared.before.first,
        before_last=compared.before.last,
        renewed_at=now,
        **measured(wish.chosen, compared),
    )


def _wishes(organisation_id: int, definitions: Definitions, today: date) -> Iterator[Wish]:
    """Both cards over the usual periods, then what people keep of them."""
    everything = Slice(organisation_id=organisation_id)
    for days in PERIODS:
        yield from _of_cards(everything, definitions, comparison(last_days(days, today), today))
    usual = definitions.window_days
    for page, query in saved_addresses()[:MOST_VIEWS]:
        asked = read_address(unquote(page), parse_qsl(query), today=today, usual=usual)
        if asked is not None:
            part = Slice(
                organisation_id=organisation_id,
                programme_id=asked.programme_id,
                touchpoint_id=asked.touchpoint_id,
                segments=asked.segments,
                words=asked.words,
            )
            compared = comparison(asked.period, today, asked.against)
            yield from _of_cards(part.resolved(), definitions, compared)


def _of_cards(part: Slice, definitions: Definitions, compared: Comparison) -> Iterator[Wish]:
    for of in (service, experience):
        yield Wish(of(part.organisation_id, definitions).within(part), compared)
