"""What Acme's people wrote beside their figures: annotations, a new version of CSAT, two goals."""

from dataclasses import replace
from datetime import datetime, timedelta

from cxapp.demo import OWNER
from cxapp.demo.story.calendar import DAY, Calendar
from cxapp.demo.story.records import Story
from cxapp.demo.story.setting import start_of
from metrics.actions.defining import PRODUCT, row_of
from metrics.models import Annotation, Goal, MetricDefinition
from metrics.statistics.definitions import CSAT

WORDED_IN_MONTH = 6
GOALS = {"service": 80, "experience": 30}
DAYS_TO_GO = 60


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


def _word_the_scale(organisation_id: int, calendar: Calendar) -> None:
    """CSAT was asked by numbers, then by words: the same arithmetic, another question."""
    day = start_of(WORDED_IN_MONTH)
    worded = replace(CSAT, version=2, since_on=calendar.day(day), reason="numbers to words")
    at = calendar.moment(day * DAY + DAY // 2)
    MetricDefinition.objects.bulk_create(
        row_of(definition, organisation_id=organisation_id, by=by, at=at)
        for definition, by in ((CSAT, PRODUCT), (worded, OWNER))
    )
