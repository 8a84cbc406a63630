"""The two database roles: the owner migrates, the application role serves and is bound."""

from typing import Any

from django.conf import settings
from django.db import connections

# The audit trail, surveys as they were published, metrics as they were counted: written once,
# never changed.
APPEND_ONLY = (
    "accounts_auditentry",
    "surveys_surveyversion",
    "surveys_question",
    "metrics_definition",
)
MAINTAIN_SINCE = 170000  # PostgreSQL 17: the right to ANALYZE what somebody else owns


class Router:
    """Keep ordinary work on the application role and migrations on the owner."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, *objects: Any, **hints: Any) -> bool:
        return True


def grant_application_role() -> None:
    """Give the application role what it needs on every table, and no more; safe to repeat."""
    role = settings.DATABASES["default"]["USER"]
    with connections["owner"].cursor() as cursor:
        name = connections["owner"].ops.quote_name(role)
        # Temporary tables: bulk loads copy into one, since COPY knows no row-level security.
        database = connections["owner"].ops.quote_name(connections["owner"].settings_dict["NAME"])
        cursor.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {name}")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}"
        )
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}")
        if cursor.connection.server_version >= MAINTAIN_SINCE:
            cursor.execute(f"GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {name}")
        for table in APPEND_ONLY:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {name}")
