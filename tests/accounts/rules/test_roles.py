"""Who may do what: the whole table."""

import pytest

from accounts.rules.roles import Permission, Role, may

FIGURES = {"view_figures"}
PEOPLE = FIGURES | {"view_customers", "edit_customers", "ask_customers", "tag_responses"}
PEOPLE |= {"record_answers"}
CORRECTIONS = {"exclude_responses", "amend_responses", "erase_customers", "merge_customers"}
RULES = PEOPLE | CORRECTIONS | {"edit_programmes", "edit_measuring"}
RULES |= {"view_audit", "edit_organisation", "edit_webhooks", "edit_alerts", "import_files"}
ALL = RULES | {"manage_members", "manage_keys", "set_up"}


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        ("viewer", FIGURES),
        ("responder", PEOPLE),
        ("manager", RULES),
        ("owner", ALL),
        (Role.OWNER, ALL),
        ("admin", set()),
        ("", set()),
    ],
)
def test_a_role_may_do_exactly_this(role, permissions):
    assert {permission for permission in Permission if may(role, permission)} == permissions
