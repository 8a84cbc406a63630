"""What the database itself guarantees, read from its catalogue and tried as the application."""

import pytest
from django.db import connection, connections, transaction
from django.db.utils import ProgrammingError

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

OWN = "NULLIF(current_setting('cx.organisation'::text, true), ''::text)"
# Letters to staff may belong to no organisation (a password reset); all others must belong to one.
WITHOUT_ORGANISATION = {"accounts_letter"}
APPEND_ONLY = [
    "accounts_auditentry",
    "metrics_definition",
    "surveys_question",
    "surveys_surveyversion",
]
# Besides the organisation's own policy: drains read a queue of all tenants, and the owner's
# SECURITY DEFINER functions find out whose row a token, key or membership is.
FURTHER_POLICIES = {
    ("accounts_apikey", "lookup"),
    ("accounts_joininginvitation", "lookup"),
    ("accounts_letter", "handover"),
    ("accounts_membership", "lookup"),
    ("accounts_sendercheck", "sender_checks"),
    ("accounts_organisation", "lookup"),
    ("events_delivery", "dispatch"),
    ("events_delivery", "lookup"),
    ("events_event", "lookup"),
    ("surveys_decision", "lookup"),
    ("surveys_import", "imports"),
    ("surveys_invitation", "lookup"),
    ("surveys_message", "handover"),
    ("surveys_message", "lookup"),
    ("surveys_messageattempt", "lookup"),
    ("surveys_publiclink", "lookup"),
    ("surveys_response", "lookup"),
    ("surveys_responserevision", "lookup"),
    ("surveys_waveportion", "waves"),
    ("metrics_trackingwish", "tracking"),
    ("followup_alert", "alerts"),
    ("reports_exportjob", "exports"),
    ("followup_webhookdelivery", "webhooks"),
    ("followup_webhookendpoint", "webhooks"),
}


def rows(query, *values, alias="default"):
    with connections[alias].cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def tenant_tables():
    found = rows(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
        " AND a.attname = 'organisation_id' AND NOT a.attisdropped ORDER BY 1"
    )
    return [name for (name,) in found]


def test_the_application_role_can_step_around_nothing():
    assert rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
        " FROM pg_roles WHERE rolname = current_user"
    ) == [(False, False, False, False, False)]
    assert (
        rows(
            "SELECT rolname FROM pg_roles"
            " WHERE pg_has_role(current_user, oid, 'member') AND rolname <> current_user"
        )
        == []
    ), "a member of the owner's role could become the owner"
    assert rows("SELECT relname FROM pg_class WHERE relowner = current_user::regrole") == []
    assert rows("SELECT has_schema_privilege('public', 'CREATE')") == [(False,)]


def test_the_owner_is_bound_by_row_level_security_too():
    assert rows(
        "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user", alias="owner"
    ) == [(False, False)]


def test_every_tenant_table_forces_row_level_security():
    unforced = rows(
        "SELECT relname FROM pg_class WHERE relname = ANY(%s)"
        " AND NOT (relrowsecurity AND relforcerowsecurity)",
        tenant_tables(),
    )

    assert unforced == []


def test_every_tenant_table_has_the_organisation_policy_for_reading_and_writing():
    policies = rows(
        "SELECT tablename, cmd, permissive, roles::text, qual, with_check FROM pg_policies"
        " WHERE policyname = 'organisation' AND tablename <> 'accounts_organisation'"
        " AND tablename <> ALL(%s) ORDER BY 1",
        list(WITHOUT_ORGANISATION),
    )
    own = f"(organisation_id = ({OWN})::bigint)"

    assert policies == [
        (table, "ALL", "PERMISSIVE", "{public}", own, own)
        for table in tenant_tables()
        if table not in WITHOUT_ORGANISATION
    ]


def test_no_policy_opens_a_table_further_than_we_decided():
    further = rows(
        "SELECT tablename, policyname FROM pg_policies WHERE policyname <> 'organisation'"
    )

    assert set(further) == FURTHER_POLICIES


def test_every_tenant_row_belongs_to_an_organisation():
    nullable = rows(
        "SELECT attrelid::regclass::text FROM pg_attribute WHERE attname = 'organisation_id'"
        " AND attrelid = ANY(%s::regclass[]) AND NOT attnotnull",
        tenant_tables(),
    )

    assert {name for (name,) in nullable} == WITHOUT_ORGANISATION


def test_tables_that_point_at_a_tenant_table_are_tenant_tables():
    """A table without organisation_id that hangs on one with it would leak by a join-free read."""
    outside = rows(
        "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
        " AND confrelid = ANY(%s::regclass[]) AND conrelid <> ALL(%s::regclass[])",
        tenant_tables(),
        tenant_tables(),
    )

    assert outside == [("accounts_letterattempt",)]


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_was_written_once_can_only_grow(table):
    granted = rows(
        "SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) privilege"
        f" WHERE has_table_privilege('{table}', privilege)"
    )
    columns = rows(f"SELECT has_any_column_privilege('{table}', 'UPDATE')")

    assert granted == [("SELECT",), ("INSERT",)]
    assert columns == [(False,)]


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET organisation_id = 1", "DELETE FROM {}"])
def test_changing_what_can_only_grow_is_refused(table, statement):
    with (
        pytest.raises(ProgrammingError, match=f"permission denied for table {table}"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_definer_functions_cannot_be_led_astray_by_a_search_path():
    functions = rows(
        "SELECT proname, proconfig, proowner::regrole::text FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    owner = connections["owner"].settings_dict["USER"]

    assert functions
    assert [
        name
        for name, config, owned_by in functions
        if config != ["search_path=public, pg_temp"] or owned_by != owner
    ] == []


def test_no_view_reads_tenant_tables_with_its_owner_s_rights():
    views = rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm')"
        " AND relnamespace = 'public'::regnamespace"
        " AND NOT coalesce('security_invoker=true' = ANY(reloptions), false)"
    )

    assert views == []


def test_what_every_report_and_answer_is_looked_up_in_is_analysed_soon():
    """A tenth of all tenants' rows, the usual threshold, is more than a new one has in a year."""
    often = rows(
        "SELECT relname FROM pg_class WHERE 'autovacuum_analyze_scale_factor=0' = ANY(reloptions)"
        " AND 'autovacuum_analyze_threshold=5000' = ANY(reloptions)"
    )

    assert {name for (name,) in often} == {
        "metrics_cell",
        "metrics_countedanswer",
        "metrics_countedask",
        "surveys_customer",
        "surveys_decision",
        "surveys_interaction",
        "surveys_invitation",
        "surveys_message",
        "surveys_response",
    }
