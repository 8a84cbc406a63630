"""Roles as lists of permissions: what each member of an organisation may do."""

from enum import StrEnum


class Permission(StrEnum):
    VIEW_FIGURES = "view_figures"
    VIEW_CUSTOMERS = "view_customers"
    EDIT_CUSTOMERS = "edit_customers"
    ASK_CUSTOMERS = "ask_customers"
    TAG_RESPONSES = "tag_responses"
    RECORD_ANSWERS = "record_answers"
    EXCLUDE_RESPONSES = "exclude_responses"
    AMEND_RESPONSES = "amend_responses"
    ERASE_CUSTOMERS = "erase_customers"
    MERGE_CUSTOMERS = "merge_customers"
    EDIT_PROGRAMMES = "edit_programmes"
    EDIT_MEASURING = "edit_measuring"
    EDIT_WEBHOOKS = "edit_webhooks"
    EDIT_ALERTS = "edit_alerts"
    IMPORT_FILES = "import_files"
    VIEW_AUDIT = "view_audit"
    EDIT_ORGANISATION = "edit_organisation"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_KEYS = "manage_keys"
    SET_UP = "set_up"


class Role(StrEnum):
    VIEWER = "viewer"
    RESPONDER = "responder"
    MANAGER = "manager"
    OWNER = "owner"


VIEWER = frozenset({Permission.VIEW_FIGURES})
RESPONDER = VIEWER | {
    Permission.VIEW_CUSTOMERS,
    Permission.EDIT_CUSTOMERS,
    Permission.ASK_CUSTOMERS,
    Permission.TAG_RESPONSES,
    Permission.RECORD_ANSWERS,
}
MANAGER = RESPONDER | {
    Permission.EXCLUDE_RESPONSES,
    Permission.AMEND_RESPONSES,
    Permission.ERASE_CUSTOMERS,
    Permission.MERGE_CUSTOMERS,
    Permission.EDIT_PROGRAMMES,
    Permission.EDIT_MEASURING,
    Permission.EDIT_WEBHOOKS,
    Permission.EDIT_ALERTS,
    Permission.IMPORT_FILES,
    Permission.VIEW_AUDIT,
    Permission.EDIT_ORGANISATION,
}
OWNER = frozenset(Permission)

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: VIEWER,
    Role.RESPONDER: RESPONDER,
    Role.MANAGER: MANAGER,
    Role.OWNER: OWNER,
}


def may(role: str, permission: Permission) -> bool:
    """Tell whether a member with this role has the permission; an unknown role has none."""
    # Compared as strings: before Python 3.12 `"owner" in Role` is an error.
    return any(known == role and permission in PERMISSIONS[known] for known in Role)
