import django.db.models.deletion
from django.db import migrations, models

from kit import rls


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_audit_of_organisation'),
        ('metrics', '0008_paths_of_views'),
    ]

    operations = [
        migrations.CreateModel(
            name='TrackingWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('is_wanted', models.BooleanField()),
                ('asked_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'key'), name='tracking_wish_once'), models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='tracking_wish_named')],
            },
        ),
        rls.protect("metrics_trackingwish"),
        rls.queue("metrics_trackingwish", "tracking"),
    ]
