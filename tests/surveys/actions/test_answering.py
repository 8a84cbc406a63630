"""One response for each invitation, every sending a revision, machines kept apart."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Organisation
from events.models import Delivery, Event
from kit import tenancy
from surveys.actions.answering import record_reason, record_score
from surveys.models import Response, ResponseRevision
from surveys.rules.doubts import Signs
from surveys.rules.metrics import ScoreRefused
from tests.builders import (
    CONFIRMED,
    MACHINE,
    NOW,
    PLAIN,
    a_customer,
    a_programme,
    a_touchpoint,
    an_invitation,
    an_organisation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation():
    organisation = an_organisation(time_zone="America/Los_Angeles")
    with tenancy.organisation(organisation.pk):
        programme = a_programme(organisation, a_touchpoint(organisation))
        yield an_invitation(
            organisation,
            programme,
            a_customer(organisation),
            at=NOW - timedelta(days=1),
            context={"plan": "Basic"},
        )


def send(invitation, score, signs=PLAIN, now=NOW):
    return record_score(invitation_id=invitation.pk, score=score, signs=signs, now=now)


def reason(invitation, comment, now=NOW):
    return record_reason(
        invitation_id=invitation.pk,
        comment=comment,
        now=now,
    )


READ_HERE = """
    SELECT relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)
    FROM pg_stat_xact_user_tables WHERE relname LIKE 'surveys_%'
"""


def rows_read():
    """How many rows of each table this transaction has read by now."""
    with connection.cursor() as cursor:
        cursor.execute(READ_HERE)
        return dict(cursor.fetchall())


@pytest.mark.parametrize("step", ["score", "reason"])
def test_the_work_does_not_grow_with_other_customers_on_fresh_tables(invitation, step):
    # Without statistics a join over all customers looked as cheap as one row: 20 ms an answer.
    organisation = invitation.organisation
    for _ in range(60):
        an_invitation(organisation, invitation.programme, a_customer(organisation))
    act = {"score": lambda: send(invitation, 4), "reason": lambda: reason(invitation, "Late")}
    if step == "reason":
        send(invitation, 4)
    before = rows_read()
    act[step]()
    read = {name: count - before.get(name, 0) for name, count in rows_read().items()}
    # So few rows may be read from end to end, once for each place in the statement that asks for
    # one: the planner takes that way or the index by what other tests left in the table. A join
    # over all of them reads sixty times sixty.
    assert {name: count for name, count in read.items() if count > 61 * 61 / 2} == {}


def test_a_score_is_stored_with_the_frozen_context_and_the_local_day(invitation):
    receipt = send(invitation, 4, now=NOW.replace(hour=3))
    response = Response.objects.get()
    assert (response.score, response.standing, response.context) == (
        4,
        "counted",
        {"plan": "Basic"},
    )
    assert response.local_on.isoformat() == "2026-05-11"  # 20:00 in Los Angeles
    assert (response.origin, response.origin_key) == ("invitation", str(invitation.pk))
    assert (receipt.response_id, receipt.revision) == (response.pk, 1)
    assert Event.objects.get().kind == "response.received"


def test_sending_again_is_the_same_response_with_its_history(invitation):
    for score in (4, 2, 5):
        send(invitation, score)
    assert Response.objects.get().score == 5
    assert list(ResponseRevision.objects.order_by("number").values_list("number", "score")) == [
        (1, 4),
        (2, 2),
        (3, 5),
    ]


def test_a_human_takes_the_place_of_a_suspect_and_never_the_other_way(invitation):
    send(invitation, 1, MACHINE)
    assert Response.objects.get().standing == "suspect"
    invitation.refresh_from_db()
    assert invitation.answered_at is None
    send(invitation, 4, now=NOW + timedelta(minutes=5))
    send(invitation, 2, Signs(scores=11), now=NOW + timedelta(minutes=6))
    response = Response.objects.get()
    assert (response.standing, response.score) == ("counted", 4)
    assert response.answered_at == NOW + timedelta(minutes=5)
    assert response.revisions_made == 3


def test_what_staff_took_out_stays_out(invitation):
    send(invitation, 4)
    Response.objects.update(standing="excluded")
    assert send(invitation, 5).standing == "excluded"


def test_a_test_invitation_is_never_counted(invitation):
    invitation.is_test = True
    invitation.save()
    assert send(invitation, 5).standing == "test"


@pytest.fixture
def unchangeable(invitation):
    """An invitation whose answer stays as it was sent."""
    Organisation.objects.update(amend_days=0)
    return invitation


def test_the_reason_finishes_the_answer(unchangeable):
    invitation = unchangeable
    send(invitation, 4)
    assert reason(invitation, "Quick and kind.")
    assert Response.objects.get().comment == "Quick and kind."
    assert not reason(invitation, "Second thoughts")
    assert send(invitation, 1) is None
    assert ResponseRevision.objects.filter(comment="Quick and kind.").count() == 1


def test_no_more_to_say_keeps_the_score(invitation):
    send(invitation, 4)
    assert reason(invitation, "")
    response = Response.objects.get()
    assert (response.score, response.comment, response.revisions_made) == (4, "", 1)
    assert response.revisions.count() == 1


def test_a_reason_without_a_score_is_not_taken(invitation):
    assert not reason(invitation, "Hello")
    assert Response.objects.count() == 0


@pytest.mark.parametrize("later", [timedelta(days=30), timedelta(days=1, seconds=1)])
def test_an_old_answer_and_an_expired_invitation_are_closed(unchangeable, later):
    invitation = unchangeable
    if later < timedelta(days=2):
        send(invitation, 4)
    assert send(invitation, 2, now=NOW + later) is None
    assert not Response.objects.filter(score=2).exists()


@pytest.mark.parametrize(
    ("after", "signs", "standing"),
    [(9, PLAIN, "suspect"), (9, CONFIRMED, "counted"), (10, PLAIN, "counted")],
)
def test_an_answer_right_after_hand_over_is_doubted_unless_a_human_is_sure(
    invitation, after, signs, standing
):
    invitation.sent_at = NOW - timedelta(seconds=after)
    invitation.save()
    receipt = send(invitation, 4, signs)
    assert (receipt.standing, receipt.doubt) == (
        standing,
        "too_soon" if standing == "suspect" else "",
    )


@pytest.mark.parametrize(("after", "standing"), [(9, "suspect"), (11, "counted")])
def test_a_mail_that_is_still_being_handed_over_is_judged_by_its_start(invitation, after, standing):
    type(invitation).objects.update(sent_at=None, sent_on=None)
    invitation.messages.update(handing_over_at=NOW - timedelta(seconds=after))
    assert send(invitation, 4).standing == standing


@pytest.mark.parametrize(("after", "standing"), [(9, "suspect"), (11, "counted")])
def test_an_answer_right_after_the_reminder_is_doubted_as_after_the_first_mail(
    invitation, after, standing
):
    first = invitation.messages.get()
    first.handing_over_at = NOW - timedelta(days=5)
    first.save()
    reminder = invitation.messages.get()
    reminder.pk, reminder.about, reminder._state.adding = None, f"{first.about}:reminder:1", True
    reminder.message_id = f"again.{first.message_id}"
    reminder.handing_over_at = NOW - timedelta(seconds=after)
    reminder.save()
    assert send(invitation, 4).standing == standing


# Of each rule: what sets its threshold, signs just doubted by it, signs just not, and switched off.
THRESHOLDS = {
    "too_soon": ({"suspect_within_seconds": 30}, (29, PLAIN), (30, PLAIN)),
    "too_quick": ({"suspect_shown_seconds": 3}, (99, Signs(seconds=2.9)), (99, Signs(seconds=3))),
    "several_scores": ({"suspect_scores": 3}, (99, Signs(scores=3)), (99, Signs(scores=2))),
    "trap": ({"suspect_traps": True}, (99, MACHINE), (99, PLAIN)),
}


@pytest.mark.parametrize("rule", THRESHOLDS)
@pytest.mark.parametrize("is_on", [True, False], ids=["on", "off"])
def test_thresholds_are_the_organisations_and_each_rule_can_be_off(invitation, rule, is_on):
    fields, doubted, believed = THRESHOLDS[rule]
    off = {name: type(value)(0) for name, value in fields.items()}
    house = type(invitation.organisation).objects
    house.update(suspect_within_seconds=30, suspect_shown_seconds=3, suspect_scores=3)
    house.update(**(fields if is_on else off))

    def send_after(seconds, signs):
        invitation.sent_at = NOW - timedelta(seconds=seconds)
        invitation.save()
        return send(invitation, 4, signs).doubt

    assert [send_after(*doubted), send_after(*believed)] == [rule if is_on else "", ""]


def test_what_came_from_no_page_of_ours_is_doubted_whatever_is_off(invitation):
    rules = {"suspect_within_seconds": 0, "suspect_shown_seconds": 0, "suspect_scores": 0}
    type(invitation.organisation).objects.update(**rules, suspect_traps=False)
    assert send(invitation, 4, Signs(has_form=False)).doubt == "no_form"


def test_neither_is_the_one_more_tap_where_it_came_from_no_page_of_ours(invitation):
    signs = Signs(has_form=False, is_again=True, seconds=9, scores=None)
    assert send(invitation, 4, signs).doubt == "no_form"


def test_of_the_one_more_tap_nobody_says_that_its_scores_were_not_looked_at(invitation):
    send(invitation, 4, Signs(is_again=True, seconds=9, scores=None))
    assert ResponseRevision.objects.get().rule == ""


@pytest.mark.parametrize(("seconds", "doubt"), [(0.99, "too_quick"), (1.0, "")])
@pytest.mark.parametrize("threshold", [0, 1, 10])
def test_one_more_tap_counts_after_a_second_whatever_is_set(invitation, seconds, doubt, threshold):
    type(invitation.organisation).objects.update(suspect_shown_seconds=threshold)
    signs = Signs(is_again=True, seconds=seconds, scores=11)
    assert send(invitation, 4, signs).doubt == doubt


def test_a_rule_that_is_off_is_not_missed(invitation):
    type(invitation.organisation).objects.update(suspect_scores=0)
    send(invitation, 4, Signs(scores=None))
    assert Response.objects.get().standing_reason == ""


def test_a_rule_that_could_not_be_looked_at_is_named(invitation):
    assert send(invitation, 4, Signs(scores=None)).standing == "counted"
    assert Response.objects.get().standing_reason == "not looked at: several_scores"
    assert ResponseRevision.objects.get().rule == "not looked at: several_scores"
    assert ResponseRevision.objects.get().verdict == "human"


@pytest.mark.parametrize("score", [0, 6])
def test_a_score_of_another_scale_is_refused_and_nothing_is_written(invitation, score):
    with pytest.raises(ScoreRefused):
        send(invitation, score)
    invitation.refresh_from_db()
    assert invitation.answered_at is None
    assert (Response.objects.count(), Event.objects.count()) == (0, 0)


def test_each_reaction_is_owed_once_for_each_kind(invitation, monkeypatch):
    names = {"response.received": ["fold", "alert"], "response.amended": ["fold"]}
    monkeypatch.setattr("events.publishing.names_for", lambda kind: names[kind])
    send(invitation, 4)
    send(invitation, 5)
    owed = Delivery.objects.order_by("event_id", "reaction")
    assert list(owed.values_list("event__kind", "reaction")) == [
        ("response.received", "alert"),
        ("response.received", "fold"),
        ("response.amended", "fold"),
    ]


def test_storing_a_score_is_one_round_trip(invitation, django_assert_num_queries):
    with django_assert_num_queries(2):  # the second gives the test its organisation back
        send(invitation, 4)


def test_an_unknown_invitation_stores_nothing(invitation):
    assert record_score(invitation_id=invitation.pk + 1000, score=4, signs=PLAIN, now=NOW) is None
    assert not record_reason(invitation_id=invitation.pk + 1000, comment="x", now=NOW)
    assert tenancy.current() == invitation.organisation_id
    assert Response.objects.count() == 0
