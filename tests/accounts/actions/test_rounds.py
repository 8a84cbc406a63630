"""Every organisation has its turn, whatever goes wrong in another one."""

from types import SimpleNamespace

import pytest
from django.db import connection

from accounts.actions import rounds
from accounts.actions.rounds import in_each_organisation
from accounts.models import Organisation
from kit import tenancy
from tests.builders import an_organisation

pytestmark = pytest.mark.django_db


def test_each_is_visited_inside_and_their_work_is_added_up():
    houses = [an_organisation(), an_organisation()]
    seen = []

    def look(organisation_id):
        seen.append((organisation_id, Organisation.objects.get().pk, tenancy.current()))
        return len(seen)

    assert in_each_organisation(look) == 3
    assert sorted(seen) == [(each.pk,) * 3 for each in houses]


def test_one_that_fails_is_undone_and_told_and_the_others_have_their_turn(caplog):
    houses = [an_organisation(name) for name in ("First", "Second", "Third")]

    def rename(organisation_id):
        Organisation.objects.update(name="Visited")
        if organisation_id == houses[1].pk:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return 1

    with pytest.raises(ExceptionGroup, match="in 1 organisations") as raised:
        in_each_organisation(rename)
    assert "division by zero" in str(raised.value.exceptions[0])
    assert f"failed in organisation {houses[1].pk}" in caplog.text
    names = []
    for each in houses:
        with tenancy.organisation(each.pk):
            names.append(Organisation.objects.get().name)
    assert names == ["Visited", "Second", "Visited"]


def test_without_a_database_nobody_is_waited_for(monkeypatch):
    for _ in range(3):
        an_organisation()
    tried = []

    def lose(organisation_id):
        tried.append(organisation_id)
        monkeypatch.setattr(rounds, "connection", SimpleNamespace(connection=None))
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        in_each_organisation(lose)
    assert len(tried) == 1
