"""What operators see of the journal: how long the oldest reaction has been owed."""

from django.db import migrations

from kit import rls


class Migration(migrations.Migration):
    dependencies = [("events", "0002_row_level_security")]
    operations = [
        rls.lookup("events_event"),
        rls.lookup("events_delivery"),
        # By the number of the row, not by its due moment: that moves with every try that failed.
        rls.function(
            "events_oldest_owed(wanted text)",
            "timestamptz",
            """
            SELECT e.at FROM events_delivery d JOIN events_event e ON e.id = d.event_id
            WHERE wanted = '' OR d.reaction = wanted
            ORDER BY d.id LIMIT 1
            """,
        ),
    ]
