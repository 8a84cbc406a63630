"""Members: roles change at once, the last owner stays, other organisations are out of reach."""

import pytest

from accounts.actions.members import (
    AlreadyMember,
    LastOwner,
    add_member,
    change_role,
    remove_member,
)
from accounts.models import AuditEntry, Membership
from accounts.queries.lookups import belongings
from accounts.rules.roles import Role
from kit import tenancy


def entries(organisation_id):
    with tenancy.organisation(organisation_id):
        return list(AuditEntry.objects.order_by("id").values_list("action", "before", "after"))[1:]


def test_adding_is_one_change(acme, join):
    member = join(acme, "rita@acme.example", Role.RESPONDER)

    after = {"email": "rita@acme.example", "role": "responder"}
    assert entries(acme) == [("member.added", {}, after)]
    assert [one.organisation_id for one in belongings(member.user_id)] == [acme]


def test_nobody_is_a_member_twice(acme, join, actor, now):
    member = join(acme, "rita@acme.example")

    with pytest.raises(AlreadyMember):
        add_member(organisation_id=acme, user=member.user, role=Role.OWNER, actor=actor, now=now)
    with tenancy.organisation(acme):
        assert Membership.objects.get().role == "viewer"


def test_a_role_changes_with_one_entry(acme, join, actor, now):
    member = join(acme, "tom@acme.example", Role.VIEWER)

    for _ in range(2):  # the second time nothing changes
        change_role(
            organisation_id=acme, membership_id=member.pk, role=Role.MANAGER, actor=actor, now=now
        )

    assert entries(acme)[1:] == [
        (
            "member.role_changed",
            {"role": "viewer"},
            {"email": "tom@acme.example", "role": "manager"},
        ),
    ]


def test_the_member_stands_in_the_entry_of_a_changed_role(acme, join, actor, now):
    member = join(acme, "tom@acme.example", Role.VIEWER)
    change_role(
        organisation_id=acme, membership_id=member.pk, role=Role.MANAGER, actor=actor, now=now
    )

    with tenancy.organisation(acme):
        entry = AuditEntry.objects.order_by("-id")[0]
        assert (entry.object_type, entry.object_id) == ("member", member.pk)


def test_removing_takes_the_organisation_from_her_at_once(acme, globex, join, actor, now):
    owner = join(acme, "maya@acme.example", Role.OWNER)
    member = join(acme, "rita@acme.example")
    add_member(organisation_id=globex, user=member.user, role=Role.VIEWER, actor=actor, now=now)

    remove_member(organisation_id=acme, membership_id=member.pk, actor=actor, now=now)

    assert [one.organisation_id for one in belongings(member.user_id)] == [globex]
    assert [one.organisation_id for one in belongings(owner.user_id)] == [acme]
    before = {"email": "rita@acme.example", "role": "viewer"}
    assert entries(acme)[-1] == ("member.removed", before, {})


def test_the_last_owner_can_neither_leave_nor_step_down(acme, join, actor, now):
    owner = join(acme, "maya@acme.example", Role.OWNER)
    join(acme, "tom@acme.example", Role.MANAGER)

    with pytest.raises(LastOwner):
        remove_member(organisation_id=acme, membership_id=owner.pk, actor=actor, now=now)
    with pytest.raises(LastOwner):
        change_role(
            organisation_id=acme, membership_id=owner.pk, role=Role.VIEWER, actor=actor, now=now
        )
    assert [action for action, _, _ in entries(acme)] == ["member.added", "member.added"]


def test_one_of_two_owners_may_leave(acme, join, actor, now):
    owner = join(acme, "maya@acme.example", Role.OWNER)
    join(acme, "tom@acme.example", Role.OWNER)

    remove_member(organisation_id=acme, membership_id=owner.pk, actor=actor, now=now)

    assert belongings(owner.user_id) == []


def test_a_member_of_another_organisation_cannot_be_reached(acme, globex, join, actor, now):
    stranger = join(globex, "gus@globex.example", Role.OWNER)

    with pytest.raises(Membership.DoesNotExist):
        remove_member(organisation_id=acme, membership_id=stranger.pk, actor=actor, now=now)
    with pytest.raises(Membership.DoesNotExist):
        change_role(
            organisation_id=acme, membership_id=stranger.pk, role=Role.OWNER, actor=actor, now=now
        )
    assert len(belongings(stranger.user_id)) == 1
