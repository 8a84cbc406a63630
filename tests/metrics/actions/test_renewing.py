"""What two periods share: counted from the answers on Mondays, used by the verdicts."""

import random
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from kit.periods import Period, last_days
from metrics.actions.rebuilding import rebuild_cells
from metrics.actions.renewing import PERIODS, renew_overlaps
from metrics.models import Overlap, SavedView
from metrics.queries.filters import experience, service
from metrics.queries.gaps import gap_of
from metrics.queries.overlaps import about, stored_overlaps
from metrics.queries.scores import score_of
from metrics.rules.windows import Against, comparison
from metrics.statistics.clusters import sums
from metrics.statistics.definitions import Definitions
from metrics.statistics.nps import side
from surveys.models import Response
from tests.metrics.conftest import day
from tests.metrics.reference import scored

NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)  # a Tuesday, day 321
TODAY = NOW.date()
COMPARED = comparison(last_days(90, TODAY), TODAY)


def renew(world, now=NOW, zone="UTC"):
    return renew_overlaps(organisation_id=world.organisation_id, time_zone=zone, now=now)


def filters(world):
    ours = world.organisation_id
    return service(ours, Definitions()), experience(ours, Definitions())


@pytest.fixture
def busy(acme):
    chance = random.Random(53)
    for _ in range(320):
        programme = chance.choice(["relation", "loyalty", "service", "service"])
        customer = chance.choice([None, *range(8)])
        content = customer is None or customer < 4
        scores = chance.choices([(4, 10), (2, 5)], [9, 1] if content else [2, 8])[0]
        acme.answer(
            programme,
            scores[programme != "service"],
            day(chance.randint(130, 321)),
            hour=chance.randint(0, 23),
            customer=customer,
            touchpoint=chance.choice(["phone", "chat", "bill"]) if programme == "service" else None,
            standing=chance.choice(["counted"] * 6 + ["suspect", "excluded"]),
        )
    rebuild_cells(organisation_id=acme.organisation_id)
    return acme


def counted(period, *, relational):
    rows = [
        row
        for row in scored()
        if row.standing == "counted"
        and period.first <= row.local_on <= period.last
        and (row.programme.kind == "relational") is relational
    ]
    if relational:
        last = {}
        for row in rows:
            who = row.customer_id or f"answer {row.id}"
            last[row.programme_id, who] = row
        return list(last.values())
    return [row for row in rows if row.touchpoint and row.touchpoint.kind == "service"]


def clusters(rows, value):
    people = defaultdict(list)
    for row in rows:
        people[row.customer_id or f"answer {row.id}"].append(value(row.score))
    return sums((len(values), sum(values)) for values in people.values())


def test_what_is_stored_is_what_the_answers_say(busy):
    assert renew(busy) is True
    told, whole = filters(busy)
    found = stored_overlaps(busy.organisation_id)

    of_service = found.of(told, COMPARED)
    for period, stored in ((COMPARED.now, of_service.now), (COMPARED.before, of_service.before)):
        assert stored == clusters(counted(period, relational=False), lambda score: score >= 4)

    now, before = (
        {
            (row.programme_id, row.customer_id): row
            for row in counted(period, relational=True)
            if row.customer_id
        }
        for period in (COMPARED.now, COMPARED.before)
    )
    shared = Counter(
        (side(before[who].score), side(row.score)) for who, row in now.items() if who in before
    )
    overlap = found.of(whole, COMPARED)
    assert overlap.shared.counts == shared
    assert shared.total() > 5
    assert overlap.now == clusters(counted(COMPARED.now, relational=True), side)


def test_verdicts_use_what_is_stored_and_say_so(busy):
    before = [score_of(chosen, last_days(90, TODAY), today=TODAY) for chosen in filters(busy)]
    renew(busy)
    after = [score_of(chosen, last_days(90, TODAY), today=TODAY) for chosen in filters(busy)]

    assert [one.overlap for one in before] == [None, None]
    assert all(one.overlap is not None for one in after)
    assert after[0].figure.worth is not None
    assert after[0].figure.interval.width > before[0].figure.interval.width
    assert [one.verdict.p for one in after] != [one.verdict.p for one in before]
    assert [one.figure.n for one in after] == [one.figure.n for one in before]


def test_the_gap_and_the_cards_judge_alike(busy):
    renew(busy)
    told, whole = filters(busy)
    gap = gap_of(
        told,
        whole,
        last_days(90, TODAY),
        today=TODAY,
        overlaps=stored_overlaps(busy.organisation_id),
    )
    scores = [score_of(chosen, last_days(90, TODAY), today=TODAY) for chosen in (told, whole)]
    assert gap.service.verdict == scores[0].verdict
    assert [gap.service.side.figure, gap.experience.side.figure] == [one.figure for one in scores]


def test_any_other_filter_or_period_treats_answers_as_independent(busy):
    renew(busy)
    told, whole = filters(busy)
    found = stored_overlaps(busy.organisation_id)

    assert about(whole.narrowed(with_suspects=True)) is None
    for narrower in (
        told.narrowed(programme_id=1),
        told.narrowed(touchpoint_id=1),
        told.narrowed(segments=(("plan", "Basic"),)),
        told.narrowed(words=("bill",)),
    ):
        assert found.of(narrower, COMPARED) is None
    for period in (Period(day(200), day(310)), last_days(91, TODAY)):
        assert found.of(told, comparison(period, TODAY)) is None


def keep(world, page, query, number=[0]):  # noqa: B006 - names are told apart by it
    number[0] += 1
    user = User.objects.filter(email="maya@acme.example").first() or User.objects.create_user(
        "maya@acme.example"
    )
    return SavedView.objects.create(
        organisation_id=world.organisation_id, user=user, name=f"View {number[0]}", page=page,
        query=query, made_at=NOW,
    )  # fmt: skip


def test_what_people_keep_is_as_exact_as_the_cards(busy):
    phone = busy.touchpoints["phone"].pk
    Response.objects.filter(customer_id__isnull=False).update(context={"desk": "South"})
    rebuild_cells(organisation_id=busy.organisation_id)
    keep(busy, "gap/", "days=90&segment=desk%3ASouth")
    keep(busy, "segments/desk/South/", "days=90")  # the same answers
    keep(busy, "", f"from={day(200)}&to={day(300)}&touchpoint={phone}&against=year")
    keep(busy, "journey/", "days=30&segment=desk%3ASouth")  # has no card
    keep(busy, "", "days=30&suspects=on")

    assert renew(busy) is True

    assert Overlap.objects.count() == 2 * (len(PERIODS) + 2)
    found = stored_overlaps(busy.organisation_id)
    whole = filters(busy)[1].narrowed(segments=(("desk", "South"),)).resolved()
    known = [row for row in counted(COMPARED.now, relational=True) if row.customer_id]
    assert found.of(whole, COMPARED).now == clusters(known, side)
    assert found.of(whole, COMPARED).shared.n > 5
    span = Period(day(200), day(300))
    own = comparison(span, TODAY, Against.YEAR)
    at_phone = [row for row in counted(own.now, relational=False) if row.touchpoint_id == phone]
    stored = found.of(filters(busy)[0].narrowed(touchpoint_id=phone), own)
    assert stored.now == clusters(at_phone, lambda score: score >= 4)
    assert len(at_phone) > 5


def test_a_view_kept_in_the_week_gets_its_own_and_one_dropped_is_forgotten(busy):
    renew(busy)
    view = keep(busy, "", "days=90&q=bill")

    assert renew(busy, NOW + timedelta(hours=1)) is True
    assert renew(busy, NOW + timedelta(hours=2)) is False
    assert Overlap.objects.count() == 2 * (len(PERIODS) + 1)
    view.delete()
    renew(busy, NOW + timedelta(days=7))
    assert Overlap.objects.count() == 2 * len(PERIODS)


def test_once_a_week_by_the_organisations_own_monday(busy):
    keep(busy, "", f"from={day(200)}&to={day(260)}")  # the same days each week
    assert renew(busy) is True
    assert Overlap.objects.count() == 2 * (len(PERIODS) + 1)
    assert renew(busy, NOW + timedelta(days=4)) is False

    sunday_night = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert renew(busy, sunday_night) is False
    assert renew(busy, sunday_night, zone="Europe/Berlin") is True
    lasts = {TODAY + timedelta(days=5), day(260)}
    assert set(Overlap.objects.values_list("now_last", flat=True)) == lasts
    # Also what would still be found is counted anew: answers of old days are corrected as well.
    assert set(Overlap.objects.values_list("renewed_at", flat=True)) == {sunday_night}
    assert Overlap.objects.count() == 2 * (len(PERIODS) + 1)


def test_nothing_answered_is_nothing_shared(acme):
    renew(acme)
    _, whole = filters(acme)
    overlap = stored_overlaps(acme.organisation_id).of(whole, COMPARED)
    assert (overlap.shared.n, overlap.now.n, overlap.moves) == (0, 0, {})


def test_who_moved_between_cells(acme):
    for on, score in ((100, 5), (200, 1)):
        acme.answer("service", score, day(on), customer=0, touchpoint="phone")
    acme.answer("service", 1, day(210), customer=0, touchpoint="phone")
    acme.answer("relation", 10, day(COMPARED.before.last.timetuple().tm_yday - 60), customer=0)
    acme.answer("relation", 3, day(300), customer=0)
    acme.answer("relation", 3, day(300), customer=1)
    rebuild_cells(organisation_id=acme.organisation_id)
    renew(acme)
    overlap = stored_overlaps(acme.organisation_id).of(filters(acme)[1], COMPARED)
    assert overlap.moves == {(("good", "high"), ("poor", "low")): 1}
    assert overlap.shared.counts == {(1, -1): 1}
    assert Response.objects.count() == 6


def test_no_statement_more_for_a_page_that_read_them_once(busy, django_assert_num_queries):
    renew(busy)
    found = stored_overlaps(busy.organisation_id)
    with django_assert_num_queries(1):
        score_of(filters(busy)[0], last_days(90, TODAY), today=TODAY, overlaps=found)
    with django_assert_num_queries(2):
        score_of(filters(busy)[0], last_days(90, TODAY), today=TODAY)
