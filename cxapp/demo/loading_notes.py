"""What Acme's people wrote beside their figures: annotations, a version of CSAT, goals, views."""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from accounts.models import User
from cxapp.demo import OWNER
from cxapp.demo.stops import STOPS
from cxapp.demo.story.calendar import DAY, DAYS, QUARTERS, Calendar
from cxapp.demo.story.records import Story
from cxapp.demo.story.setting import start_of
from metrics.actions.defining import PRODUCT, row_of
from metrics.models import Annotation, Goal, MetricDefinition, SavedView
from metrics.statistics.definitions import CSAT
from surveys.models import SendingPause

WORDED_IN_MONTH = 6
# Service is near its goal at the end and not beyond it: a month must have nothing green to show.
GOALS = {"service": 82, "experience": 30}
DAYS_TO_GO = 60
STORM = DAYS - 24


def write_notes(*, organisation_id: int, story: Story, calendar: Calendar, now: datetime) -> None:
    """Rows as the actions leave them; history publishes no event, so no action is called."""
    Annotation.objects.bulk_create(
        Annotation(
            organisation_id=organisation_id,
            on_day=calendar.day(told.day),
            text=told.name,
            made_at=calendar.moment(told.day * DAY + DAY // 2),
            made_by=OWNER,
        )
        for told in story.annotations
    )
    _word_the_scale(organisation_id, calendar)
    begins = calendar.moment(STORM * DAY + DAY // 3)
    SendingPause.objects.create(
        organisation_id=organisation_id,
        reason="masts down after the storm",
        key="region",
        values=["Wales", "West"],
        begins_at=begins,
        ends_at=begins + timedelta(days=3),
        created_at=begins,
    )
    Goal.objects.bulk_create(
        Goal(
            organisation_id=organisation_id,
            card=card,
            value=value,
            by_on=calendar.last_day + timedelta(days=DAYS_TO_GO),
            made_at=now,
            made_by=OWNER,
        )
        for card, value in GOALS.items()
    )
    _keep_stops(organisation_id, calendar, now)


def _keep_stops(organisation_id: int, calendar: Calendar, now: datetime) -> None:
    """The story as views that everybody opens: each stop is an address with its days."""
    owner = User.objects.get(email=OWNER)
    SavedView.objects.bulk_create(
        SavedView(
            organisation_id=organisation_id,
            user=owner,
            name=stop.name,
            page=stop.page,
            query=urlencode([*_days(calendar, *stop.quarters), *stop.further]),
            is_shared=True,
            made_at=now,
        )
        for stop in STOPS
    )


def _days(calendar: Calendar, first: int, last: int) -> list[tuple[str, str]]:
    quarter = DAYS // QUARTERS
    ends = (calendar.day((first - 1) * quarter), calendar.day(last * quarter - 1))
    return [(name, day.isoformat()) for name, day in zip(("from", "to"), ends, strict=True)]


def _word_the_scale(organisation_id: int, calendar: Calendar) -> None:
    """CSAT was asked by numbers, then by words: the same arithmetic, another question."""
    day = start_of(WORDED_IN_MONTH)
    worded = replace(CSAT, version=2, since_on=calendar.day(day), reason="numbers to words")
    at = calendar.moment(day * DAY + DAY // 2)
    MetricDefinition.objects.bulk_create(
        row_of(definition, organisation_id=organisation_id, by=by, at=at)
        for definition, by in ((CSAT, PRODUCT), (worded, OWNER))
    )
