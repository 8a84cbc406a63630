from django.db import migrations

from kit import rls

TABLES = [
    "company", "customer", "propertykey", "journey", "stage", "touchpoint", "interaction",
    "survey", "surveyversion", "programme", "programmetouchpoint", "decision", "invitation",
    "message", "messageattempt", "suppression", "response", "responserevision",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial"), ("accounts", "0002_row_level_security")]
    operations = [
        *[rls.protect(f"surveys_{table}") for table in TABLES],
        rls.queue("surveys_message", "handover"),
        rls.lookup("surveys_invitation"),
        rls.function(
            "surveys_organisation_of_invitation(wanted bigint)",
            "bigint",
            "SELECT organisation_id FROM surveys_invitation WHERE id = wanted",
        ),
    ]
