"""Migration operations for row-level security: protect a table, open a queue, look up an owner."""

from django.db.migrations.operations import RunSQL

OWN_ROWS = "NULLIF(current_setting('cx.organisation', true), '')::bigint"


def protect(table: str, column: str = "organisation_id") -> RunSQL:
    """Bind everybody, the table's owner too, to the rows of the organisation that was entered."""
    return RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY organisation ON {table}
            USING ({column} = {OWN_ROWS}) WITH CHECK ({column} = {OWN_ROWS});
        """,
        f"""
        DROP POLICY organisation ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


def queue(table: str, system: str) -> RunSQL:
    """Let a drain that named itself (`kit.tenancy.system`) see the rows of every organisation."""
    return RunSQL(
        f"CREATE POLICY {system} ON {table} "
        f"USING (current_setting('cx.system', true) = '{system}')",
        f"DROP POLICY {system} ON {table}",
    )


def lookup(table: str) -> RunSQL:
    """Let the owner's SECURITY DEFINER functions read the table.

    Inside one of them current_user is the owner and session_user is the caller, so the policy
    opens nothing for the application role and nothing for an owner who connects herself.
    """
    return RunSQL(
        f"""
        CREATE POLICY lookup ON {table} FOR SELECT TO CURRENT_USER
            USING (current_user <> session_user)
        """,
        f"DROP POLICY lookup ON {table}",
    )


def function(signature: str, returns: str, body: str) -> RunSQL:
    """Create a SECURITY DEFINER function that may look up which organisation a row belongs to."""
    return RunSQL(
        f"""
        CREATE FUNCTION {signature} RETURNS {returns}
            LANGUAGE sql STABLE SECURITY DEFINER
            SET search_path = public, pg_temp
            AS $body$ {body} $body$
        """,
        f"DROP FUNCTION {signature.split('(')[0]}",
    )
