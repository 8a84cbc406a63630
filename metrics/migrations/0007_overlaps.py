import django.db.models.deletion
from django.db import migrations, models

from kit import rls


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_audit_of_organisation'),
        ('metrics', '0006_notes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Overlap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(max_length=60)),
                ('now_first', models.DateField()),
                ('now_last', models.DateField()),
                ('before_first', models.DateField()),
                ('before_last', models.DateField()),
                ('pairs', models.JSONField()),
                ('moves', models.JSONField()),
                ('clusters_now', models.JSONField()),
                ('clusters_before', models.JSONField()),
                ('renewed_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'about', 'now_first', 'now_last', 'before_first', 'before_last'), name='overlap_once')],
            },
        ),
        rls.protect('metrics_overlap'),
    ]
