import django.db.models.deletion
from django.db import migrations, models

from kit import rls


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_sign_in_limits'),
        ('metrics', '0003_service_states'),
    ]

    operations = [
        migrations.CreateModel(
            name='MetricDefinition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=4)),
                ('version', models.PositiveSmallIntegerField()),
                ('scale_low', models.SmallIntegerField()),
                ('scale_high', models.SmallIntegerField()),
                ('cut', models.SmallIntegerField(null=True)),
                ('null_policy', models.CharField(max_length=20)),
                ('dedupe', models.CharField(max_length=20)),
                ('rounding', models.CharField(max_length=20)),
                ('window_days', models.PositiveSmallIntegerField()),
                ('smallest_change', models.PositiveSmallIntegerField()),
                ('change_to_see', models.PositiveSmallIntegerField()),
                ('since_on', models.DateField(null=True)),
                ('reason', models.CharField(blank=True, max_length=120)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=254)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'db_table': 'metrics_definition',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'kind', 'version'), name='definition_version_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['nps', 'csat', 'ces'])), name='definition_kind'), models.CheckConstraint(condition=models.Q(models.Q(('cut__isnull', True), ('kind', 'nps'), ('scale_high', 10), ('scale_low', 0)), models.Q(models.Q(('kind', 'nps'), _negated=True), ('cut__gt', models.F('scale_low')), ('cut__isnull', False), ('cut__lte', models.F('scale_high'))), _connector='OR'), name='definition_cut'), models.CheckConstraint(condition=models.Q(('smallest_change__gte', 1), ('smallest_change__lte', 50), ('change_to_see__gte', 1), ('change_to_see__lte', 100), ('window_days__gte', 1)), name='definition_changes'), models.CheckConstraint(condition=models.Q(models.Q(('since_on__isnull', True), ('version', 1)), models.Q(('since_on__isnull', False), ('version__gt', 1), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='definition_since')],
            },
        ),
        rls.protect("metrics_definition"),
    ]
