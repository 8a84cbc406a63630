"""Letters to staff leave through the same drain, with or without an organisation."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.actions.handover import Letters, Worker, hand_over
from accounts.channels import letters
from accounts.channels.letters import Words
from accounts.models import Letter, LetterAttempt, Organisation, RoutePause
from accounts.transport import Kind, Outcome, Phase
from kit import tenancy
from tests.builders import NOW, an_organisation
from tests.transports import Clock, Scripted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def writers(monkeypatch):
    monkeypatch.setattr(letters, "_writers", {})
    letters.register(
        "joining", lambda letter: Words(f"Join {seen()}", "Come in.", "<p>Come in.</p>")
    )


def seen():
    return ", ".join(Organisation.objects.values_list("name", flat=True)) or "us"


def a_letter(organisation=None, kind="joining", **fields):
    enter = tenancy.organisation(organisation.pk) if organisation else transaction.atomic()
    with enter:
        return Letter.objects.create(
            organisation_id=organisation.pk if organisation else None,
            about=f"{kind}:{Letter.objects.count()}",
            kind=kind,
            to="maya@acme.example",
            due_at=NOW,
            expires_at=NOW + timedelta(days=3),
            message_id=f"letter{Letter.objects.count()}.{organisation and organisation.pk}@x",
            created_at=NOW,
            **fields,
        )


def drain(transport, clock):
    return hand_over(outbox=Letters(), worker=Worker(transport=transport, clock=clock))


def stored():
    with tenancy.system("handover"):
        return list(Letter.objects.order_by("id").values_list("state", "attempts"))


def test_letters_with_and_without_an_organisation_leave():
    a_letter(an_organisation())
    a_letter()
    transport = Scripted()
    assert drain(transport, Clock(NOW)) == 2
    assert [mail.subject for mail in transport.mails] == ["Join Acme Mobile", "Join us"]
    assert [mail.sender for mail in transport.mails] == [("Acme", "feedback@acme.example")] * 2
    assert stored() == [("sent", 1), ("sent", 1)]
    assert LetterAttempt.objects.count() == 2


def test_a_letter_that_nobody_writes_fails_in_the_end_and_holds_up_no_other():
    a_letter(kind="unheard-of")
    a_letter()
    clock = Clock(NOW)
    for _ in range(5):
        drain(Scripted(), clock)
        clock.move(hours=6)
    assert stored() == [("failed", 5), ("sent", 1)]


def test_a_letter_whose_link_would_be_dead_is_not_sent():
    a_letter()
    transport, clock = Scripted(), Clock(NOW)
    transport.before_fence = lambda: clock.move(days=4)
    drain(transport, clock)
    assert transport.mails == []
    assert stored() == [("expired", 0)]


@pytest.mark.parametrize("meanwhile", ["another address", "a paused route"])
def test_a_letter_heeds_what_changed_since_it_was_claimed(meanwhile):
    row = a_letter()
    transport = Scripted()

    def change():
        if meanwhile == "another address":
            Letter.objects.filter(pk=row.pk).update(to="maya.chen@acme.example")
        else:
            until = NOW + timedelta(minutes=1)
            RoutePause.objects.create(route=transport.name, until=until, reason="421 Busy")

    transport.before_fence = change
    drain(transport, Clock(NOW))
    assert (transport.mails, stored()) == ([], [("queued", 0)])


def test_a_letter_that_is_put_off_comes_again():
    a_letter()
    clock = Clock(NOW)
    drain(Scripted(Outcome(Kind.DEFERRED, Phase.RCPT, 450)), clock)
    assert stored() == [("queued", 1)]
    clock.move(minutes=2)
    drain(Scripted(Outcome(Kind.DEFERRED, Phase.RCPT, 450)), clock)
    assert stored() == [("queued", 2)]
    clock.move(minutes=7)
    drain(Scripted(), clock)
    assert stored() == [("sent", 3)]
