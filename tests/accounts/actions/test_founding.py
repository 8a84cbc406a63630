"""Founding: the organisation, its first owner, and what is refused."""

import pytest
from django.core.exceptions import ValidationError

from accounts.actions import founding
from accounts.actions.founding import (
    BadOrganisation,
    Owner,
    create_organisation,
    found_organisation,
)
from accounts.models import AuditEntry, JoiningInvitation, Letter, Membership, Organisation, User
from accounts.rules.addresses import BadAddress
from kit import tenancy

GOOD = "Tram-47-purple-otter"


def found(now, actor, email="maya@acme.example", password=GOOD, **others):
    given = {"name": "Acme Mobile", "time_zone": "Europe/Berlin", **others}
    owner = Owner(email=email, name="Maya Okafor", password=password)
    return found_organisation(owner=owner, actor=actor, now=now, **given)


def test_with_a_password_the_owner_can_sign_in_at_once(db, now, actor):
    founded = found(now, actor, email=" Maya@Acme.example ")

    user = User.objects.get()
    assert (user.email, user.name) == ("maya@acme.example", "Maya Okafor")
    assert user.check_password(GOOD)
    with tenancy.organisation(founded.organisation_id):
        organisation = Organisation.objects.get()
        assert (organisation.slug, organisation.time_zone) == ("acme-mobile", "Europe/Berlin")
        assert list(Membership.objects.values_list("user", "role")) == [(user.pk, "owner")]
        trail = AuditEntry.objects.order_by("id").values_list("action", flat=True)
        assert list(trail) == ["organisation.founded", "member.added"]
    assert (founded.invitation_id, founded.is_password_used) == (None, True)


def test_without_a_password_the_owner_is_invited(db, now, actor):
    founded = found(now, actor, password=None)

    assert User.objects.count() == 0
    with tenancy.organisation(founded.organisation_id):
        invitation = JoiningInvitation.objects.get()
        assert (invitation.email, invitation.role) == ("maya@acme.example", "owner")
        assert invitation.pk == founded.invitation_id
        assert Letter.objects.get().context == {"invitation": invitation.pk}
        trail = AuditEntry.objects.order_by("id").values_list("action", flat=True)
        assert list(trail) == ["organisation.founded", "member.invited"]


def test_somebody_known_becomes_the_owner_and_keeps_her_password(db, now, actor):
    first = found(now, actor)
    second = found(now, actor, name="Globex", password="Another-47-otter")

    assert User.objects.get().check_password(GOOD)
    assert (second.invitation_id, second.is_password_used) == (None, False)
    assert second.organisation_id != first.organisation_id


def test_the_address_is_made_from_the_name_and_numbered_when_taken(db, now, actor):
    slugs = [
        create_organisation(name="Müller & Söhne", time_zone="UTC", actor=actor, now=now).slug
        for _ in range(3)
    ]

    assert slugs == ["muller-sohne", "muller-sohne-2", "muller-sohne-3"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "1 to 120"),
        ({"name": "A\nB"}, "one line"),
        ({"name": "A" * 121}, "1 to 120"),
        ({"name": "Acme \u202e Mobile"}, "one line"),
        ({"time_zone": "Europe/Bärlin"}, "no time zone"),
        ({"time_zone": "localtime"}, "no time zone"),
        ({"slug": "Acme Mobile"}, "cannot stand in an address"),
        ({"slug": "-acme"}, "cannot stand in an address"),
    ],
)
def test_what_cannot_be_founded_is_refused_with_the_reason(db, now, actor, wrong, words):
    with pytest.raises(BadOrganisation, match=words):
        found(now, actor, **wrong)

    assert User.objects.count() == 0


def test_an_address_that_is_taken_is_refused(acme, now, actor):
    with pytest.raises(BadOrganisation, match="already"):
        found(now, actor, slug="acme-mobile")


@pytest.mark.parametrize("email", ["", "maya", "maya@acme", "a@x.example, b@x.example", "a b@x.y"])
def test_an_owner_has_one_real_address(db, now, actor, email):
    with pytest.raises(BadAddress):
        found(now, actor, email=email)


def test_a_weak_password_founds_nothing(db, now, actor):
    with pytest.raises(ValidationError):
        found(now, actor, password="password")

    founded = found(now, actor)
    with tenancy.organisation(founded.organisation_id):
        assert Organisation.objects.get().slug == "acme-mobile"


def test_a_slug_taken_between_look_and_row_is_refused_in_words(db, now, actor, monkeypatch):
    found(now, actor, slug="acme-mobile")
    monkeypatch.setattr(founding, "organisation_of_slug", lambda slug: None)

    with pytest.raises(BadOrganisation, match="Another organisation has the address"):
        found(now, actor, slug="acme-mobile")
    assert Organisation.objects.count() == 0  # nobody entered
