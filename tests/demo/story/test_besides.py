"""What is drawn with the story for pages that come later: cases, payments, departures."""

from collections import Counter, defaultdict
from itertools import islice

import pytest

from cxapp.demo.story.calendar import DAY, DAYS, MONTHS, is_weekend, progress_of
from cxapp.demo.story.cases import OWNED_SINCE
from cxapp.demo.story.draws import Draws
from cxapp.demo.story.money import FIRST_MONTH, departures, payments, price_of
from cxapp.demo.story.people import found_companies, meet_people
from cxapp.demo.story.telling import SEED


@pytest.fixture(scope="module")
def draws():
    return Draws(SEED)


@pytest.fixture(scope="module")
def people(draws):
    return meet_people(draws, found_companies())


def test_cases_come_from_bad_answers_and_are_answered_in_office_hours(story):
    taken = [ask for ask in story.asks if ask.case]
    assert len(taken) > 300
    for ask in taken:
        case, said = ask.case, ask.answer.shown
        assert said.score <= {"nps": 6, "csat": 2}[metric_of(story, ask)]
        assert said.at < case.opened_at
        times = [at for at in (case.opened_at, case.replied_at, case.closed_at) if at is not None]
        assert times == sorted(times)
        assert case.closed_at is None or case.replied_at is not None
        for at in times[1:]:
            assert not is_weekend(at // DAY)
            assert 9 <= at % DAY / 3600 < 17
            assert at < DAYS * DAY


def metric_of(story, ask):
    return next(each.metric for each in story.programmes if each.key == ask.programme)


def test_since_one_owner_per_complaint_twice_as_many_are_looked_after(story):
    seen = defaultdict(list)
    for ask in story.asks:
        said = ask.answer and ask.answer.shown
        if said and said.verdict == "human" and said.score <= 6 and ask.programme == "relationship":
            seen[progress_of(ask.at // DAY) >= OWNED_SINCE].append(ask.case is not None)
    before, since = (sum(seen[key]) / len(seen[key]) for key in (False, True))
    assert abs(before - 0.3) < 0.06
    assert abs(since - 0.6) < 0.06


def test_rosas_zero_became_a_case_that_ruth_closed(story):
    (case,) = (ask.case for ask in story.asks if ask.customer == "AM-ROSA" and ask.case)
    assert (case.owner, case.closed_at is not None) == ("Ruth", True)


def test_basic_pays_three_pounds_more_from_month_sixteen():
    assert [price_of("Basic", month) for month in (1, 15, 16, 18)] == [900, 900, 1200, 1200]
    assert price_of("Plus", 15) == price_of("Plus", 18)


def test_who_is_a_customer_pays_each_month_and_nobody_else(draws, people):
    chosen = people[:300]
    paid = defaultdict(list)
    for each in payments(draws, chosen):
        paid[each.customer].append(each)
    months = MONTHS - FIRST_MONTH + 1
    for person in chosen:
        own, key = paid[person.customer.key], person.customer
        assert [each.month for each in own] == [
            month for month in range(FIRST_MONTH, MONTHS + 1)
            if person.is_active(round((month - 1) * DAYS / MONTHS))
        ]  # fmt: skip
        assert all(each.pence >= price_of(key.plan, each.month) for each in own)
    assert max(map(len, paid.values())) == months
    assert list(payments(draws, people[200:201])) == paid[people[200].customer.key]


def test_loyal_customers_buy_more_beside_their_plan(draws, people):
    extras = {True: [], False: []}
    for person in islice(people, 600):
        for each in payments(draws, [person]):
            more = each.pence - price_of(person.customer.plan, each.month)
            extras[person.loyalty > 0].append(more > 0)
    loyal, others = (sum(extras[key]) / len(extras[key]) for key in (True, False))
    assert loyal > others + 0.05


def test_everybody_who_left_has_a_reason_and_the_price_drives_basic_away(draws, people):
    gone = list(departures(draws, people))
    left = {each.customer.key: each.customer for each in people if each.customer.left is not None}
    assert [(each.customer, each.day) for each in gone] == [
        (key, customer.left) for key, customer in left.items()
    ]
    reasons = {True: Counter(), False: Counter()}
    for each in gone:
        if left[each.customer].plan == "Basic":
            reasons[progress_of(each.day) >= 15][each.reason] += 1
    since, before = (reasons[key]["price"] / reasons[key].total() for key in (True, False))
    assert since > before + 0.2
