"""Which request or task did it, and for operators: what is owed, and what happened since."""

from django.db import migrations, models

from kit import rls


class Migration(migrations.Migration):
    dependencies = [("events", "0003_operators")]
    operations = [
        migrations.AddField(
            model_name="event",
            name="request_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        rls.function(
            "events_owed()",
            "TABLE (reaction text, owed bigint, failing bigint)",
            """
            SELECT reaction, count(*), count(*) FILTER (WHERE attempts > 0)
            FROM events_delivery GROUP BY reaction ORDER BY reaction
            """,
        ),
        # Numbers of all organisations together: how many, never whose.
        rls.function(
            "events_since(seen bigint, before timestamptz)",
            "TABLE (kind text, happened bigint, last bigint)",
            """
            SELECT kind, count(*), max(id) FROM events_event
            WHERE id > seen AND at < before GROUP BY kind ORDER BY kind
            """,
        ),
        rls.function(
            "events_last()", "bigint", "SELECT coalesce(max(id), 0) FROM events_event"
        ),
    ]
