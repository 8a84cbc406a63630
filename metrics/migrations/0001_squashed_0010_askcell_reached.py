"""What is counted and how, and the rows that only their organisation may see."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kit import rls
from kit.indexes import MakeKeysLast

TABLES = [
    "cell", "superseded", "askcell", "countedanswer", "countedask", "trackedproperty",
    "propertyvalue", "definition", "supersededweek", "annotation", "goal", "benchmark",
    "savedview", "overlap", "trackingwish",
]  # fmt: skip
# Rows that are counted up all day: room on each page lets an update stay on it.
COUNTERS = ["cell", "superseded", "askcell", "countedanswer", "countedask", "supersededweek"]


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('metrics', '0001_initial'),
        ('metrics', '0002_row_level_security'),
        ('metrics', '0003_service_states'),
        ('metrics', '0004_definitions'),
        ('metrics', '0005_weeks_of_superseded'),
        ('metrics', '0006_notes'),
        ('metrics', '0007_overlaps'),
        ('metrics', '0008_paths_of_views'),
        ('metrics', '0009_tracking_wishes'),
        ('metrics', '0010_askcell_reached'),
    ]

    dependencies = [
        ('accounts', '0001_squashed_0012_brand'),
        ('surveys', '0001_squashed_0017_fresh_statistics'),
    ]

    operations = [
        migrations.CreateModel(
            name='AskCell',
            fields=[
                ('question', models.CharField(max_length=12)),
                ('is_relational', models.BooleanField()),
                ('dim_1', models.SmallIntegerField()),
                ('dim_2', models.SmallIntegerField()),
                ('value_1', models.BigIntegerField()),
                ('value_2', models.BigIntegerField()),
                ('pk', models.CompositePrimaryKey('organisation_id', 'question', 'is_relational', 'dim_1', 'dim_2', 'value_1', 'value_2', 'sent_on', blank=True, editable=False, primary_key=True, serialize=False)),
                ('sent_on', models.DateField()),
                ('finished', models.IntegerField(default=0)),
                ('began', models.IntegerField(default=0)),
                ('opted_out', models.IntegerField(default=0)),
                ('bounced', models.IntegerField(default=0)),
                ('suspect', models.IntegerField(default=0)),
                ('reached', models.IntegerField(default=0)),
                ('silent', models.IntegerField(default=0)),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Cell',
            fields=[
                ('question', models.CharField(max_length=12)),
                ('is_relational', models.BooleanField()),
                ('dim_1', models.SmallIntegerField()),
                ('dim_2', models.SmallIntegerField()),
                ('value_1', models.BigIntegerField()),
                ('value_2', models.BigIntegerField()),
                ('c0', models.IntegerField(default=0)),
                ('c1', models.IntegerField(default=0)),
                ('c2', models.IntegerField(default=0)),
                ('c3', models.IntegerField(default=0)),
                ('c4', models.IntegerField(default=0)),
                ('c5', models.IntegerField(default=0)),
                ('c6', models.IntegerField(default=0)),
                ('c7', models.IntegerField(default=0)),
                ('c8', models.IntegerField(default=0)),
                ('c9', models.IntegerField(default=0)),
                ('c10', models.IntegerField(default=0)),
                ('pk', models.CompositePrimaryKey('organisation_id', 'question', 'is_relational', 'dim_1', 'dim_2', 'value_1', 'value_2', 'local_on', 'standing', blank=True, editable=False, primary_key=True, serialize=False)),
                ('local_on', models.DateField()),
                ('standing', models.CharField(max_length=10)),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CountedAsk',
            fields=[
                ('question', models.CharField(max_length=12)),
                ('is_relational', models.BooleanField()),
                ('programme_id', models.BigIntegerField()),
                ('touchpoint_id', models.BigIntegerField(null=True)),
                ('value_1', models.BigIntegerField(null=True)),
                ('value_2', models.BigIntegerField(null=True)),
                ('value_3', models.BigIntegerField(null=True)),
                ('value_4', models.BigIntegerField(null=True)),
                ('value_5', models.BigIntegerField(null=True)),
                ('value_6', models.BigIntegerField(null=True)),
                ('value_7', models.BigIntegerField(null=True)),
                ('value_8', models.BigIntegerField(null=True)),
                ('pk', models.CompositePrimaryKey('organisation_id', 'invitation_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('invitation_id', models.BigIntegerField()),
                ('sent_on', models.DateField()),
                ('outcome', models.CharField(max_length=10)),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Superseded',
            fields=[
                ('question', models.CharField(max_length=12)),
                ('is_relational', models.BooleanField()),
                ('dim_1', models.SmallIntegerField()),
                ('dim_2', models.SmallIntegerField()),
                ('value_1', models.BigIntegerField()),
                ('value_2', models.BigIntegerField()),
                ('c0', models.IntegerField(default=0)),
                ('c1', models.IntegerField(default=0)),
                ('c2', models.IntegerField(default=0)),
                ('c3', models.IntegerField(default=0)),
                ('c4', models.IntegerField(default=0)),
                ('c5', models.IntegerField(default=0)),
                ('c6', models.IntegerField(default=0)),
                ('c7', models.IntegerField(default=0)),
                ('c8', models.IntegerField(default=0)),
                ('c9', models.IntegerField(default=0)),
                ('c10', models.IntegerField(default=0)),
                ('pk', models.CompositePrimaryKey('organisation_id', 'question', 'is_relational', 'dim_1', 'dim_2', 'value_1', 'value_2', 'local_on', 'next_on', blank=True, editable=False, primary_key=True, serialize=False)),
                ('local_on', models.DateField()),
                ('next_on', models.DateField()),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SupersededWeek',
            fields=[
                ('question', models.CharField(max_length=12)),
                ('is_relational', models.BooleanField()),
                ('dim_1', models.SmallIntegerField()),
                ('dim_2', models.SmallIntegerField()),
                ('value_1', models.BigIntegerField()),
                ('value_2', models.BigIntegerField()),
                ('c0', models.IntegerField(default=0)),
                ('c1', models.IntegerField(default=0)),
                ('c2', models.IntegerField(default=0)),
                ('c3', models.IntegerField(default=0)),
                ('c4', models.IntegerField(default=0)),
                ('c5', models.IntegerField(default=0)),
                ('c6', models.IntegerField(default=0)),
                ('c7', models.IntegerField(default=0)),
                ('c8', models.IntegerField(default=0)),
                ('c9', models.IntegerField(default=0)),
                ('c10', models.IntegerField(default=0)),
                ('pk', models.CompositePrimaryKey('organisation_id', 'question', 'is_relational', 'dim_1', 'dim_2', 'value_1', 'value_2', 'local_week', 'next_week', blank=True, editable=False, primary_key=True, serialize=False)),
                ('local_week', models.DateField()),
                ('next_week', models.DateField()),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TrackedProperty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot', models.PositiveSmallIntegerField()),
                ('key', models.CharField(max_length=60)),
                ('tracked_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'slot'), name='tracked_slot_once'), models.UniqueConstraint(fields=('organisation', 'key'), name='tracked_key_once'), models.CheckConstraint(condition=models.Q(('slot__gte', 1), ('slot__lte', 8)), name='tracked_slot')],
            },
        ),
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
        migrations.CreateModel(
            name='Annotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on_day', models.DateField()),
                ('text', models.CharField(max_length=80)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=254)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('programme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.programme')),
                ('touchpoint', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.touchpoint')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'on_day'], name='annotation_on')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='annotation_has_text'), models.CheckConstraint(condition=models.Q(('touchpoint__isnull', True), ('programme__isnull', True), _connector='OR'), name='annotation_of_one')],
            },
        ),
        migrations.CreateModel(
            name='Benchmark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('card', models.CharField(choices=[('service', 'Service (CSAT)'), ('experience', 'Experience (NPS)')], max_length=10)),
                ('value', models.SmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=254)),
                ('source', models.CharField(max_length=120)),
                ('year', models.PositiveSmallIntegerField()),
                ('method', models.CharField(max_length=200)),
                ('n', models.PositiveIntegerField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'card', 'source', 'year'), name='benchmark_once'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('card', 'service'), ('value__gte', 0)), models.Q(('card', 'experience'), ('value__gte', -100)), _connector='OR'), ('value__lte', 100)), name='benchmark_possible'), models.CheckConstraint(condition=models.Q(models.Q(('source', ''), _negated=True), models.Q(('method', ''), _negated=True), ('n__gte', 1)), name='benchmark_known')],
            },
        ),
        migrations.CreateModel(
            name='CountedAnswer',
            fields=[
                ('question', models.CharField(max_length=12)),
                ('is_relational', models.BooleanField()),
                ('programme_id', models.BigIntegerField()),
                ('touchpoint_id', models.BigIntegerField(null=True)),
                ('value_1', models.BigIntegerField(null=True)),
                ('value_2', models.BigIntegerField(null=True)),
                ('value_3', models.BigIntegerField(null=True)),
                ('value_4', models.BigIntegerField(null=True)),
                ('value_5', models.BigIntegerField(null=True)),
                ('value_6', models.BigIntegerField(null=True)),
                ('value_7', models.BigIntegerField(null=True)),
                ('value_8', models.BigIntegerField(null=True)),
                ('pk', models.CompositePrimaryKey('organisation_id', 'response_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('response_id', models.BigIntegerField()),
                ('customer_id', models.BigIntegerField(null=True)),
                ('answered_at', models.DateTimeField()),
                ('local_on', models.DateField()),
                ('score', models.SmallIntegerField()),
                ('standing', models.CharField(max_length=10)),
                ('next_on', models.DateField(null=True)),
                ('service_state_180', models.SmallIntegerField(null=True)),
                ('service_state_90', models.SmallIntegerField(null=True)),
                ('service_state_365', models.SmallIntegerField(null=True)),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('customer_id__isnull', False)), fields=['organisation', 'customer_id', 'answered_at'], name='counted_of_customer'), models.Index(fields=['organisation', 'question', 'local_on'], name='counted_on')],
            },
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('card', models.CharField(choices=[('service', 'Service (CSAT)'), ('experience', 'Experience (NPS)')], max_length=10)),
                ('value', models.SmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=254)),
                ('by_on', models.DateField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'card'), name='goal_once'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('card', 'service'), ('value__gte', 0)), models.Q(('card', 'experience'), ('value__gte', -100)), _connector='OR'), ('value__lte', 100)), name='goal_possible')],
            },
        ),
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
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('page', models.CharField(blank=True, max_length=300)),
                ('query', models.CharField(blank=True, max_length=2000)),
                ('is_shared', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'user', 'name'), name='saved_view_name_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='saved_view_has_name')],
            },
        ),
        migrations.CreateModel(
            name='PropertyValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.CharField(max_length=200)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('tracked', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='values', to='metrics.trackedproperty')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'tracked', 'value'), name='property_value_once')],
            },
        ),
        *[rls.protect(f"metrics_{table}") for table in TABLES],
        rls.queue("metrics_trackingwish", "tracking"),
        *[
            migrations.RunSQL(
                f"ALTER TABLE metrics_{table} SET (fillfactor = 80)",
                f"ALTER TABLE metrics_{table} RESET (fillfactor)",
            )
            for table in COUNTERS
        ],
        MakeKeysLast(),
    ]
