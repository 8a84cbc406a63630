"""Response rates of the invitations sent in a period, by AAPOR's definitions."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from django.db import connection

from kit.periods import Period
from metrics.queries.counting import OUTCOMES
from metrics.queries.effort import measured
from metrics.queries.filters import Slice
from metrics.queries.sources import Source, asks
from metrics.rules.dimensions import FIRST_OF_ASKS, PROGRAMME
from metrics.statistics.intervals import Interval
from metrics.statistics.proportions import Share, wilson


@dataclass(frozen=True)
class ResponseRate:
    """What became of the invitations sent in a period, answers whenever they came.

    `is_open`: the youngest of them can still be answered, so the rate can only rise.
    """

    period: Period
    finished: int
    began: int
    opted_out: int
    bounced: int
    suspect: int
    reached: int  # delivered for certain, and no answer
    silent: int
    is_open: bool

    @property
    def sent(self) -> int:
        unanswered = self.bounced + self.suspect + self.reached + self.silent
        return self.answered + self.opted_out + unanswered

    @property
    def answered(self) -> int:
        """A score was stored, the form finished or not."""
        return self.finished + self.began

    @property
    def rr2(self) -> Share:
        """AAPOR's response rate 2: answered of everyone selected and mailed."""
        return Share(self.answered, self.sent)

    @property
    def delivered(self) -> Share:
        """Answered of those whose mail did not bounce."""
        return Share(self.answered, self.sent - self.bounced)

    @property
    def rr2_interval(self) -> Interval | None:
        return wilson(self.rr2)

    @property
    def delivered_interval(self) -> Interval | None:
        return wilson(self.delivered)


class Lived(Protocol):
    """A programme: whose invitations, and for how many days they can be answered."""

    pk: int
    expires_after_days: int


def response_rate(chosen: Slice, period: Period, *, today: date) -> ResponseRate:
    """Count the cohort of the filter; one statement.

    AAPOR, *Standard Definitions*: a machine's suspected answer is no answer.
    """
    found = asks(chosen, FIRST_OF_ASKS)
    with connection.cursor() as cursor, measured(found):
        cursor.execute(
            f"""
            SELECT {_sums(found)}, max(sent_on), (
                SELECT max(expires_after_days) FROM surveys_programme
                WHERE organisation_id = %(organisation)s
                    AND (%(programme)s IS NULL OR id = %(programme)s)
            )
            FROM {found.table}
            WHERE {found.condition} AND sent_on BETWEEN %(first)s AND %(last)s
            """,
            {**_given(found, period), "programme": chosen.programme_id},
        )
        *counts, youngest, life = cursor.fetchone()
    return _rate(period, counts, youngest, life or 0, today)


def rates_by_programme(
    chosen: Slice, period: Period, programmes: Collection[Lived], *, today: date
) -> dict[int, ResponseRate]:
    """Count the cohort of each programme; one statement. Who asked nobody is left out."""
    found = asks(chosen, FIRST_OF_ASKS, split=PROGRAMME)
    with connection.cursor() as cursor, measured(found):
        cursor.execute(
            f"""
            SELECT {found.split}, {_sums(found)}, max(sent_on) FROM {found.table}
            WHERE {found.condition} AND sent_on BETWEEN %(first)s AND %(last)s
            GROUP BY 1
            """,
            _given(found, period),
        )
        rows = {programme_id: rest for programme_id, *rest in cursor.fetchall()}
    return {
        one.pk: _rate(period, rows[one.pk][:-1], rows[one.pk][-1], one.expires_after_days, today)
        for one in programmes
        if one.pk in rows
    }


def _sums(found: Source) -> str:
    return ", ".join(
        f"coalesce(sum({name}), 0)"
        if found.in_cells
        else f"count(*) FILTER (WHERE outcome = '{name}')"
        for name in OUTCOMES
    )


def _given(found: Source, period: Period) -> dict[str, Any]:
    return {**found.given, "first": period.first, "last": period.last}


def _rate(
    period: Period, counts: Sequence[Any], youngest: date | None, life: int, today: date
) -> ResponseRate:
    is_open = youngest is not None and youngest + timedelta(days=life) >= today
    named = {name: int(count) for name, count in zip(OUTCOMES, counts, strict=True)}
    return ResponseRate(period=period, is_open=is_open, **named)
