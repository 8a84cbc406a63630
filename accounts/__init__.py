"""Who may come in: organisations, members, roles, keys, the audit trail and letters to staff."""
