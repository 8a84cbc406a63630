"""The calendar of a programme: its cadence, and who is known for long enough to be asked."""

from datetime import date, datetime, time, timedelta

from accounts.models import Organisation
from kit.periods import zone
from surveys.models import Programme
from surveys.rules.cadence import Cadence


def cadence_of(programme: Programme) -> Cadence:
    """Return how often the programme asks each customer; it must ask by the calendar."""
    if programme.cadence_months is None:
        raise ValueError(f"{programme} asks by no calendar")
    return Cadence(programme.pk, programme.cadence_months, programme.newcomer_days)


def known_before(programme: Programme, organisation: Organisation, day: date) -> datetime:
    """Return the moment before which a customer must have been known to be asked on the day."""
    since = day - timedelta(days=programme.newcomer_days) + timedelta(days=1)
    return datetime.combine(since, time(), zone(organisation.time_zone))
