"""The way from a number to exactly what it counts: answers, questions, a touchpoint's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse

from console.door import Door
from console.periods import KEYS, Shown
from console.selection import Pairs, Selection
from console.shown.counted import Counted, counted
from reports.queries.sides import Lead, Sides, Told, days_of


@dataclass(frozen=True)
class Links:
    """Leads from a number to exactly the answers behind it."""

    door: Door
    of: Shown | Selection

    @cached_property
    def _answers(self) -> str:
        """The list of answers; a page leads to it some hundred times."""
        return reverse("console:responses", args=[self.door.slug])

    def to(self, answers: Mapping[str, str]) -> str:
        return f"{self._answers}?{urlencode([*answers.items(), *self._kept(*answers)])}"

    def during(self, answers: Mapping[str, str], days: Mapping[str, str]) -> str:
        """Lead to the answers of other days than the page shows."""
        wanted = [*answers.items(), *days.items()]
        return f"{self._answers}?{urlencode([*wanted, *self._kept(*answers, *KEYS)])}"

    def of_sides(self, answers: Mapping[str, str], sides: Sides) -> list[tuple[int, str]]:
        """Both numbers of a verdict, each with its answers."""
        return [
            (sides.n, self.during(answers, days_of(sides.now))),
            (sides.n_before, self.during(answers, days_of(sides.before))),
        ]

    def to_lead(self, lead: Lead) -> tuple[int, str]:
        """A number of a sentence with its answers, inside what the page itself is narrowed by."""
        url = self.during(lead.answers, days_of(lead.days))
        more = {"segment": lead.segment, "but_segment": lead.but}
        added = urlencode({name: value for name, value in more.items() if value})
        return lead.n, url if not added or added in url.split("&") else f"{url}&{added}"

    def to_asked(self, **wanted: str) -> str:
        """Lead to who was asked, if this person may see customers."""
        if not self.door.may_see_customers:
            return ""
        page = reverse("console:asked", args=[self.door.slug])
        return f"{page}?{urlencode([*wanted.items(), *self._kept(*wanted)])}"

    def to_touchpoint(self, touchpoint_id: int) -> str:
        """Lead to the page of a touchpoint, which fixes the touchpoint itself."""
        page = reverse("console:touchpoint", args=[self.door.slug, touchpoint_id])
        return f"{page}?{urlencode(self._kept('touchpoint'))}"

    def _kept(self, *besides: str) -> Pairs:
        of = self.of
        if isinstance(of, Selection):
            return of.kept(*besides)
        return [pair for pair in parse_qsl(of.query) if pair[0] not in besides]


def told(one: Told, links: Links, *, between: str = " and ") -> Counted:
    """Part a sentence at its numbers, each leading to its answers."""
    leads = [links.to_lead(lead) for lead in one.leads]
    return counted(one.text, leads, first=one.first, between=between)
