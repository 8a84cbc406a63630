"""Response rates of the invitations sent in a period."""

import pytest

from kit.periods import Period
from metrics.actions.rebuilding import rebuild_cells
from metrics.actions.tracking import track_property
from metrics.models import AskCell, PropertyValue
from metrics.queries.filters import Slice, experience, service
from metrics.queries.rates import response_rate
from metrics.statistics.definitions import Definitions
from metrics.statistics.proportions import Share
from tests.metrics.conftest import START, day

TODAY = day(321)
PERIOD = Period(day(200), day(230))


def everything(world, **narrowed):
    return Slice(organisation_id=world.organisation_id, **narrowed)


def rate(world, chosen=None, period=PERIOD, today=TODAY):
    return response_rate(chosen or everything(world), period, today=today)


@pytest.fixture
def asked(acme):
    """Ten asked: two finished, one began, one opted out, one bounced, one machine, four silent."""
    for number in range(3):
        done = {"finished_at": START} if number < 2 else {}
        ask = acme.ask("relation", day(210), **done)
        acme.reply(ask, 9, on=day(250))
    acme.ask("relation", day(211), opted_out_at=START)
    acme.ask("service", day(212), touchpoint="phone", bounced_at=START)
    machine = acme.ask("service", day(212), touchpoint="phone")
    acme.reply(machine, 5, touchpoint="phone", standing="suspect")
    for _ in range(4):
        acme.ask("service", day(213), touchpoint="bill", context={"plan": "Basic"})
    rebuild_cells(organisation_id=acme.organisation_id)
    return acme


def test_two_rates_with_their_own_denominators(asked):
    told = rate(asked)

    assert (told.finished, told.began, told.opted_out, told.bounced) == (2, 1, 1, 1)
    assert (told.suspect, told.silent) == (1, 4)
    assert (told.sent, told.answered) == (10, 3)
    assert told.rr2 == Share(3, 10)
    assert told.delivered == Share(3, 9)
    assert told.rr2.shown == 30
    assert told.rr2_interval.low == pytest.approx(0.1078, abs=1e-4)
    assert told.delivered_interval.holds(1 / 3)


def test_the_cohort_is_what_was_sent_and_not_what_was_answered(asked):
    assert rate(asked, period=Period(day(240), day(260))).sent == 0
    assert rate(asked, period=Period(day(210), day(210))).rr2 == Share(3, 3)


def test_nobody_asked_is_no_data(acme):
    told = rate(acme)

    assert (told.sent, told.rr2.exact, told.rr2.shown, told.rr2_interval) == (0, None, None, None)
    assert told.is_open is False


def test_only_bounces_have_no_delivered_rate(acme):
    acme.ask("service", day(212), touchpoint="phone", bounced_at=START)
    rebuild_cells(organisation_id=acme.organisation_id)

    told = rate(acme)

    assert told.rr2.shown == 0
    assert told.delivered.shown is None


@pytest.mark.parametrize(("today", "is_open"), [(243, True), (244, False)])
def test_a_cohort_younger_than_its_invitations_life_is_open(asked, today, is_open):
    # The youngest were sent on day 213 and live 30 days.
    assert rate(asked, today=day(today)).is_open is is_open


def test_filters_narrow_the_cohort(asked):
    track_property(organisation_id=asked.organisation_id, key="plan", now=START)
    basic = PropertyValue.objects.get(value="Basic").id
    ours = asked.organisation_id

    assert rate(asked, experience(ours, Definitions())).sent == 4
    assert rate(asked, service(ours, Definitions())).sent == 2
    assert rate(asked, everything(asked, touchpoint_kind="experience")).sent == 4
    assert rate(asked, everything(asked, properties={1: basic})).sent == 4
    assert rate(asked, everything(asked, programme_id=asked.programmes["relation"].id)).sent == 4
    three = everything(
        asked,
        programme_id=asked.programmes["service"].id,
        touchpoint_id=asked.touchpoints["bill"].id,
        properties={1: basic},
    )
    assert (rate(asked, three).sent, rate(asked, three).silent) == (4, 4)


def test_two_properties_are_counted_from_the_invitations(acme):
    for context in ({"plan": "Basic", "branch": "North"}, {"plan": "Basic"}, {"branch": "North"}):
        acme.ask("relation", day(210), context=context)
    for key in ("plan", "branch"):
        track_property(organisation_id=acme.organisation_id, key=key, now=START)
    ids = {row.value: row.id for row in PropertyValue.objects.all()}

    both = rate(acme, everything(acme, properties={1: ids["Basic"], 2: ids["North"]}))

    assert (both.sent, both.silent) == (1, 1)
    assert not AskCell.objects.filter(dim_1__gt=2).exists()


def test_a_rate_costs_one_statement(asked, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert rate(asked).sent == 10
