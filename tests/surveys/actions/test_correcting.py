"""Answers are corrected with memory: who, why, what it was, and the way back."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from accounts.rules.actors import Actor
from cxapp import flow
from events.dispatching import dispatch_due
from events.models import Event
from kit import tenancy
from metrics.actions.comparing import compare_cells
from metrics.models import CountedAnswer
from surveys.actions.answering import record_reason, record_score
from surveys.actions.correcting import (
    AnswerIsErased,
    Correction,
    ReasonMissing,
    amend_response,
    exclude_response,
    exclude_responses,
    restore_response,
)
from surveys.actions.erasing import erase_customer
from surveys.actions.withdrawing import SAID, return_answer, withdraw_answer
from surveys.models import Exclusion, Response, ResponseRevision
from surveys.rules.feelings import Feeling
from surveys.rules.metrics import ScoreRefused
from surveys.rules.questions import Given
from tests.builders import (
    MACHINE,
    NOW,
    PLAIN,
    a_choice,
    a_customer,
    a_programme,
    a_response,
    a_touchpoint,
    a_version,
    an_invitation,
    an_organisation,
)

pytestmark = pytest.mark.django_db
MAYA = Actor(name="maya@acme.example", user_id=7, ip="192.0.2.7")
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def organisation():
    organisation = an_organisation(time_zone="America/Los_Angeles")
    with tenancy.organisation(organisation.pk):
        yield organisation


@pytest.fixture
def invitation(organisation):
    programme = a_programme(organisation, a_touchpoint(organisation))
    return an_invitation(
        organisation, programme, a_customer(organisation), at=NOW - timedelta(days=1)
    )


def answered(invitation, score=4, signs=PLAIN, now=NOW):
    receipt = record_score(invitation_id=invitation.pk, score=score, signs=signs, now=now)
    return Response.objects.get(pk=receipt.response_id)


def exclude(response, reason="Test answer by a colleague", now=NOW):
    return exclude_response(response_id=response.pk, reason=reason, actor=MAYA, now=now)


def restore(response, now=LATER):
    return restore_response(response_id=response.pk, actor=MAYA, now=now)


def amend(response, now=LATER, reason="She rang: meant 10", **said):
    correction = Correction(reason=reason, **said)
    return amend_response(response_id=response.pk, correction=correction, actor=MAYA, now=now)


def trail():
    rows = AuditEntry.objects.order_by("id")
    return list(rows.values_list("action", "actor", "object_id", "before", "after"))


def kinds():
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


def test_an_exclusion_keeps_who_when_why_and_what_it_was(invitation):
    response = answered(invitation)

    assert exclude(response)

    response.refresh_from_db()
    assert (response.standing, response.standing_reason) == (
        "excluded",
        "Test answer by a colleague",
    )
    kept = Exclusion.objects.get()
    assert (kept.excluded_by, kept.excluded_at, kept.standing_before) == (
        "maya@acme.example",
        NOW,
        "counted",
    )
    assert trail() == [
        (
            "response.excluded",
            "maya@acme.example",
            response.pk,
            {"standing": "counted"},
            {"standing": "excluded", "reason": "Test answer by a colleague"},
        )
    ]
    assert kinds()[-1] == "response.excluded"


@pytest.mark.parametrize("reason", ["", "  "])
def test_nobody_excludes_or_amends_without_a_reason(invitation, reason):
    response = answered(invitation)
    with pytest.raises(ReasonMissing):
        exclude(response, reason)
    with pytest.raises(ReasonMissing):
        amend(response, score=5, reason=reason)
    assert Exclusion.objects.count() == 0
    assert trail() == []


def test_excluding_twice_and_restoring_twice_is_one_change_each(invitation):
    response = answered(invitation)

    assert [exclude(response), exclude(response, "another")] == [True, False]
    assert [restore(response), restore(response)] == [True, False]

    assert [action for action, *_ in trail()] == ["response.excluded", "response.restored"]
    assert kinds()[-2:] == ["response.excluded", "response.restored"]


@pytest.mark.parametrize(
    ("signs", "standing", "rule"), [(PLAIN, "counted", ""), (MACHINE, "suspect", "trap")]
)
def test_restored_it_is_what_it_was(invitation, signs, standing, rule):
    response = answered(invitation, signs=signs)
    exclude(response)

    restore(response)

    response.refresh_from_db()
    assert (response.standing, response.standing_reason) == (standing, rule)
    kept = Exclusion.objects.get()
    assert (kept.restored_by, kept.restored_at) == ("maya@acme.example", LATER)


@pytest.mark.parametrize("standing", ["test", "withdrawn"])
def test_what_is_not_staffs_to_take_out_stays(organisation, standing):
    response = a_response(organisation, a_programme(organisation), 5, standing=standing)

    assert exclude(response) is False

    response.refresh_from_db()
    assert (response.standing, trail()) == (standing, [])


def test_what_came_excluded_without_a_record_is_counted_when_restored(organisation):
    response = a_response(
        organisation, a_programme(organisation), 5, standing="excluded", standing_reason="import"
    )

    assert restore(response)

    response.refresh_from_db()
    assert (response.standing, response.standing_reason) == ("counted", "")


def test_a_suspect_that_a_person_answered_meanwhile_counts_when_restored(invitation):
    response = answered(invitation, 1, MACHINE)
    exclude(response)
    answered(invitation, 5, now=NOW + timedelta(hours=20))

    restore(response)

    response.refresh_from_db()
    assert (response.standing, response.score) == ("counted", 5)
    assert (response.answered_at, response.local_on.isoformat()) == (
        NOW + timedelta(hours=20),
        "2026-05-12",
    )


def test_many_are_excluded_each_as_an_act_of_its_own(organisation):
    programme = a_programme(organisation)
    three = [a_response(organisation, programme, score) for score in (1, 2, 3)]
    exclude(three[0])

    done = exclude_responses(
        response_ids=[one.pk for one in three], reason="Trade fair", actor=MAYA, now=NOW
    )

    assert done == 2
    assert [entry[2] for entry in trail()] == [one.pk for one in three]
    assert (
        list(Response.objects.order_by("id").values_list("standing", flat=True)) == ["excluded"] * 3
    )


def test_what_staff_enters_is_a_revision_with_who_and_why(invitation):
    response = answered(invitation, 1)
    record_reason(invitation_id=invitation.pk, comment="Excellent, thank you", now=NOW)

    amend(response, score=5)

    response.refresh_from_db()
    assert (response.score, response.comment, response.standing) == (
        5,
        "Excellent, thank you",
        "counted",
    )
    assert (response.answered_at, response.revisions_made) == (NOW, 3)
    told = ResponseRevision.objects.order_by("number").values_list(
        "number", "score", "comment", "verdict", "entered_by", "reason"
    )
    assert list(told) == [
        (1, 1, "", "human", "", ""),
        (2, 1, "Excellent, thank you", "human", "", ""),
        (3, 5, "Excellent, thank you", "human", "maya@acme.example", "She rang: meant 10"),
    ]
    assert trail() == [
        (
            "response.amended",
            "maya@acme.example",
            response.pk,
            {"score": 1},
            {"score": 5, "reason": "She rang: meant 10"},
        )
    ]
    assert kinds()[-1] == "response.amended"


def test_every_version_is_the_whole_answer(organisation):
    programme = a_programme(organisation, a_touchpoint(organisation))
    version = a_version(programme.survey, a_choice(), asks_feeling=True, asks_contact=True)
    question = version.questions.get().pk
    yesterday = NOW - timedelta(days=1)
    invitation = an_invitation(organisation, programme, a_customer(organisation), at=yesterday)
    response = answered(invitation, 1)
    record_reason(
        invitation_id=invitation.pk,
        comment="Slow",
        feelings=[Feeling.ANNOYED],
        contact="email",
        answers=[Given(question, picked=(2,))],
        now=NOW,
    )
    amend(response, score=2)
    withdraw_answer(invitation_id=invitation.pk, now=LATER)
    told = ResponseRevision.objects.order_by("number").values_list(
        "score", "comment", "feelings", "contact", "answers"
    )
    said = ("Slow", ["annoyed"], "email", {str(question): [2]})
    assert list(told)[1:] == [(1, *said), (2, *said), (2, *said)]


def test_what_somebody_else_answered_stays_out_when_it_is_restored(invitation):
    response = answered(invitation)
    exclude(response)
    withdraw_answer(invitation_id=invitation.pk, now=NOW)

    assert restore(response)

    response.refresh_from_db()
    assert (response.standing, response.standing_reason) == ("withdrawn", SAID)
    return_answer(invitation_id=invitation.pk, now=LATER)
    response.refresh_from_db()
    assert (response.standing, response.standing_reason) == ("counted", "")


def test_the_trail_says_that_words_changed_and_not_which(invitation):
    response = answered(invitation)

    amend(response, comment="Ben Harris was rude")

    ((_, _, _, before, after),) = trail()
    assert (before, after) == (
        {"comment": ""},
        {"comment": "changed", "reason": "She rang: meant 10"},
    )


def test_a_correction_that_says_what_is_stored_changes_nothing(invitation):
    response = answered(invitation)

    assert amend(response, score=4, comment="") is None

    assert (ResponseRevision.objects.count(), trail()) == (1, [])


@pytest.mark.parametrize("score", [0, 6, True])
def test_a_correction_stays_on_the_scale(invitation, score):
    response = answered(invitation)
    with pytest.raises(ScoreRefused):
        amend(response, score=score)
    assert ResponseRevision.objects.count() == 1


def test_a_person_behind_a_suspect_makes_it_count_from_then_on(invitation):
    response = answered(invitation, 1, MACHINE)

    amend(response, score=5, now=LATER)

    response.refresh_from_db()
    assert (response.standing, response.standing_reason, response.score) == ("counted", "", 5)
    assert response.answered_at == LATER


def test_amending_what_is_excluded_does_not_bring_it_back(invitation):
    response = answered(invitation)
    exclude(response)

    amend(response, score=5)

    response.refresh_from_db()
    assert (response.standing, response.score) == ("excluded", 5)


def test_words_of_an_erased_person_do_not_come_back(invitation):
    response = answered(invitation)
    erase_customer(customer_id=invitation.customer_id, tracked=[], actor=MAYA, now=NOW)

    with pytest.raises(AnswerIsErased):
        amend(response, comment="Ada asks to add this")

    response.refresh_from_db()
    assert response.comment == ""


def test_the_fold_makes_the_cells_right_after_each_correction(organisation, invitation):
    response = answered(invitation, 1)
    seen = []

    def counted():
        dispatch_due(now=LATER)
        row = CountedAnswer.objects.get(response_id=response.pk)
        seen.append((row.standing, row.score))
        assert not compare_cells(organisation_id=organisation.pk).found

    flow.wire()
    counted()
    exclude(response)
    counted()
    amend(response, score=5)
    counted()
    restore(response)
    counted()

    assert seen == [("counted", 1), ("excluded", 1), ("excluded", 5), ("counted", 5)]


def test_an_answer_of_another_organisation_does_not_exist(db):
    acme, globex = an_organisation(), an_organisation("Globex")
    with tenancy.organisation(acme.pk):
        response = a_response(acme, a_programme(acme), 5)
    with tenancy.organisation(globex.pk):
        for act in (exclude, restore, lambda one: amend(one, score=1)):
            with pytest.raises(Response.DoesNotExist):
                act(response)
    with tenancy.organisation(acme.pk):
        response.refresh_from_db()
        assert (response.standing, response.score) == ("counted", 5)
