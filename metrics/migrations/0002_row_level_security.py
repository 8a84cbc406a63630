from django.db import migrations

from kit import rls

TABLES = [
    "cell", "superseded", "askcell", "countedanswer", "countedask",
    "trackedproperty", "propertyvalue",
]  # fmt: skip
# Rows that are counted up all day: room on each page lets an update stay on it.
COUNTERS = ["cell", "superseded", "askcell", "countedanswer", "countedask"]


class Migration(migrations.Migration):
    dependencies = [("metrics", "0001_initial"), ("accounts", "0002_row_level_security")]
    operations = [
        *[rls.protect(f"metrics_{table}") for table in TABLES],
        *[
            migrations.RunSQL(
                f"ALTER TABLE metrics_{table} SET (fillfactor = 80)",
                f"ALTER TABLE metrics_{table} RESET (fillfactor)",
            )
            for table in COUNTERS
        ],
    ]
