"""The page behind an invitation: owner, newcomer, known user, outsider, dead links."""

import re

import pytest
from django.test import Client

from accounts.actions.joining import invite, revoke_invitation
from accounts.models import AuditEntry, JoiningInvitation, Membership, User
from accounts.queries.joining import token_of
from accounts.rules.actors import Actor
from accounts.rules.roles import Role
from kit import clock, tenancy
from tests.console.signin.conftest import PASSWORD

NONCE = re.compile(rb'nonce="[^"]+"')
GOOD = {"name": "Nora Lind", "password": "Quiet-harbour-91-lamp"}


@pytest.fixture
def link(acme):
    return address(acme.id, "nora@acme.example")


def address(organisation_id, email, role=Role.RESPONDER):
    invitation = invite(
        organisation_id=organisation_id,
        email=email,
        role=role,
        actor=Actor(name="maya@acme.example"),
        now=clock.now(),
    )
    return f"/join/{token_of(invitation.pk)}/"


def text(answer):
    return answer.content.decode()


def roles(acme):
    with tenancy.organisation(acme.id):
        rows = Membership.objects.filter(user__email="nora@acme.example")
        return list(rows.values_list("role", flat=True))


def test_a_newcomer_joins_and_is_in(acme, link, client):
    assert "You join as responder and will sign in as" in text(client.get(link))
    answer = client.post(link, GOOD)

    assert answer.headers["Location"] == "/o/acme-mobile/"
    assert roles(acme) == ["responder"]
    assert client.get("/").headers["Location"] == "/o/acme-mobile/"
    assert User.objects.get(email="nora@acme.example").get_full_name() == "Nora Lind"


def test_looking_joins_nobody(acme, link, client):
    client.get(link)
    client.head(link)

    assert roles(acme) == []
    with tenancy.organisation(acme.id):
        assert JoiningInvitation.objects.get().used_at is None


def test_the_address_and_the_role_cannot_be_chosen(acme, link, client):
    client.post(link, {**GOOD, "email": "eve@evil.example", "role": "owner", "user": "1"})

    assert roles(acme) == ["responder"]
    assert not User.objects.filter(email="eve@evil.example").exists()


def test_a_used_link_is_dead_for_everybody(acme, link, client, browser_of):
    client.post(link, GOOD)

    for who in (client, Client(), browser_of(acme.maya)):
        for answer in (who.get(link), who.post(link, GOOD)):
            assert answer.status_code == 404
            assert "This link no longer works" in text(answer)


def test_revoked_forged_and_unknown_links_look_the_same(acme, link, client):
    with tenancy.organisation(acme.id):
        invitation = JoiningInvitation.objects.get()
    revoke_invitation(
        organisation_id=acme.id,
        invitation_id=invitation.pk,
        actor=Actor(name="maya"),
        now=clock.now(),
    )
    pages = [client.get(one) for one in (link, "/join/x/", "/join/" + "A" * 200 + "/")]

    assert {page.status_code for page in pages} == {404}
    assert len({NONCE.sub(b"", page.content) for page in pages}) == 1


def test_somebody_known_signs_in_first_and_joins_with_a_click(acme, browser_of):
    link = address(acme.id, "gus@globex.example", Role.VIEWER)
    stranger = Client()
    page = text(stranger.get(link))
    assert "You have a sign-in already" in page
    assert f'href="/sign-in/?next={link}"' in page
    stranger.post(link, GOOD)  # neither a second user nor a new password
    assert User.objects.filter(email="gus@globex.example").count() == 1

    gus = browser_of(acme.gus)
    assert "You join as viewer" in text(gus.get(link))
    assert gus.post(link).headers["Location"] == "/o/acme-mobile/"
    with tenancy.organisation(acme.id):
        assert AuditEntry.objects.order_by("-id")[0].user_id == acme.gus.pk


@pytest.mark.parametrize("name", ["maya", "tom", "rita", "victor", "gus"])
def test_the_link_of_somebody_else_is_no_use(acme, link, browser_of, name):
    user = getattr(acme, name)
    client = browser_of(user)

    assert f'you are signed in as <span class="bidi">{user.email}</span>' in text(client.get(link))
    assert client.post(link).status_code == 403
    assert roles(acme) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "Nora\u202eLind"}, "one line without hidden characters"),
        ({"name": "x" * 121}, "at most 120"),
        ({"password": "short"}, "too short"),
        ({"password": "1234567890"}, "too common"),
        ({"password": "nora@acme.example"}, "too similar"),
        ({"password": ""}, "This field is required"),
    ],
)
def test_what_is_wrong_is_said_and_the_link_still_works(acme, link, client, wrong, words):
    answer = client.post(link, {**GOOD, **wrong})

    assert answer.status_code == 200
    assert words in text(answer)
    assert roles(acme) == []
    assert client.post(link, GOOD).status_code == 302


def test_a_newcomer_can_sign_in_with_what_she_chose(acme, link, client, browser_of):
    client.post(link, GOOD)
    nora = User.objects.get(email="nora@acme.example")

    assert browser_of(nora, GOOD["password"]).get("/").status_code == 302
    assert PASSWORD not in str(User.objects.values())
