"""Joining: a link works once, for one address, one organisation and one role, for seven days."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.actions.founding import create_organisation
from accounts.actions.joining import (
    AnotherPerson,
    DeadInvitation,
    NeedsSignIn,
    Newcomer,
    invite,
    join_as_newcomer,
    join_as_user,
    revoke_invitation,
)
from accounts.actions.members import AlreadyMember, add_member, change_role, remove_member
from accounts.models import AuditEntry, JoiningInvitation, Letter, Membership, User
from accounts.queries.joining import openable, token_of
from accounts.queries.lookups import belongings
from accounts.rules.actors import Actor
from accounts.rules.roles import Role
from kit import tenancy

GOOD = Newcomer(name="Rita Berg", password="Tram-47-purple-otter")


@pytest.fixture
def link(acme, actor, now):
    """The token of Rita's link to join Acme as a responder."""
    return token_of(send(acme, actor, now).pk)


def send(organisation_id, actor, now, email="rita@acme.example", role=Role.RESPONDER):
    return invite(organisation_id=organisation_id, email=email, role=role, actor=actor, now=now)


def enter(token, now):
    return join_as_newcomer(token=token, newcomer=GOOD, ip="192.0.2.7", now=now)


def actions(organisation_id):
    with tenancy.organisation(organisation_id):
        return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))[1:]


def test_a_newcomer_becomes_user_and_member(acme, link, now):
    user = enter(link, now)

    assert (user.email, user.name) == ("rita@acme.example", "Rita Berg")
    assert user.check_password(GOOD.password)
    with tenancy.organisation(acme):
        assert Membership.objects.get().role == "responder"
        joined = AuditEntry.objects.order_by("-id")[0]
        assert (joined.action, joined.user_id, joined.ip) == ("member.joined", user.pk, "192.0.2.7")
    assert actions(acme) == ["member.invited", "member.joined"]


def test_the_letter_holds_no_link(acme, link):
    with tenancy.organisation(acme):
        letter = Letter.objects.get()
        stored = str(Letter.objects.values().get())
    assert (letter.kind, letter.to) == ("joining", "rita@acme.example")
    assert link not in stored


def test_a_link_works_once(link, now):
    enter(link, now)

    with pytest.raises(DeadInvitation):
        enter(link, now)
    assert openable(link, now) is None


def test_a_link_dies_after_seven_days(link, now):
    week = timedelta(days=7)

    assert openable(link, now + week - timedelta(seconds=1)).email == "rita@acme.example"
    with pytest.raises(DeadInvitation):
        enter(link, now + week)
    assert User.objects.count() == 0


def test_a_revoked_link_is_dead_and_revoked_once(acme, link, actor, now):
    with tenancy.organisation(acme):
        invitation = JoiningInvitation.objects.get()
    for _ in range(2):
        revoke_invitation(organisation_id=acme, invitation_id=invitation.pk, actor=actor, now=now)

    with pytest.raises(DeadInvitation):
        enter(link, now)
    assert actions(acme) == ["member.invited", "member.invitation_revoked"]


def test_another_role_is_another_link(acme, link, actor, now):
    new = token_of(send(acme, actor, now, role=Role.MANAGER).pk)

    with pytest.raises(DeadInvitation):
        enter(link, now)
    enter(new, now)
    with tenancy.organisation(acme):
        assert Membership.objects.get().role == "manager"
        invited = AuditEntry.objects.filter(action="member.invited").order_by("-id")[0]
        assert invited.before == {"role": "responder"}
        assert invited.after == {"email": "rita@acme.example", "role": "manager"}


def states(organisation_id):
    with tenancy.organisation(organisation_id):
        return list(Letter.objects.order_by("id").values_list("state", flat=True))


def test_a_letter_with_a_dead_link_stays_here(acme, link, actor, now):
    second = send(acme, actor, now, role=Role.MANAGER)
    assert states(acme) == ["cancelled", "queued"]

    revoke_invitation(organisation_id=acme, invitation_id=second.pk, actor=actor, now=now)
    assert states(acme) == ["cancelled", "cancelled"]


@pytest.mark.parametrize("end", ["remove", "change"])
def test_no_old_link_undoes_a_removal_or_a_change_of_role(acme, link, person, actor, now, end):
    user = person("rita@acme.example")
    member = add_member(organisation_id=acme, user=user, role=Role.MANAGER, actor=actor, now=now)
    act = {"organisation_id": acme, "membership_id": member.pk, "actor": actor, "now": now}
    remove_member(**act) if end == "remove" else change_role(**act, role=Role.VIEWER)

    with pytest.raises(DeadInvitation):
        join_as_user(token=link, user=user, ip=None, now=now)
    assert actions(acme)[-1] == {"remove": "member.removed", "change": "member.role_changed"}[end]


def test_members_are_not_invited(acme, join, actor, now):
    join(acme, "rita@acme.example")

    with pytest.raises(AlreadyMember):
        send(acme, actor, now, email="RITA@acme.example")


def test_a_user_joins_a_second_organisation_with_her_password(acme, globex, link, actor, now):
    user = enter(link, now)
    second = token_of(send(globex, actor, now, role=Role.VIEWER).pk)

    with pytest.raises(NeedsSignIn):
        enter(second, now)
    assert join_as_user(token=second, user=user, ip=None, now=now) == "globex"
    assert [one.slug for one in belongings(user.pk)] == ["acme-mobile", "globex"]


def test_somebody_else_cannot_use_the_link(acme, link, person, now):
    with pytest.raises(AnotherPerson):
        join_as_user(token=link, user=person("eve@globex.example"), ip=None, now=now)

    assert openable(link, now) is not None


def test_a_member_who_clicks_late_keeps_her_role(acme, link, person, now, actor):
    user = person("rita@acme.example")
    add_member(organisation_id=acme, user=user, role=Role.OWNER, actor=actor, now=now)

    join_as_user(token=link, user=user, ip=None, now=now)

    with tenancy.organisation(acme):
        assert Membership.objects.get().role == "owner"


def test_a_weak_password_leaves_the_link_alive(link, now):
    weak = Newcomer(name="Rita", password="1234567890")

    with pytest.raises(ValidationError):
        join_as_newcomer(token=link, newcomer=weak, ip=None, now=now)
    enter(link, now)


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1] + ("x" if token[-1] != "x" else "y"),
        lambda token: "1" + token,
        lambda token: token * 2,
        lambda token: token[:-22],
        str.swapcase,
    ],
)
def test_a_forged_link_opens_nothing(link, now, change):
    assert openable(change(link), now) is None


def test_the_link_of_another_row_opens_nothing(acme, link, actor, now):
    other = token_of(send(acme, actor, now, email="tom@acme.example").pk)
    assert other[-22:] != link[-22:]

    assert openable(other[:-22] + link[-22:], now) is None


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_once_make_one_member(actor, now):
    organisation_id = create_organisation(
        name="Acme Mobile", time_zone="UTC", actor=actor, now=now
    ).pk
    user = User.objects.create_user("rita@acme.example")
    token = token_of(send(organisation_id, actor, now).pk)

    def click(_):
        try:
            join_as_user(token=token, user=user, ip=None, now=now)
        except DeadInvitation:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(click, range(10))) == 1
    assert actions(organisation_id) == ["member.invited", "member.joined"]


@pytest.mark.django_db(transaction=True)
def test_two_links_at_once_make_one_user(actor, now):
    """Both find no user of this address; the second must be sent to sign in, not fail."""
    links = []
    for name in ("Acme Mobile", "Globex"):
        organisation = create_organisation(name=name, time_zone="UTC", actor=actor, now=now)
        links.append(token_of(send(organisation.pk, actor, now).pk))
    together = Barrier(2)

    def click(token):
        together.wait()
        try:
            enter(token, now)
        except NeedsSignIn:
            return "sign in"
        finally:
            connection.close()
        return "joined"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(click, links)) == ["joined", "sign in"]
    assert len(belongings(User.objects.get().pk)) == 1


def test_the_entry_names_who_invited(acme, person, now):
    maya = person("maya@acme.example")
    send(acme, Actor(name=maya.email, user_id=maya.pk, ip="192.0.2.1"), now)

    with tenancy.organisation(acme):
        assert JoiningInvitation.objects.get().invited_by == maya
        entry = AuditEntry.objects.order_by("-id")[0]
        assert (entry.user_id, entry.actor, entry.ip) == (maya.pk, maya.email, "192.0.2.1")
