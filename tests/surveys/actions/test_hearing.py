"""What a customer spoke is kept apart: with who wrote it down, in no figure, gone when erased."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts.models import AuditEntry
from accounts.rules.actors import Actor
from cxapp import flow
from events.dispatching import dispatch_due
from kit import tenancy
from kit.periods import Period
from metrics.actions.rebuilding import rebuild_cells
from metrics.models import CountedAnswer
from metrics.queries.definitions import definitions_of
from metrics.queries.filters import service
from metrics.queries.scores import score_of
from surveys.actions.correcting import (
    Correction,
    amend_response,
    exclude_response,
    restore_response,
)
from surveys.actions.erasing import erase_customer
from surveys.actions.hearing import (
    CustomerIsErased,
    NothingAsked,
    Told,
    record_spoken,
    remove_spoken,
)
from surveys.models import Decision, Interaction, Response, ResponseRevision
from surveys.queries.heard import askings
from surveys.rules.metrics import ScoreRefused
from surveys.rules.spoken import DayRefused
from tests.builders import (
    NOW,
    a_customer,
    a_programme,
    a_response,
    a_touchpoint,
    a_version,
    an_organisation,
)

pytestmark = pytest.mark.django_db
RITA = Actor(name="rita@acme.example", user_id=7, ip="192.0.2.7")
TODAY = NOW.date()
KEY = "made-by-the-form-1"


@pytest.fixture
def acme():
    """Inside an organisation that asks about its billing desk; Ada is a customer."""
    organisation = an_organisation(time_zone="America/Los_Angeles")
    with tenancy.organisation(organisation.pk):
        organisation.desk = a_touchpoint(organisation)
        organisation.help = a_programme(organisation, organisation.desk)
        organisation.ada = a_customer(organisation, properties={"plan": "Basic"})
        yield organisation


def told(acme, **changes):
    basis = Told(
        programme_id=acme.help.pk,
        touchpoint_id=acme.desk.pk,
        score=2,
        comment="The queue was endless",
        on=TODAY,
        key=KEY,
        customer_id=acme.ada.pk,
    )
    return replace(basis, **changes)


def record(acme, **changes):
    return record_spoken(organisation_id=acme.pk, told=told(acme, **changes), actor=RITA, now=NOW)


def fold():
    flow.wire()
    dispatch_due(now=NOW)


def counted(acme):
    period = Period(TODAY - timedelta(days=90), TODAY)
    score = score_of(service(acme.pk, definitions_of(acme.pk)), period, today=TODAY)
    return score.figure.n, dict(score.left_out)


def trail():
    rows = AuditEntry.objects.filter(object_type="response").order_by("id")
    return [(row.action, row.actor, row.before, row.after) for row in rows]


def test_it_stands_apart_with_who_wrote_it_down(acme):
    response = record(acme)

    response.refresh_from_db()
    assert (response.origin, response.standing, response.metric) == ("staff", "spoken", "csat")
    assert (response.score, response.comment) == (2, "The queue was endless")
    assert (response.customer, response.touchpoint) == (acme.ada, acme.desk)
    assert (response.answered_at, response.local_on) == (NOW, TODAY)
    assert response.context == {"plan": "Basic"}
    kept = ResponseRevision.objects.get()
    assert (kept.entered_by, kept.reason) == ("rita@acme.example", "Told by the customer")
    ((action, actor, before, after),) = trail()
    assert (action, actor, before) == ("response.recorded", "rita@acme.example", {})
    assert (after["score"], after["comment"]) == (2, "written")
    assert "queue" not in str(after)


def test_it_is_in_no_figure_which_says_how_many_it_leaves_out(acme):
    a_response(acme, acme.help, 5, touchpoint=acme.desk)
    record(acme)
    rebuild_cells(organisation_id=acme.pk)

    assert counted(acme) == (1, {"spoken": 1})


def test_it_is_no_contact_and_stops_no_question(acme):
    record(acme)
    assert (Interaction.objects.count(), Decision.objects.count()) == (0, 0)


def test_a_form_that_is_sent_twice_is_one_answer(acme):
    assert record(acme) == record(acme, score=5)
    assert record(acme, key="made-by-the-form-2") != record(acme)
    assert list(Response.objects.order_by("id").values_list("score", flat=True)) == [2, 2]
    assert [action for action, *_ in trail()] == ["response.recorded"] * 2


def test_an_earlier_day_is_dated_by_its_noon(acme):
    day = TODAY - timedelta(days=3)
    response = record(acme, on=day)
    assert response.local_on == day
    assert response.answered_at.isoformat() == "2026-05-09T12:00:00-07:00"


@pytest.mark.parametrize("days", [1, -367])
def test_days_to_come_and_long_past_are_refused(acme, days):
    with pytest.raises(DayRefused):
        record(acme, on=TODAY + timedelta(days=days))
    assert Response.objects.count() == 0


def test_only_what_is_asked_there_can_be_answered(acme):
    shop = a_touchpoint(acme, slug="shop")
    whole = a_programme(acme, metric="nps")
    gone = a_programme(acme, shop, archived_at=NOW)
    hidden = a_programme(acme, shop, is_anonymous=True)
    for changes in (
        {"touchpoint_id": shop.pk},
        {"touchpoint_id": None},
        {"programme_id": whole.pk},
        {"programme_id": gone.pk, "touchpoint_id": shop.pk},
        {"programme_id": hidden.pk, "touchpoint_id": shop.pk},
    ):
        with pytest.raises(NothingAsked):
            record(acme, **changes)
    with pytest.raises(ScoreRefused):
        record(acme, score=6)
    assert [one.programme_id for one in askings()] == [acme.help.pk, whole.pk]

    response = record(acme, programme_id=whole.pk, touchpoint_id=None, score=9, customer_id=None)
    assert (response.metric, response.customer, response.touchpoint) == ("nps", None, None)


def test_it_is_measured_as_the_newest_version_asks(acme):
    a_version(acme.help.survey, has_faces=True)
    assert record(acme).metric == "faces"


def test_corrected_excluded_and_restored_it_stays_spoken(acme):
    response = record(acme)
    wanted = Correction(score=3, reason="Said three")
    amend_response(response_id=response.pk, correction=wanted, actor=RITA, now=NOW)
    exclude_response(response_id=response.pk, reason="twice", actor=RITA, now=NOW)
    restore_response(response_id=response.pk, actor=RITA, now=NOW)

    response.refresh_from_db()
    assert (response.standing, response.score) == ("spoken", 3)


def test_a_mistake_is_removed_with_its_words_and_from_the_counts(acme):
    response = record(acme)
    fold()
    assert counted(acme) == (0, {"spoken": 1})

    assert remove_spoken(response_id=response.pk, actor=RITA, now=NOW) is True
    fold()

    assert (Response.objects.count(), ResponseRevision.objects.count()) == (0, 0)
    assert (counted(acme), CountedAnswer.objects.count()) == ((0, {}), 0)
    assert remove_spoken(response_id=response.pk, actor=RITA, now=NOW) is False
    action, actor, before, after = trail()[-1]
    assert (action, actor, after) == ("response.removed", "rita@acme.example", {})
    assert (before["customer"], before["score"]) == (acme.ada.pk, 2)


def test_what_a_customer_sent_is_nobodys_to_remove(acme):
    hers = a_response(acme, acme.help, 1, touchpoint=acme.desk)
    assert remove_spoken(response_id=hers.pk, actor=RITA, now=NOW) is False
    assert Response.objects.get() == hers


@pytest.mark.parametrize("mode", ["anonymise", "remove"])
def test_erasing_takes_the_words_or_all_of_it(acme, mode):
    record(acme)
    erase_customer(customer_id=acme.ada.pk, tracked=["plan"], mode=mode, actor=RITA, now=NOW)
    left = list(Response.objects.values_list("standing", "score", "comment"))
    assert left == ([("spoken", 2, "")] if mode == "anonymise" else [])
    assert KEY not in list(Response.objects.values_list("origin_key", flat=True))
    assert "queue" not in str(list(ResponseRevision.objects.values()))
    with pytest.raises(CustomerIsErased):
        record(acme, key="made-by-the-form-3")


def test_the_day_is_the_organisations(acme):
    late = NOW.replace(hour=3)  # still the day before in Los Angeles
    with pytest.raises(DayRefused):
        record_spoken(organisation_id=acme.pk, told=told(acme), actor=RITA, now=late)
    yesterday = told(acme, on=date(2026, 5, 11))
    response = record_spoken(organisation_id=acme.pk, told=yesterday, actor=RITA, now=late)
    assert response.answered_at == late
