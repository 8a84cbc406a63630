from django.db import migrations

from kit import rls


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [
        rls.protect("events_event"),
        rls.protect("events_delivery"),
        rls.queue("events_delivery", "dispatch"),
    ]
