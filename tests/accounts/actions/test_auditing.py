"""The audit trail: what a row holds, and that it can be neither changed nor removed."""

from datetime import UTC, datetime

import pytest
from django.db import ProgrammingError, transaction

from accounts.actions.auditing import record_change
from accounts.models import AuditEntry, Organisation
from accounts.rules.actors import Actor
from kit import tenancy

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
MAYA = Actor(name="maya@acme.example", user_id=7, ip="192.0.2.1")


@pytest.fixture
def acme(db):
    # The next id is taken first: nobody may insert an organisation without having entered it.
    with tenancy.organisation(4_000_001):
        Organisation.objects.create(id=4_000_001, slug="acme", name="Acme", created_at=NOW)
    with tenancy.organisation(4_000_001):
        yield 4_000_001


def record(acme, **changes):
    return record_change(
        organisation_id=acme,
        actor=MAYA,
        action="customer.edited",
        object_type="customer",
        object_id=12,
        now=NOW,
        **changes,
    )


def test_a_row_holds_only_what_changed(acme):
    record(acme, before={"name": "Ada", "phone": "1"}, after={"name": "Ada O", "phone": "1"})

    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"name": "Ada"}, {"name": "Ada O"})
    assert (entry.actor, entry.user_id, entry.ip) == ("maya@acme.example", 7, "192.0.2.1")
    assert (entry.action, entry.object_type, entry.object_id) == ("customer.edited", "customer", 12)


def test_saving_without_a_change_leaves_no_row(acme):
    assert record(acme, before={"name": "Ada"}, after={"name": "Ada"}) is None
    assert AuditEntry.objects.count() == 0


def test_an_act_without_fields_is_recorded(acme):
    record(acme)

    assert AuditEntry.objects.count() == 1


def test_no_row_can_be_changed_or_removed(acme):
    record(acme)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        AuditEntry.objects.update(actor="nobody")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        AuditEntry.objects.all().delete()
    assert AuditEntry.objects.get().actor == "maya@acme.example"
