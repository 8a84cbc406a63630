"""What the flow table calls: events name rows, the fold looks at what is true of them now."""

from datetime import UTC, datetime

import pytest

from events.dispatching import Happening
from events.kinds import Kind
from metrics.actions.reacting import ANSWERS, ASKS, fold_answered, fold_asked
from surveys.models import Invitation, Message, Response
from tests.metrics.conftest import START, day
from tests.metrics.reference import (
    assert_cells_equal_the_answers,
    held_asks,
    held_cells,
)

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


def happened(kind, **payload):
    return Happening(1, kind, NOW, payload)


def test_an_answer_moves_its_cells_and_its_invitation(acme):
    ask = acme.ask("relation", day(2))
    answer = acme.reply(ask, 9)
    event = happened(Kind.RESPONSE_RECEIVED, response=answer.pk)

    for _ in range(2):
        fold_answered(acme.organisation_id, [event, event], NOW)

    assert_cells_equal_the_answers()
    assert {key[-1] for key in held_asks()} == {"began"}


def test_events_told_in_the_wrong_order_come_to_the_same(acme):
    answer = acme.answer("relation", 9, day(2))
    received = happened(Kind.RESPONSE_RECEIVED, response=answer.pk)
    excluded = happened(Kind.RESPONSE_EXCLUDED, response=answer.pk)
    Response.objects.filter(pk=answer.pk).update(standing="excluded")

    fold_answered(acme.organisation_id, [excluded], NOW)
    fold_answered(acme.organisation_id, [received], NOW)

    assert {key[-2] for key in held_cells()[0]} == {"excluded"}
    assert_cells_equal_the_answers()


def test_an_import_names_many_answers_at_once(acme):
    rows = [acme.answer("service", 5, day(n + 1), touchpoint="phone") for n in range(5)]
    event = happened(Kind.RESPONSE_IMPORTED, response=[row.pk for row in rows])

    fold_answered(acme.organisation_id, [event], NOW)

    assert_cells_equal_the_answers()


@pytest.mark.parametrize("named", ["invitation", "message", "customer"])
def test_what_happened_to_a_mail_or_a_wish_moves_the_invitation(acme, named):
    ask = acme.ask("relation", day(2), opted_out_at=START)
    message = Message.objects.create(
        organisation_id=acme.organisation_id,
        invitation=ask,
        about=f"invitation:{ask.pk}",
        due_at=START,
        created_at=START,
        expires_at=ask.expires_at,
        message_id=f"<{ask.pk}@acme.example>",
    )
    ids = {"invitation": ask.pk, "message": message.pk, "customer": ask.customer_id}

    fold_asked(acme.organisation_id, [happened(Kind.MESSAGE_SENT, **{named: ids[named]})], NOW)

    assert {key[-1] for key in held_asks()} == {"opted_out"}
    assert_cells_equal_the_answers()


def test_other_invitations_of_the_customer_are_left_alone_where_one_is_named(
    acme, django_assert_num_queries
):
    ask = acme.ask("relation", day(2))
    event = happened(Kind.CUSTOMER_OPTED_OUT, customer=ask.customer_id, invitation=ask.pk)
    Invitation.objects.filter(pk=ask.pk).update(opted_out_at=START)

    with django_assert_num_queries(5):
        fold_asked(acme.organisation_id, [event], NOW)

    assert {key[-1] for key in held_asks()} == {"opted_out"}


def test_every_kind_of_event_about_an_answer_is_named():
    answers = {kind for kind in Kind if kind.startswith("response.")}
    assert set(ANSWERS) == answers | {Kind.CUSTOMER_ERASED, Kind.CUSTOMER_MERGED}
    assert set(ASKS) == {
        kind for kind in Kind if kind.startswith(("message.", "customer.opted", "link."))
    }
