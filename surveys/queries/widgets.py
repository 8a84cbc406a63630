"""What stands behind a widget on somebody's page, read in one round trip, and its secrets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kit import boxes, tenancy
from surveys.queries.lookups import ORGANISATION_OF_PUBLIC_LINK
from surveys.rules.widgets import Rules

SECRET = "widget secret"  # noqa: S105  (what it is encrypted for)
WIDGET_BEHIND = """
    SELECT l.id, l.organisation_id, l.closes_at, l.revoked_at, p.archived_at, w.origins, w.pages,
        w.not_pages, w.delay_seconds, w.sample_percent, w.rest_days, w.side, w.scheme,
        w.secret, w.secret_before, w.secret_before_until
    FROM surveys_publiclink l
    JOIN surveys_widget w ON w.link_id = l.id
    JOIN surveys_programme p ON p.id = l.programme_id
    WHERE l.id = %(link)s
"""


@dataclass(frozen=True, slots=True)
class WidgetBehind:
    """One widget as its door needs it."""

    link_id: int
    organisation_id: int
    closes_at: datetime | None
    revoked_at: datetime | None
    archived_at: datetime | None
    origins: Sequence[str]
    pages: Sequence[str]
    not_pages: Sequence[str]
    delay_seconds: int
    sample_percent: int
    rest_days: int
    side: str
    scheme: str
    secret: str
    secret_before: str
    secret_before_until: datetime | None

    @property
    def rules(self) -> Rules:
        return Rules(
            self.pages, self.not_pages, self.delay_seconds, self.sample_percent, self.rest_days
        )

    def is_open(self, now: datetime) -> bool:
        """Whether it takes answers."""
        if self.revoked_at is not None or self.archived_at is not None:
            return False
        return self.closes_at is None or self.closes_at > now

    def secrets(self, now: datetime) -> list[str]:
        """The secrets whose signatures are believed now."""
        until = self.secret_before_until
        locked = [self.secret, *([self.secret_before] if until and until > now else [])]
        return [boxes.unlock(SECRET, one) for one in locked]


def widget_behind(link_id: int) -> WidgetBehind | None:
    """The widget, whoever's it is: the caller holds a token that we signed."""
    rows: list[Any] = tenancy.in_one_trip(
        ORGANISATION_OF_PUBLIC_LINK, WIDGET_BEHIND, {"link": link_id}
    )
    return WidgetBehind(*rows[0]) if rows else None
