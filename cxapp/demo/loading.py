"""Loads the story of Acme Mobile: the product's own tables, the product's own count."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import transaction

from accounts.queries.lookups import organisation_of_slug
from cxapp.demo import SLUG, marker
from cxapp.demo.loading_asking import Asking
from cxapp.demo.loading_besides import load_besides
from cxapp.demo.loading_candour import load_candour
from cxapp.demo.loading_deliveries import load_deliveries
from cxapp.demo.loading_imports import load_imports
from cxapp.demo.loading_links import (
    HELPED,
    VISITED,
    follow_address,
    open_codes,
    open_help_widget,
)
from cxapp.demo.loading_merged import load_merged
from cxapp.demo.loading_notes import write_notes
from cxapp.demo.loading_rows import Loader
from cxapp.demo.loading_setup import found, furnish
from cxapp.demo.loading_waves import load_waves
from cxapp.demo.loading_webhooks import follow_desk, load_webhooks
from cxapp.demo.story.calendar import ZONE, Calendar
from cxapp.demo.story.records import Story
from cxapp.demo.story.setting import EASE, RELATIONSHIP, SERVICE
from cxapp.demo.story.telling import SEED, tell
from kit import tenancy
from kit.tables import analyze
from metrics.actions.rebuilding import rebuild_cells
from metrics.actions.renewing import renew_overlaps

Told = Callable[[str], None]


class NotTheDemos(Exception):
    """Raised when the database belongs to somebody else; the text says what to do."""


@dataclass(frozen=True)
class Outcome:
    """What the database holds now."""

    organisation_id: int
    is_new: bool


def load(*, now: datetime, told: Told, story: Story | None = None) -> Outcome:
    """Load the story unless it is there; one transaction, so that it is there wholly or not."""
    if not marker.carries_marker():
        raise NotTheDemos(
            "This database does not carry the demo's mark, so nothing was written. The demo "
            "writes only into an empty database; start it with `make demo`."
        )
    held = organisation_of_slug(SLUG)
    anchor = now.astimezone(ZONE).date()
    with transaction.atomic():
        organisation_id = (
            _load_all(story or tell(), Calendar(anchor), now, told) if held is None else held
        )
    follow_addresses()
    if held is None or marker.loaded() is None:
        marker.note_loaded(seed=SEED, anchor=anchor, now=now)
    return Outcome(organisation_id, is_new=held is None)


def follow_addresses() -> None:
    """Let the help page and the helpdesk stand where this start of the demo answers."""
    organisation_id = organisation_of_slug(SLUG)
    if organisation_id is not None:
        follow_address(organisation_id)
        follow_desk(organisation_id)


def _load_all(story: Story, calendar: Calendar, now: datetime, told: Told) -> int:
    first = calendar.moment(0)
    organisation_id = found(now).organisation_id
    with tenancy.organisation(organisation_id):
        ground = furnish(organisation_id=organisation_id, story=story, now=now, first=first)
        loader = Loader(story, calendar, ground, _invented(told))
        loader.load()
        Asking(loader).load()
        load_deliveries(organisation_id=organisation_id, now=now)
        relational = ground.programmes[RELATIONSHIP.key]
        load_waves(organisation_id=organisation_id, programme_id=relational, now=now)
        open_codes(
            organisation_id=organisation_id,
            programme_id=ground.programmes[SERVICE.key],
            touchpoint_id=ground.touchpoints[VISITED],
            now=now,
        )
        load_besides(ground, calendar)
        load_merged(ground, calendar)
        open_help_widget(
            organisation_id=organisation_id,
            programme_id=ground.programmes[EASE.key],
            touchpoint_id=ground.touchpoints[HELPED],
            now=now,
        )
        load_candour(ground, calendar)
        load_imports(organisation_id=organisation_id, now=now)
        load_webhooks(organisation_id=organisation_id, now=now)
        write_notes(organisation_id=organisation_id, story=story, calendar=calendar, now=now)
        analyze(apps.get_app_config("surveys").get_models())
        rebuild_cells(organisation_id=organisation_id, told=_counted(told))
        renew_overlaps(organisation_id=organisation_id, time_zone=ZONE.key, now=now)
    return organisation_id


def _invented(told: Told) -> Callable[[int, int], None]:
    def say(done: int, of: int) -> None:
        told(f"Inventing 18 months at Acme Mobile: {done:,} of {of:,} interactions")

    return say


def _counted(told: Told) -> Callable[[str], None]:
    def say(what: str) -> None:
        told(f"Counting {what}")

    return say
