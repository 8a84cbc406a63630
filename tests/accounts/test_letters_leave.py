"""From an act to a mail in somebody's hands: its link opens the page it promises."""

import re

import pytest
from django.test import Client

from accounts.actions.handover import Letters, Worker, hand_over
from accounts.actions.joining import invite, revoke_invitation
from accounts.actions.security import ask_for_reset
from accounts.rules.roles import Role
from kit import clock
from tests.transports import Clock, Scripted


@pytest.fixture
def deliver():
    """Run the drain once and return the mails that left."""

    def run():
        transport = Scripted()
        hand_over(outbox=Letters(), worker=Worker(transport=transport, clock=Clock(clock.now())))
        return transport.mails

    return run


def opened(mail):
    address = re.search(r"http://localhost:8000(/\S+)", mail.text)[1]
    return Client().get(address, follow=True)


def test_an_invitation_arrives_and_opens(acme, actor, deliver):
    given = {"organisation_id": acme, "role": Role.VIEWER, "actor": actor, "now": clock.now()}
    invite(email="nora@acme.example", **given)
    gone = invite(email="gone@acme.example", **given)
    revoke_invitation(organisation_id=acme, invitation_id=gone.pk, actor=actor, now=clock.now())

    (mail,) = deliver()
    assert mail.recipient == ("", "nora@acme.example")
    page = opened(mail)
    assert page.status_code == 200
    assert "Choose a password" in page.content.decode()
    assert deliver() == []


def test_a_reset_link_arrives_and_opens(person, deliver):
    ask_for_reset(user=person("maya@acme.example"), now=clock.now())

    (mail,) = deliver()
    assert "Set a new password" in opened(mail).content.decode()
