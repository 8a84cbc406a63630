import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kit import rls


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_sign_in_limits'),
        ('metrics', '0005_weeks_of_superseded'),
        ('surveys', '0003_newest_first'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('page', models.CharField(max_length=30)),
                ('object_id', models.BigIntegerField(null=True)),
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
        *[
            rls.protect(f"metrics_{table}")
            for table in ("annotation", "goal", "benchmark", "savedview")
        ],
    ]
