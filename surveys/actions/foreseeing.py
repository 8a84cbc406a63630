"""A dry run: whom a programme would ask under its rules, or under others, and store nothing.

By the calendar it looks ahead, day by day; after contacts it looks back at those of the last days
and judges each as if it had just been recorded. Both call what decides in earnest.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import connection

from accounts.models import Organisation
from kit.periods import local_day, zone
from surveys.actions.considering import judge_candidate
from surveys.actions.deciding_waves import rest_as_calendar
from surveys.actions.due_moments import DueMoments
from surveys.actions.giving_way import Plan, Plans, may_yield
from surveys.actions.inviting import Judged
from surveys.actions.waves import due_on
from surveys.models import Decision, Interaction, Invitation, Programme
from surveys.queries.asking import situations
from surveys.queries.asks import Asked, Asks
from surveys.queries.candidates import Candidate, addressees
from surveys.queries.programmes import newest_versions
from surveys.rules.asking import Verdict

DAYS = 14
# So many are looked at; a page that needs more says so.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would be decided of one customer on one occasion."""

    at: datetime
    on: date
    customer_id: int
    occasion: str
    verdict: Verdict
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """Of a question that was asked: by which programme, on which occasion, decided when."""

    programme: Programme
    occasion: str
    created_at: datetime


@dataclass(frozen=True)
class DryRun:
    """What would be decided on some days; `is_cut` when there were more people than it took."""

    first: date
    last: date
    decided: Sequence[Foreseen]
    is_cut: bool


def foresee(
    *,
    organisation: Organisation,
    programme: Programme,
    touchpoint_ids: Sequence[int] | None = None,
    now: datetime,
) -> DryRun:
    """Judge as the programme, held here with whatever rules, would; also one that is off."""
    programme.is_on = True
    if programme.kind == Programme.Kind.RELATIONAL:
        return _ahead(organisation, programme, now)
    places = touchpoint_ids
    if places is None:
        places = list(programme.touchpoints.values_list("id", flat=True))
    return _back(organisation, programme, places, now)


def _ahead(organisation: Organisation, programme: Programme, now: datetime) -> DryRun:
    today = local_day(now, organisation.time_zone)
    # What was planned today is decided already, and no dry run changes it.
    first = max(programme.calendar_from or today, today)
    days = [first + timedelta(days=n) for n in range(DAYS)]
    if programme.cadence_months is None:
        return DryRun(first, days[-1], [], is_cut=False)
    due, left = {}, MOST
    for day in days:
        # One more than it takes tells that there are more.
        found_ids = _due(programme, organisation, day, left + 1, is_first=day == first)
        due[day], left = found_ids[: max(left, 0)], left - len(found_ids)
    is_cut = left < 0
    people = addressees({pk for ids in due.values() for pk in ids})
    known = situations(organisation=organisation, people=people, now=now)
    version = newest_versions([programme.survey_id]).get(programme.survey_id)
    rest_as_calendar(programme)
    found: list[Foreseen] = []
    for day in days:
        begins = datetime.combine(day, datetime.min.time(), zone(organisation.time_zone))
        moments = DueMoments(organisation, max(now, begins))
        for pk in sorted(set(due[day]) & people.keys()):
            candidate = Candidate(programme, pk, f"due:{day}")
            judged = judge_candidate(candidate, known, version, moments)
            found.append(_foreseen(candidate, moments.now, day, judged.verdict, judged.due_at))
            again = judged.verdict.again_on
            if again in due and again > day:
                due[again].append(pk)  # tried again, as the calendar will
    return DryRun(first, days[-1], found, is_cut=is_cut)


def _due(
    programme: Programme, organisation: Organisation, day: date, most: int, *, is_first: bool
) -> list[int]:
    who, values = due_on(programme, organisation, day, is_next=is_first)
    if most <= 0:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM ({who}) AS due ORDER BY id LIMIT {most}", values)  # noqa: S608
        return [pk for (pk,) in cursor.fetchall()]


def _back(
    organisation: Organisation, programme: Programme, places: Sequence[int], now: datetime
) -> DryRun:
    here = organisation.time_zone
    today = local_day(now, here)
    first = today - timedelta(days=DAYS - 1)
    begins = datetime.combine(first, datetime.min.time(), zone(here))
    recorded = list(
        Interaction.objects.filter(
            touchpoint__in=places, recorded_at__gte=begins, recorded_at__lte=now
        )
        .exclude(way=Interaction.Way.IMPORT)
        .order_by("recorded_at", "occurred_at", "id")[: MOST + 1]
    )
    replay = _Replay(organisation, programme, recorded[:MOST], now)
    return DryRun(first, today, list(replay.run()), is_cut=len(recorded) > MOST)


class _Replay:
    """The contacts of some days once more, each judged by what was known when it was decided."""

    def __init__(
        self,
        organisation: Organisation,
        programme: Programme,
        recorded: Sequence[Interaction],
        now: datetime,
    ) -> None:
        self.organisation, self.programme, self.recorded = organisation, programme, recorded
        self.version = newest_versions([programme.survey_id]).get(programme.survey_id)
        people = addressees({each.customer_id for each in recorded})
        known = situations(organisation=organisation, people=people, now=now)
        self.known = replace(known, asks=Asks())
        self.made_at = self._made_at()
        self.waiting = self._others(known.asks)

    def run(self) -> Iterator[Foreseen]:
        for at, group in groupby(self.recorded, key=self._decided_at):
            self._learn(at)
            moments = DueMoments(self.organisation, at)
            for interaction in sorted(group, key=lambda each: (each.occurred_at, each.pk)):
                yield self._judged(interaction, moments)

    def _judged(self, interaction: Interaction, moments: DueMoments) -> Foreseen:
        candidate = Candidate(
            self.programme,
            interaction.customer_id,
            f"interaction:{interaction.pk}",
            interaction,
        )

        def judged_now(each: Candidate) -> Judged:
            return judge_candidate(each, self.known, self.version, moments)

        judged = judged_now(candidate)
        if not judged.verdict.is_asked:
            plans = Plans(self.known, moments, list(self._planned(candidate, moments.now)))
            judged = plans.overtake(judged, judged_now)
        on = local_day(moments.now, self.organisation.time_zone)
        return _foreseen(candidate, moments.now, on, judged.verdict, judged.due_at)

    def _planned(self, candidate: Candidate, now: datetime) -> Iterator[Plan]:
        """What others had planned then, and would make way."""
        for each in self.known.asks.about(self.known.people[candidate.customer_id]):
            told = self.told.get((each.programme_id, each.customer_id, each.at))
            if told is not None and each.at > now:
                planned = Candidate(told.programme, each.customer_id, told.occasion)
                if may_yield(planned):
                    yield Plan(each, planned)

    def _decided_at(self, interaction: Interaction) -> datetime:
        return self.made_at.get(interaction.pk, interaction.recorded_at)

    def _made_at(self) -> dict[int, datetime]:
        rows = Decision.objects.filter(
            programme=self.programme.pk, interaction__in=[each.pk for each in self.recorded]
        )
        return dict(rows.values_list("interaction_id", "decided_at"))

    def _others(self, asks: Asks) -> list[tuple[datetime, str, Asked]]:
        """What was asked besides, in the order in which it became known; the last one first."""
        replayed = {each.pk for each in self.recorded}
        by_person = (each for asked in asks.by_person.values() for each in asked)
        by_company = (each for asked in asks.by_company.values() for each in asked)
        found = [
            *(("person", each) for each in by_person),
            *(("company", each) for each in by_company),
        ]
        self.told = self._told(found)
        own = self.programme.pk
        return sorted(
            (
                (self._known_at(each), whom, each)
                for whom, each in found
                if not (each.programme_id == own and each.interaction_id in replayed)
            ),
            key=lambda known: known[0],
            reverse=True,
        )

    def _known_at(self, asked: Asked) -> datetime:
        told = self.told.get((asked.programme_id, asked.customer_id, asked.at))
        return told.created_at if told else asked.at

    def _told(self, found: Iterable[tuple[str, Asked]]) -> dict[tuple[int, int, datetime], Told]:
        """When a question that was meant for later was decided on, and on which occasion."""
        customers = {each.customer_id for _, each in found}
        rows = Invitation.objects.filter(customer__in=customers, is_test=False)
        rows = rows.select_related("programme", "decision")
        return {
            (row.programme_id, row.customer_id, row.sent_at or row.due_at or row.created_at): Told(
                row.programme, row.decision.occasion, row.created_at
            )
            for row in rows.defer("context")
        }

    def _learn(self, at: datetime) -> None:
        while self.waiting and self.waiting[-1][0] < at:
            _, whom, asked = self.waiting.pop()
            if whom == "person":
                self.known.asks.by_person[asked.customer_id].append(asked)
                if asked.address_key:
                    self.known.asks.by_address[asked.address_key].append(asked)
            else:
                self.known.asks.by_company[asked.company_id or 0].append(asked)


def _foreseen(
    candidate: Candidate, at: datetime, on: date, verdict: Verdict, due_at: datetime | None
) -> Foreseen:
    due_at = due_at if verdict.is_asked else None
    return Foreseen(at, on, candidate.customer_id, candidate.occasion, verdict, due_at)
