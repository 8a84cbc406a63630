"""Letters to staff: what they say, and that their links work and are stored nowhere."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from accounts.actions.joining import invite
from accounts.actions.security import ask_for_reset, note_security_change
from accounts.channels.letters import written
from accounts.models import AuditEntry, Letter, Organisation, User
from accounts.queries.joining import openable
from accounts.rules.actors import Actor
from accounts.rules.letters import LETTERS
from accounts.rules.roles import Role
from accounts.rules.security import SecurityChange
from kit import tenancy


def links(mail):
    page = BeautifulSoup(mail.html, "html.parser")
    return {anchor["href"] for anchor in page.find_all("a")}


def test_the_invitation_names_everything_one_wants_to_know(acme, person, now):
    maya = person("maya@acme.example")
    actor = Actor(name=maya.email, user_id=maya.pk)
    invite(
        organisation_id=acme, email="rita@acme.example", role=Role.RESPONDER, actor=actor, now=now
    )

    with tenancy.organisation(acme):
        mail = written(Letter.objects.get(), now)
    assert mail.recipient == ("", "rita@acme.example")
    assert mail.subject == "Join Acme Mobile on cxapp"
    assert "maya@acme.example invites you to Acme Mobile, as responder" in mail.text
    assert "until Monday, 23 November 2026, 09:30 UTC" in mail.text
    token = re.search(r"http://localhost:8000/join/(\w+)/", mail.text)[1]
    assert f"http://localhost:8000/join/{token}/" in links(mail)
    assert openable(token, now).email == "rita@acme.example"


def test_a_name_cannot_write_html_into_the_mail(acme, person, now):
    maya = person("maya@acme.example")
    User.objects.filter(pk=maya.pk).update(name='<b>x</b><a href="https://evil.example">Click</a>')
    actor = Actor(name=maya.email, user_id=maya.pk)
    invite(organisation_id=acme, email="rita@acme.example", role=Role.VIEWER, actor=actor, now=now)

    with tenancy.organisation(acme):
        Organisation.objects.update(name="{email} {0.__class__} <i>")
        mail = written(Letter.objects.get(), now)
    assert not any("evil" in link for link in links(mail))
    assert mail.subject == "Join {email} {0.__class__} <i> on cxapp"


def test_the_reset_link_is_made_at_hand_over(person, now):
    user = person("maya@acme.example")
    ask_for_reset(user=user, now=now)

    letter = Letter.objects.get()
    mail = written(letter, now)
    uid, key = re.search(r"http://localhost:8000/password/new/(\w+)-(\S+)/", mail.text).groups()
    assert PasswordResetTokenGenerator().check_token(user, key)
    assert int(uid, 36) == user.pk
    assert key not in str(Letter.objects.values().get())
    assert letter.expires_at == now + timedelta(hours=1)


def test_one_reset_letter_in_five_minutes(person, now):
    user = person("maya@acme.example")
    written_at = [0, 1, 299, 300, 301]

    assert [ask_for_reset(user=user, now=now + timedelta(seconds=at)) for at in written_at] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert Letter.objects.count() == 2


@pytest.mark.parametrize("change", SecurityChange)
def test_a_change_of_sign_in_is_told_to_the_person_and_to_each_organisation(
    acme, globex, join, now, change
):
    user = join(acme, "maya@acme.example").user
    note_security_change(user=user, change=change, ip="192.0.2.1", now=now)

    mail = written(Letter.objects.get(kind=change), now)
    assert mail.subject == LETTERS[change].subject
    assert "for maya@acme.example on Monday, 16 November 2026, 09:30 UTC" in mail.text
    assert "from the address 192.0.2.1" in mail.text
    with tenancy.organisation(acme):
        entry = AuditEntry.objects.order_by("-id")[0]
        assert (entry.action, entry.user_id) == (f"member.{change}", user.pk)
    with tenancy.organisation(globex):
        assert AuditEntry.objects.count() == 1  # its founding


def test_a_letter_loads_nothing_and_its_text_is_text(person, now):
    user = person("maya@acme.example")
    ask_for_reset(user=user, now=now)
    mail = written(Letter.objects.get(), now)

    assert not re.search(r"[<>]|&\w+;", mail.text)
    assert "src=" not in mail.html
    assert "http://fonts" not in mail.html
    assert "https://fonts" not in mail.html
