"""Statistics of the tables that every report and every answer is looked up in, soon enough.

As in 0017 for what is asked: what a new organisation brings is far below a tenth of the others'
rows, and until its own are seen each of its lookups by a key may read all that it has.
"""

from django.db import migrations

TABLES = ("surveys_customer", "surveys_interaction", "surveys_response")
OFTEN = "autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000"
USUAL = "autovacuum_analyze_scale_factor, autovacuum_analyze_threshold"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0025_anonymous_held")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} SET ({OFTEN})", f"ALTER TABLE {table} RESET ({USUAL})"
        )
        for table in TABLES
    ]
