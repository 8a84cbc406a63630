"""Whom Acme Mobile asked and whom it did not: the product's own rules on the story's time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from heapq import heapify, heappop, heappush

from cxapp.demo.story.answering import Reply
from cxapp.demo.story.calendar import DAY, DAYS
from cxapp.demo.story.contacts import Contact
from cxapp.demo.story.draws import Draws
from cxapp.demo.story.people import Person
from cxapp.demo.story.records import Ask, Programme
from cxapp.demo.story.setting import PROGRAMME_OF, RELATIONSHIP, SERVICE
from surveys.rules.asking import Ask as Asked
from surveys.rules.asking import Limits, Situation, Verdict, judge

FIRST_ASK_AFTER, CADENCE_DAYS = 60, 182
DECIDED_AFTER, HANDED_OVER_AFTER = 3, 6
ASK_AGAIN_AFTER_DAYS, ASKS_PER_YEAR = 7, 6
# Once the data were joined: whoever rated service and the relationship in a quarter is asked about
# the relationship again a quarter later, so that who moved can be told from who answered.
SECOND_LOOK, SECOND_LOOK_AFTER, RATED_WITHIN = range(DAYS - 178, DAYS - 92), 91, 180
READINESS = 1.2
# The rules speak of moments; a Monday far from any change of clocks keeps the story's days.
EPOCH = datetime(2001, 1, 1, tzinfo=UTC)


@dataclass(order=True)
class Occasion:
    """A moment to decide: after a contact, or when the relationship survey is due."""

    at: int
    key: str
    contact: Contact | None = field(compare=False, default=None)
    moves: int = field(compare=False, default=0)
    is_second_look: bool = field(compare=False, default=False)

    @property
    def programme(self) -> Programme:
        return PROGRAMME_OF[self.contact.interaction.touchpoint] if self.contact else RELATIONSHIP


@dataclass(frozen=True)
class Calendar:
    """Two places of each year are the relationship survey's; when it is due the story says itself.

    A slot that a service survey came too close to moves by days (`_after`), so the days before it
    need not be kept free here.
    """

    per_year: int = 2

    def next(self, day: date) -> date:
        return day + timedelta(days=CADENCE_DAYS)


@dataclass
class Ledger:
    """What one person was sent so far, as the rules want to know it."""

    sent: list[tuple[int, Programme]] = field(default_factory=list)
    rated: list[int] = field(default_factory=list)  # the days on which service was rated
    suppressed_for: str | None = None

    def judge(self, occasion: Occasion) -> Verdict:
        programme = occasion.programme
        what = occasion.contact.interaction if occasion.contact else None
        situation = Situation(
            limits=Limits(programme.rest_days, ASK_AGAIN_AFTER_DAYS, ASKS_PER_YEAR),
            is_programme_on=True,
            is_archived=False,
            has_address=True,
            is_imported=bool(what and what.imported),
            occurred_at=moment(what.at) if what else None,
            recorded_at=moment(what.recorded_at) if what else None,
            suppressed_for=self.suppressed_for,
            is_relational=programme is RELATIONSHIP,
            asks=tuple(
                Asked(moment(at), is_own=about == programme, is_relational=about is RELATIONSHIP)
                for at, about in self.sent
            ),
            slots=(Calendar(),),
        )
        return judge(situation, moment(occasion.at))

    def note(self, ask: Ask, programme: Programme) -> None:
        self.sent.append((ask.at, programme))
        if programme == SERVICE and ask.answer is not None:
            self.rated.append(ask.answer.shown.at // DAY)
        if ask.opted_out_at is not None:
            self.suppressed_for = "opted_out"
        elif ask.bounced_at is not None:
            self.suppressed_for = "bounced"


def moment(second: int) -> datetime:
    return EPOCH + timedelta(seconds=second)


def slots_of(person: Person) -> tuple[int, ...]:
    """The days on which the relationship survey is this person's, every half year."""
    first = person.customer.joined + FIRST_ASK_AFTER
    days = range(person.slot, DAYS, CADENCE_DAYS)
    return tuple(day for day in days if day >= first and person.is_active(day))


def ask_person(person: Person, contacts: Sequence[Contact], reply: Reply) -> Iterator[Ask]:
    """All decisions about one person in the order of time, with what came of each."""
    ledger, waiting = Ledger(), _occasions(person, contacts, reply.draws)
    while waiting:
        occasion = heappop(waiting)
        verdict = ledger.judge(occasion)
        ask = _ask(person, occasion, verdict)
        if occasion.contact is None and verdict.again_on is not None:
            # None is lost: the calendar tries again on the day that the decision names.
            moved = _after(verdict, occasion)
            if moved.at < DAYS * DAY and person.is_active(moved.at // DAY):
                heappush(waiting, moved)
        if ask.is_asked:
            ask = reply.to(_keen(person, occasion), contacts, ask, occasion.contact)
            ledger.note(ask, occasion.programme)
            person = _looked_after(person, ask)
            if _deserves_second_look(person, ask, occasion, ledger):
                heappush(waiting, _second_look(occasion))
        yield ask


def _looked_after(person: Person, ask: Ask) -> Person:
    """Who was answered remembers it."""
    if ask.case is None or ask.case.replied_at is None:
        return person
    return replace(person, followed_on=ask.case.replied_at // DAY)


def _deserves_second_look(person: Person, ask: Ask, occasion: Occasion, ledger: Ledger) -> bool:
    if person.scripted or ask.answer is None or occasion.programme != RELATIONSHIP:
        return False
    day = ask.answer.shown.at // DAY
    return day in SECOND_LOOK and any(0 <= day - rated < RATED_WITHIN for rated in ledger.rated)


def _second_look(occasion: Occasion) -> Occasion:
    day = occasion.at // DAY + SECOND_LOOK_AFTER
    return Occasion(day * DAY + occasion.at % DAY, f"due:{day:03d}", is_second_look=True)


def _keen(person: Person, occasion: Occasion) -> Person:
    """Who has spoken of both speaks again more readily than others."""
    if not occasion.is_second_look:
        return person
    return replace(person, candour=person.candour * READINESS)


def _occasions(person: Person, contacts: Sequence[Contact], draws: Draws) -> list[Occasion]:
    found = [
        Occasion(slot * DAY + _hour(draws, person, slot), f"due:{slot:03d}")
        for slot in slots_of(person)
    ]
    found += [
        Occasion(each.interaction.recorded_at + DECIDED_AFTER, each.interaction.key, each)
        for each in contacts
    ]
    heapify(found)
    return found


def _hour(draws: Draws, person: Person, slot: int) -> int:
    """When in the morning the relationship survey of that day goes out."""
    return 9 * 3600 + 1800 + draws.of("slot", f"{person.customer.key}:{slot}", "hour").below(9000)


def _after(verdict: Verdict, occasion: Occasion) -> Occasion:
    """The same due survey on the first weekday that the rules leave free."""
    day = _day_of(verdict) or 0
    day += (0, 0, 0, 0, 0, 2, 1)[day % 7]
    return replace(occasion, at=day * DAY + occasion.at % DAY, moves=occasion.moves + 1)


def _day_of(verdict: Verdict) -> int | None:
    return (verdict.again_on - EPOCH.date()).days if verdict.again_on else None


def _facts(verdict: Verdict) -> dict[str, int]:
    """The figures behind the rule; dates become story days, which the calendar dates again."""
    facts = dict(verdict.facts)
    for key in facts.keys() & {"last_asked_on", "slot_on"}:
        facts[key] = (date.fromisoformat(facts[key]) - EPOCH.date()).days
    return facts


def _ask(person: Person, occasion: Occasion, verdict: Verdict) -> Ask:
    what = occasion.contact.interaction if occasion.contact else None
    # What was asked keeps the name of its slot: all that is drawn for it hangs on that.
    is_moved = what is None and verdict.again_on is not None
    tried = f":{occasion.moves}" if is_moved else ""
    return Ask(
        key=f"{occasion.programme.key}:{person.customer.key}:{occasion.key}{tried}",
        programme=occasion.programme.key,
        customer=person.customer.key,
        occasion=occasion.key,
        interaction=what.key if what else None,
        at=occasion.at,
        rule=verdict.rule.value,
        facts=_facts(verdict),
        again_on=_day_of(verdict),
        handed_over_at=occasion.at + HANDED_OVER_AFTER if verdict.is_asked else None,
    )
