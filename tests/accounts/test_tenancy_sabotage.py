"""D-33: code that forgot every filter still reads and writes rows of its own organisation only."""

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.actions.joining import invite
from accounts.actions.keys import Wanted, create_key
from accounts.models import (
    ApiKey,
    AuditEntry,
    JoiningInvitation,
    Letter,
    Membership,
    Organisation,
)
from accounts.rules.roles import Role
from accounts.rules.scopes import Scope
from kit import tenancy

MODELS = [ApiKey, AuditEntry, JoiningInvitation, Letter, Membership, Organisation]


@pytest.fixture
def both(acme, globex, join, actor, now):
    """Two organisations with at least one row in every table."""
    for organisation_id, host in ((acme, "acme.example"), (globex, "globex.example")):
        join(organisation_id, f"owner@{host}", Role.OWNER)
        wanted = Wanted(name="Helpdesk", scopes=(Scope.CUSTOMERS_READ,))
        create_key(organisation_id=organisation_id, wanted=wanted, actor=actor, now=now)
        invite(
            organisation_id=organisation_id,
            email=f"new@{host}",
            role=Role.VIEWER,
            actor=actor,
            now=now,
        )
    return acme, globex


def everything(model):
    """All rows as SQL without any condition returns them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table}")
        return cursor.fetchall()


def owner_of(row):
    return row.pk if isinstance(row, Organisation) else row.organisation_id


@pytest.mark.parametrize("model", MODELS)
def test_without_any_filter_only_own_rows_are_read(both, model):
    for organisation_id in both:
        with tenancy.organisation(organisation_id):
            rows = list(model.objects.all())
            assert {owner_of(row) for row in rows} == {organisation_id}
            assert len(everything(model)) == len(rows) > 0


@pytest.mark.parametrize("model", MODELS)
def test_outside_of_an_organisation_nothing_is_read(both, model):
    assert (list(model.objects.all()), everything(model)) == ([], [])


@pytest.mark.parametrize("model", MODELS)
def test_a_row_of_another_organisation_is_not_there(both, model):
    acme, globex = both
    with tenancy.organisation(globex):
        theirs = model.objects.order_by("pk").first().pk

    with tenancy.organisation(acme):
        assert not model.objects.filter(pk=theirs).exists()


@pytest.mark.parametrize("model", [model for model in MODELS if model is not AuditEntry])
def test_changing_everything_changes_only_own_rows(both, model):
    acme, globex = both
    field = {"ApiKey": "name", "Organisation": "name", "Membership": "role"}.get(
        model.__name__, "role" if model is JoiningInvitation else "kind"
    )
    value = "manager" if field == "role" else "sabotage"
    with tenancy.organisation(acme):
        assert model.objects.update(**{field: value}) == model.objects.count()

    with tenancy.organisation(globex):
        assert not model.objects.filter(**{field: value}).exists()


def test_deleting_everything_deletes_only_own_rows(both):
    acme, globex = both
    with tenancy.organisation(acme):
        Membership.objects.all().delete()

    with tenancy.organisation(globex):
        assert Membership.objects.count() == 1


def test_nobody_writes_a_row_into_another_organisation(both, person, now):
    acme, globex = both
    user = person("eve@acme.example")
    with tenancy.organisation(acme):
        for written in (
            lambda: Membership.objects.create(
                organisation_id=globex, user=user, role="owner", created_at=now
            ),
            lambda: Membership.objects.update(organisation_id=globex),
            lambda: Organisation.objects.create(pk=10**9, name="x", slug="x", created_at=now),
        ):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                written()


def test_one_cannot_slip_from_one_organisation_into_another(both):
    acme, globex = both
    with (
        tenancy.organisation(acme),
        pytest.raises(tenancy.AnotherOrganisation),
        tenancy.organisation(globex),
    ):
        pass
    assert list(Membership.objects.all()) == []
