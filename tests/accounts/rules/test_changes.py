"""What an audit entry may hold."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.rules.changes import SecretInAudit, as_stored, differences
from accounts.rules.roles import Role


def test_only_what_differs_is_kept():
    before = {"name": "Ada", "phone": "1", "gone": 1}
    after = {"name": "Ada O", "phone": "1", "new": None}

    assert differences(before, after) == (
        {"name": "Ada", "gone": 1},
        {"name": "Ada O", "new": None},
    )


def test_values_become_plain():
    values = {
        "at": datetime(2026, 11, 16, 9, 30, tzinfo=UTC),
        "on": date(2026, 11, 16),
        "value": Decimal("19.9900"),
        "tags": {"b", "a"},
        "role": Role.OWNER,
        "nested": [{"n": 1}],
    }

    assert as_stored(values) == {
        "at": "2026-11-16T09:30:00+00:00",
        "on": "2026-11-16",
        "value": "19.9900",
        "tags": ["a", "b"],
        "role": "owner",
        "nested": [{"n": 1}],
    }


@pytest.mark.parametrize("name", ["password", "new_password", "Token", "sha256", "totp_secret"])
def test_a_secret_is_refused(name):
    with pytest.raises(SecretInAudit):
        as_stored({name: "x"})


def test_what_has_no_plain_form_is_refused():
    with pytest.raises(TypeError):
        as_stored({"object": object()})
