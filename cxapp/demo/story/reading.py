"""Reads a story as the pages will: the scores of any days, segment, touchpoint or agent."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from cxapp.demo.story.calendar import DAY, DAYS, QUARTERS
from cxapp.demo.story.contacts import tenure_band
from cxapp.demo.story.records import Ask, Case, Customer, Story
from cxapp.demo.story.setting import RELATIONSHIP, SERVICE
from metrics.statistics.gap import Group
from metrics.statistics.quadrants import Felt, Served

KNOWN = ("plan", "region", "tenure")
RATED_WITHIN = 180
GOOD, POOR = 4, 6  # from here a contact went well; up to here the relationship is poor
DayOf = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Said:
    """One counted answer: its day, its score, who gave it and what was known of her then."""

    day: int
    score: int
    customer: Customer
    known: Mapping[str, str]
    place: str = ""
    feelings: tuple[str, ...] = ()
    finished: bool = True
    case: Case | None = None


def told_day(second: int) -> int:
    """The story's own day."""
    return second // DAY


class Reading:
    """The counted answers about service and about the relationship, in the order of time.

    `day_of` is the story's own day, or what a calendar makes of the moment.
    """

    def __init__(self, story: Story, day_of: DayOf = told_day) -> None:
        self._customers = {each.key: each for each in story.customers}
        self._contacts = {each.key: each for each in story.interactions}
        self._day_of = day_of
        answered = sorted(
            (ask for ask in story.asks if ask.answer and ask.answer.standing == "counted"),
            key=_answered_at,
        )
        self.experience = [self._said(ask) for ask in answered if _is(ask, RELATIONSHIP.key)]
        self.service = [self._said(ask) for ask in answered if _is(ask, SERVICE.key)]

    def _said(self, ask: Ask) -> Said:
        assert ask.answer is not None
        customer = self._customers[ask.customer]
        contact = self._contacts[ask.interaction] if ask.interaction else None
        known = {
            "plan": customer.plan,
            "region": customer.region,
            "tenure": tenure_band(ask.at // DAY - customer.joined),
            **(contact.context if contact else {}),
        }
        return Said(
            day=self._day_of(_answered_at(ask)),
            score=ask.answer.shown.score,
            customer=customer,
            known=known,
            place=contact.touchpoint if contact else "",
            feelings=ask.answer.feelings,
            finished=ask.answer.finished,
            case=ask.case,
        )

    def nps(self, days: range, among: Callable[[Said], bool] | None = None) -> Counter[int]:
        """The latest score of each customer in these days."""
        found = (each for each in self.experience if each.day in days)
        latest = {each.customer.key: each for each in found if among is None or among(each)}
        return Counter(each.score for each in latest.values())

    def csat(self, days: range, among: Callable[[Said], bool] | None = None) -> Counter[int]:
        """Every score about service in these days."""
        found = (each for each in self.service if each.day in days)
        return Counter(each.score for each in found if among is None or among(each))

    def groups(self) -> list[Group]:
        """All that is known of customers, by name."""
        rows = [*self.service, *self.experience]
        return sorted({Group(key, row.known[key]) for row in rows for key in KNOWN}, key=str)

    def rated_before(self, among: Callable[[Said], bool]) -> Iterator[tuple[Said, list[Said]]]:
        """Every relationship score with what the customer rated in the half year before it."""
        rated: dict[str, list[Said]] = {}
        for each in filter(among, self.service):
            rated.setdefault(each.customer.key, []).append(each)
        for said in self.experience:
            known = rated.get(said.customer.key, ())
            before = [each for each in known if 0 <= said.day - each.day < RATED_WITHIN]
            if before:
                yield said, before

    def stands(self, days: range) -> dict[str, tuple[str, str]]:
        """Who has both in these days: how she was served and how she felt, by customer."""
        both = ((said, rated) for said, rated in self.rated_before(anybody) if said.day in days)
        return {said.customer.key: (_served(rated), _felt(said.score)) for said, rated in both}

    def followed(self) -> Iterator[tuple[Said, Said]]:
        """Every low score of the relationship with the next score of the same customer."""
        before: dict[str, Said] = {}
        for each in self.experience:
            earlier = before.get(each.customer.key)
            if earlier is not None and earlier.score <= POOR:
                yield earlier, each
            before[each.customer.key] = each


def _answered_at(ask: Ask) -> int:
    assert ask.answer is not None
    return ask.answer.shown.at


def _is(ask: Ask, programme: str) -> bool:
    return ask.programme == programme


def _served(rated: list[Said]) -> str:
    balance = sum(1 if each.score >= GOOD else -1 for each in rated)
    is_good = balance > 0 or (balance == 0 and rated[-1].score >= GOOD)
    return (Served.WELL if is_good else Served.POORLY).value


def _felt(score: int) -> str:
    return (Felt.HIGH if score >= 9 else Felt.MIDDLE if score >= 7 else Felt.LOW).value


def quarter(number: int) -> range:
    length = DAYS // QUARTERS
    return range((number - 1) * length, number * length)


def last(days: int, *, skip: int = 0) -> range:
    return range(DAYS - skip - days, DAYS - skip)


def of_group(group: Group) -> Callable[[Said], bool]:
    return lambda each: each.known.get(group.key) == group.value


def of_plans(plans: Collection[str]) -> Callable[[Said], bool]:
    return lambda each: each.customer.plan in plans


def at_place(*places: str) -> Callable[[Said], bool]:
    return lambda each: each.place in places


def anybody(_said: Said) -> bool:
    return True
