"""Gather statistics by the number of new rows: a share of a large table is reached too late."""

from django.db import migrations

# A new organisation's first wave is far below a tenth of the others' rows. Until its own are
# seen, every index that begins with the organisation looks as good as the one of its key.
TABLES = ("surveys_decision", "surveys_invitation", "surveys_message")
OFTEN = "autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000"
USUAL = "autovacuum_analyze_scale_factor, autovacuum_analyze_threshold"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0016_doubted")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} SET ({OFTEN})", f"ALTER TABLE {table} RESET ({USUAL})"
        )
        for table in TABLES
    ]
