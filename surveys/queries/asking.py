"""What the asking rules look at of many customers at once, read in a few statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import Organisation
from kit.arrays import among_texts
from surveys.models import Interaction, Programme, Suppression
from surveys.queries.asks import MADE_BEFORE, Asks, asked_now, asks_of, read_colleagues
from surveys.queries.candidates import Addressee, Candidate, frozen_context
from surveys.queries.pauses import pauses_until
from surveys.queries.slots import cadence_of
from surveys.queries.suppressed import spellings
from surveys.rules.asking import YEAR, Limits, Situation
from surveys.rules.bases import Basis
from surveys.rules.cadence import Cadence
from surveys.rules.chance import is_drawn
from surveys.rules.channels import Channel, Way
from surveys.rules.conditions import Condition, conditions_of, first_failing
from surveys.rules.limits import Slots, by_time, day_of
from surveys.rules.pauses import Pause

BOUNCED = Suppression.Reason.BOUNCED


@dataclass(frozen=True)
class Situations:
    """What is known of these customers; who is asked meanwhile is noted and counts at once."""

    organisation: Organisation
    people: Mapping[int, Addressee]
    asks: Asks
    suppressed: Mapping[str, list[tuple[int | None, str]]]  # by address: for which programme, why
    pauses: tuple[Pause, ...]
    calendars: Mapping[int, Cadence]  # of the relational programmes that ask
    conditions: dict[int, tuple[Condition, ...]]  # by programme
    limits: dict[int, Limits] = field(default_factory=dict)  # by programme, as they are looked at

    def situation(self, candidate: Candidate, *, lead: timedelta = timedelta(0)) -> Situation:
        """Return all that the rules look at; `lead` is from the decision until the mail is due."""
        organisation, programme = self.organisation, candidate.programme
        who, interaction = self.people[candidate.customer_id], candidate.interaction
        context = frozen_context(who, candidate)
        way = who.way(candidate)
        is_relational = programme.kind == Programme.Kind.RELATIONAL
        return Situation(
            limits=self._limits(programme),
            is_programme_on=programme.is_on,
            is_archived=who.is_archived,
            has_address=bool(way.key) or way.channel == Channel.LINK,
            channel=way.channel,
            legal_basis=who.legal_basis,
            refused_on=who.legal_basis_on if who.legal_basis == Basis.REFUSED else None,
            needs_legal_basis=organisation.needs_legal_basis,
            is_relational=is_relational,
            is_imported=interaction is not None and interaction.way == Interaction.Way.IMPORT,
            is_test=candidate.is_test,
            occurred_at=interaction.occurred_at if interaction else None,
            recorded_at=interaction.recorded_at if interaction else None,
            suppressed_for=self._suppressed_for(who, programme.id, way),
            is_held_out=organisation.holdout_percent > 0
            and is_drawn(organisation.holdout_percent, "holdout", organisation.pk, who.customer_id),
            is_drawn=is_drawn(programme.sampling_percent, "draw", *candidate.key),
            conditions=self._conditions(programme),
            context=context,
            is_all_paused=organisation.sending_paused_at is not None,
            pauses=self.pauses,
            asks=by_time(each.seen_by(candidate, who) for each in self.asks.about(who)),
            colleagues_asked_at=self.asks.of_colleagues(who),
            slots=() if is_relational else self._slots(who, context),
            lead=lead,
            zone=organisation.time_zone,
        )

    def note_asked(self, candidate: Candidate, at: datetime) -> None:
        """Let a question that was just decided count for the next candidate."""
        self.asks.note(asked_now(candidate, self.people[candidate.customer_id], at))

    def _limits(self, programme: Programme) -> Limits:
        if programme.id not in self.limits:
            self.limits[programme.id] = self._limits_of(programme)
        return self.limits[programme.id]

    def _limits_of(self, programme: Programme) -> Limits:
        organisation = self.organisation
        return Limits(
            rest_days=programme.rest_days,
            ask_again_after_days=organisation.ask_again_after_days,
            asks_per_year=organisation.asks_per_year,
            people_per_company=organisation.people_per_company,
            company_days=organisation.company_days,
            oldest_days=programme.oldest_days,
            sampling_percent=programme.sampling_percent,
            holdout_percent=organisation.holdout_percent,
        )

    def _suppressed_for(self, who: Addressee, programme_id: int, way: Way) -> str | None:
        """Why she is not asked: what she wished holds wherever, a dead address only for itself."""
        if not self.suppressed:
            return None
        return next(
            (
                why
                for key in who.keys
                for which, why in self.suppressed.get(key, [])
                if which in (None, programme_id)
                and (why != BOUNCED or (key == way.key and way.channel != Channel.LINK))
            ),
            None,
        )

    def _conditions(self, programme: Programme) -> tuple[Condition, ...]:
        if programme.id not in self.conditions:
            self.conditions[programme.id] = conditions_of(programme.conditions)
        return self.conditions[programme.id]

    def _slots(self, who: Addressee, context: Mapping[str, object]) -> tuple[Slots, ...]:
        """The calendars that will ask this customer: none that she stopped or that passes by."""
        return tuple(
            self._slot(cadence, who)
            for programme_id, cadence in self.calendars.items()
            if not self._suppressed_for(who, programme_id, Way(Channel.EMAIL, who.address_key))
            and first_failing(self.conditions[programme_id], context) is None
        )

    def _slot(self, cadence: Cadence, who: Addressee) -> Slots:
        own = [
            each.at
            for each in self.asks.by_person.get(who.customer_id, [])
            if each.programme_id == cadence.programme_id
        ]
        zone = self.organisation.time_zone
        return Slots(
            cadence=cadence,
            customer_id=who.customer_id,
            known_since=day_of(who.created_at, zone),
            last_asked_on=day_of(max(own), zone) if own else None,
        )


def situations(
    *, organisation: Organisation, people: Mapping[int, Addressee], now: datetime
) -> Situations:
    """Read what the rules look at, in as many statements for a thousand customers as for one."""
    addresses = {key for who in people.values() for key in who.keys}
    programmes = list(Programme.objects.filter(archived_at__isnull=True).order_by("id"))
    relational = [each for each in programmes if _asks_by_the_calendar(each)]
    calendars = {each.pk: cadence_of(each) for each in relational}
    # Whatever some rest looks at has to be read: one of three years as well.
    rests = [each.rest_days for each in programmes]
    rests += [each.rest_days for each in calendars.values()]
    since = now - max(timedelta(days=max(rests, default=0)), YEAR) - MADE_BEFORE
    asks = asks_of(people, since, now)
    if organisation.people_per_company:
        read_colleagues(asks, organisation, people, now)
    return Situations(
        organisation=organisation,
        people=people,
        asks=asks,
        suppressed=_suppressed(addresses),
        pauses=pauses_until(now),
        calendars=calendars,
        conditions={each.pk: conditions_of(each.conditions) for each in relational},
    )


def _asks_by_the_calendar(programme: Programme) -> bool:
    is_relational = programme.kind == Programme.Kind.RELATIONAL
    return is_relational and programme.is_on and programme.cadence_months is not None


def _suppressed(addresses: Collection[str]) -> dict[str, list[tuple[int | None, str]]]:
    spelled = {spelling: address for address in addresses for spelling in spellings(address)}
    rows = Suppression.objects.filter(among_texts("address_key", spelled), lifted_at__isnull=True)
    found: dict[str, list[tuple[int | None, str]]] = defaultdict(list)
    for spelling, programme_id, reason in rows.order_by("id").values_list(
        "address_key", "programme_id", "reason"
    ):
        found[spelled[spelling]].append((programme_id, reason))
    return found
