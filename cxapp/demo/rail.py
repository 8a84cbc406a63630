"""What stands above the demo's pages: the story's stops, which one this is, and what it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from cxapp.demo import OWNER, SLUG, marker
from cxapp.demo.stops import STOPS
from cxapp.demo.story.calendar import Calendar
from kit import clock
from metrics.models import SavedView

CLOSED = "story_closed"
# Pages that are read, not filled in.
READ = {
    *("overview", "gap", "gap_people", "journey", "segments", "segments_of", "segment", "compare"),
    *("touchpoints", "touchpoint", "responses", "customers", "customer", "companies", "company"),
    *("programmes", "programme"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One stop as a link."""

    number: int
    name: str
    url: str
    tells: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Rail:
    """The whole story; `here` is the stop whose page this is, `after` the one that follows.

    `ended_on`: its last day, where that is so long ago that the pages must say so.
    """

    places: Sequence[Place]
    is_closed: bool
    ended_on: date | None = None

    @property
    def here(self) -> Place | None:
        return next((one for one in self.places if one.is_here), None)

    @property
    def after(self) -> Place | None:
        number = self.here.number if self.here else 0
        return next((one for one in self.places if one.number > number), None)

    @property
    def today(self) -> str:
        """Where the last stop leads: a story needs a way back to the present."""
        return reverse("console:overview", args=[SLUG])


def rail(request: HttpRequest) -> dict[str, Rail]:
    """Context processor of the demo: nothing on other organisations' pages and on forms."""
    match = request.resolver_match
    if match is None or match.namespace != "console" or match.url_name not in READ:
        return {}
    if match.kwargs.get("slug") != SLUG:
        return {}
    is_closed = bool(request.session.get(CLOSED))
    return {"rail": Rail([] if is_closed else _places(request), is_closed, _ended_on())}


def _ended_on() -> date | None:
    held = marker.loaded()
    return Calendar(held.anchor).last_day if held and held.is_old(clock.now()) else None


def _places(request: HttpRequest) -> list[Place]:
    """The stops that are still there as views: whoever drops a view drops its stop."""
    views = SavedView.objects.filter(
        user__email=OWNER, is_shared=True, name__in=[stop.name for stop in STOPS]
    )
    kept = {view.name: view for view in views}
    root = reverse("console:overview", args=[SLUG])
    return [
        Place(
            number=number,
            name=stop.name.partition(" ")[2],
            url=f"{root}{kept[stop.name].page}?{kept[stop.name].query}",
            tells=stop.tells,
            is_here=_is(request, root, kept[stop.name]),
        )
        for number, stop in enumerate(STOPS, 1)
        if stop.name in kept
    ]


def _is(request: HttpRequest, root: str, view: SavedView) -> bool:
    return request.path == root + view.page and QueryDict(view.query) == request.GET
