"""Sessions: a new id on sign-in, and a copied cookie that is worth nothing afterwards."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from accounts.actions.members import remove_member
from accounts.actions.security import end_sessions
from accounts.models import Membership, User
from accounts.rules.actors import Actor
from kit import tenancy
from tests.console.signin.conftest import NOW, PASSWORD, sign_in

NEW = "Quiet-harbour-91-lamp"


def copied(client):
    """Another browser with the same session cookie."""
    thief = Client()
    thief.cookies["session"] = client.cookies["session"].value
    return thief


def is_in(client):
    return client.get("/you/").status_code == 200


@pytest.fixture
def maya(acme, browser_of):
    return browser_of(acme.maya)


def test_signing_in_gives_a_new_session_id(acme, client):
    client.get("/sign-in/")
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["session"] = session.session_key
    sign_in(client, acme.maya.email, PASSWORD)

    assert client.cookies["session"].value != session.session_key
    assert not is_in_with(session.session_key)


def is_in_with(key):
    client = Client()
    client.cookies["session"] = key
    return is_in(client)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(maya):
    cookie = maya.cookies["session"]

    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")


def test_a_copied_cookie_dies_with_sign_out(maya):
    thief = copied(maya)
    assert is_in(thief)
    maya.post("/sign-out/")

    assert not is_in(thief)


def test_signing_out_takes_a_click(maya):
    assert maya.get("/sign-out/").status_code == 200
    assert is_in(maya)


def test_a_copied_cookie_dies_with_a_new_password(maya):
    thief = copied(maya)
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert maya.post("/you/password/", data).status_code == 302

    assert not is_in(thief)
    assert not is_in(maya)


def test_a_copied_cookie_dies_when_sign_in_is_closed(acme, maya):
    thief = copied(maya)
    User.objects.filter(pk=acme.maya.pk).update(is_active=False)

    assert not is_in(thief)


def test_sessions_can_be_ended_without_a_new_password(acme, maya):
    end_sessions(user=acme.maya)

    assert not is_in(maya)


def test_other_sessions_end_when_two_steps_are_turned_off(acme, maya):
    TOTP.activate(acme.maya, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    thief = copied(maya)
    maya.post("/you/again/", {"password": PASSWORD})
    thief.cookies["session"] = maya.cookies["session"].value
    other = Client()
    other.force_login(acme.maya)
    assert maya.post("/you/two-step/off/").status_code == 302

    assert is_in(maya)
    assert not is_in(other)


def test_who_is_removed_sees_nothing_from_the_next_click(acme, browser_of):
    rita = browser_of(acme.rita)
    assert rita.get("/").headers["Location"] == "/o/acme-mobile/"
    with tenancy.organisation(acme.id):
        membership = Membership.objects.get(user=acme.rita)
    remove_member(
        organisation_id=acme.id, membership_id=membership.pk, actor=Actor(name="test"), now=NOW
    )

    assert "You belong to no organisation" in rita.get("/").content.decode()
