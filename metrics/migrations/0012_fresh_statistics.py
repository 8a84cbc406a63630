"""Statistics of what is counted, soon enough.

As for what is asked and answered: what a new organisation brings is far below a tenth of the others'
rows, and until its own are seen each of its lookups by a key may read all that it has.
"""

from django.db import migrations

TABLES = ("metrics_countedanswer", "metrics_countedask", "metrics_cell")
OFTEN = "autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000"
USUAL = "autovacuum_analyze_scale_factor, autovacuum_analyze_threshold"


class Migration(migrations.Migration):
    dependencies = [("metrics", "0011_faces")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} SET ({OFTEN})", f"ALTER TABLE {table} RESET ({USUAL})"
        )
        for table in TABLES
    ]
