from django.db import migrations

from kit import rls

# Letters about a person's own sign-in belong to no organisation: empty matches empty.
LETTERS = f"organisation_id IS NOT DISTINCT FROM {rls.OWN_ROWS}"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        rls.protect("accounts_organisation", "id"),
        rls.lookup("accounts_organisation"),
        rls.protect("accounts_membership"),
        rls.lookup("accounts_membership"),
        rls.protect("accounts_joininginvitation"),
        rls.lookup("accounts_joininginvitation"),
        rls.protect("accounts_apikey"),
        rls.lookup("accounts_apikey"),
        rls.protect("accounts_idempotencykey"),
        rls.protect("accounts_auditentry"),
        migrations.RunSQL(
            f"""
            ALTER TABLE accounts_letter ENABLE ROW LEVEL SECURITY;
            ALTER TABLE accounts_letter FORCE ROW LEVEL SECURITY;
            CREATE POLICY organisation ON accounts_letter USING ({LETTERS}) WITH CHECK ({LETTERS});
            """,
            "ALTER TABLE accounts_letter DISABLE ROW LEVEL SECURITY",
        ),
        rls.queue("accounts_letter", "handover"),
        rls.function(
            "accounts_memberships_of(who bigint)",
            "TABLE (organisation_id bigint, membership_id bigint, slug text, name text)",
            """
            SELECT m.organisation_id, m.id, o.slug, o.name
            FROM accounts_membership m JOIN accounts_organisation o ON o.id = m.organisation_id
            WHERE m.user_id = who ORDER BY o.name, o.id
            """,
        ),
        rls.function(
            "accounts_organisation_of_slug(wanted text)",
            "bigint",
            "SELECT id FROM accounts_organisation WHERE slug = wanted",
        ),
        rls.function(
            "accounts_organisation_ids()",
            "SETOF bigint",
            "SELECT id FROM accounts_organisation ORDER BY id",
        ),
        rls.function(
            "accounts_organisation_of_joining(wanted bigint)",
            "bigint",
            "SELECT organisation_id FROM accounts_joininginvitation WHERE id = wanted",
        ),
        rls.function(
            "accounts_key_of_prefix(wanted text)",
            "TABLE (organisation_id bigint, key_id bigint)",
            "SELECT organisation_id, id FROM accounts_apikey WHERE prefix = wanted",
        ),
    ]
