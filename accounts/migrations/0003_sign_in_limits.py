import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_row_level_security")]

    operations = [
        migrations.RenameField("signinfailures", "window_starts_at", "last_at"),
        migrations.AlterField("signinfailures", "last_at", models.DateTimeField(db_index=True)),
        migrations.RemoveField("signinfailures", "failures"),
        migrations.AddField(
            "signinfailures",
            "tries",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.DateTimeField(), default=list, size=None
            ),
        ),
        migrations.AddField("user", "session_epoch", models.PositiveIntegerField(default=0)),
    ]
