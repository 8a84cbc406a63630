"""D-36: every act on members, invitations and keys leaves exactly one entry, with its address."""

import pytest

from accounts.models import ApiKey, AuditEntry, JoiningInvitation, Membership
from kit import tenancy

IP = "198.51.100.7"
SETTINGS = "/o/acme-mobile/settings"


@pytest.fixture
def maya(acme, browser_of):
    client = browser_of(acme.maya)
    client.defaults["REMOTE_ADDR"] = IP
    return client


def entries(acme):
    with tenancy.organisation(acme.id):
        return list(AuditEntry.objects.order_by("id"))


def membership(acme, user):
    with tenancy.organisation(acme.id):
        return Membership.objects.get(user=user).pk


def invite(acme, client):
    return client.post(f"{SETTINGS}/members/", {"email": "nora@acme.example", "role": "responder"})


def revoke_invitation(acme, client):
    invite(acme, client)
    with tenancy.organisation(acme.id):
        number = JoiningInvitation.objects.get().pk
    return client.post(f"{SETTINGS}/invitations/{number}/revoke/")


def change_role(acme, client):
    number = membership(acme, acme.rita)
    return client.post(f"{SETTINGS}/members/{number}/role/", {"role": "manager"})


def remove(acme, client):
    return client.post(f"{SETTINGS}/members/{membership(acme, acme.rita)}/remove/")


def create_key(acme, client):
    data = {"name": "Helpdesk", "scopes": ["interactions:write", "customers:read"]}
    return client.post(f"{SETTINGS}/keys/new/", data)


def revoke_key(acme, client):
    create_key(acme, client)
    with tenancy.organisation(acme.id):
        number = ApiKey.objects.get().pk
    return client.post(f"{SETTINGS}/keys/{number}/revoke/")


ACTS = {
    invite: ["member.invited"],
    revoke_invitation: ["member.invited", "member.invitation_revoked"],
    change_role: ["member.role_changed"],
    remove: ["member.removed"],
    create_key: ["key.created"],
    revoke_key: ["key.created", "key.revoked"],
}


@pytest.mark.parametrize(("act", "left"), ACTS.items(), ids=[act.__name__ for act in ACTS])
def test_an_act_leaves_one_entry_that_names_who_and_from_where(acme, maya, act, left):
    before = len(entries(acme))
    assert act(acme, maya).status_code in (200, 302)

    new = entries(acme)[before:]
    assert [entry.action for entry in new] == left
    for entry in new:
        named = (entry.user_id, entry.actor, entry.ip, entry.api_key_id)
        assert named == (acme.maya.pk, acme.maya.email, IP, None)


@pytest.mark.parametrize("act", [invite, change_role, remove, create_key])
@pytest.mark.parametrize("name", ["tom", "rita", "victor", "gus"])
def test_who_may_not_leaves_none(acme, browser_of, act, name):
    client = browser_of(getattr(acme, name))
    before = len(entries(acme))

    assert act(acme, client).status_code in (403, 404)
    assert len(entries(acme)) == before


def test_the_last_owner_stays_and_no_entry_says_otherwise(acme, maya):
    number = membership(acme, acme.maya)
    before = len(entries(acme))
    maya.post(f"{SETTINGS}/members/{number}/remove/")
    maya.post(f"{SETTINGS}/members/{number}/role/", {"role": "viewer"})

    assert len(entries(acme)) == before
    assert maya.get(f"{SETTINGS}/members/").status_code == 200


def test_a_key_text_is_in_no_entry(acme, maya):
    page = create_key(acme, maya).content.decode()
    text = page[page.index("cx_") :][:44]

    with tenancy.organisation(acme.id):
        stored = str(list(AuditEntry.objects.values()))
    assert text[12:] not in stored
    assert ApiKey.__name__ not in stored
