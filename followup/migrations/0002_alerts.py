"""Alerts: which answers somebody is told of at once, who that is, and what was told."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from kit import rls


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_squashed_0012_brand'),
        ('followup', '0001_webhooks'),
    ]

    operations = [
        migrations.CreateModel(
            name='AlertRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('groups', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=6), blank=True, default=list, size=None)),
                ('programmes', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('touchpoints', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('names_customer', models.BooleanField(default=True)),
                ('per_hour', models.PositiveSmallIntegerField(default=10)),
                ('is_on', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=254)),
                ('chat', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='alert_rule', to='followup.webhookendpoint')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='AlertRecipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.membership')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='followup.alertrule')),
            ],
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('response', models.BigIntegerField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting for words'), ('told', 'Told'), ('held', 'Kept for one line with others'), ('digested', 'Told in one line with others'), ('dropped', 'Not told: it is no bad answer any more')], default='waiting', max_length=8)),
                ('raised_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('digest', models.BigIntegerField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='followup.alertrule')),
            ],
        ),
        migrations.AddConstraint(
            model_name='alertrule',
            constraint=models.CheckConstraint(condition=models.Q(('groups', []), _negated=True), name='alert_rule_groups'),
        ),
        migrations.AddConstraint(
            model_name='alertrule',
            constraint=models.CheckConstraint(condition=models.Q(('per_hour__gte', 1)), name='alert_rule_per_hour'),
        ),
        migrations.AddConstraint(
            model_name='alertrecipient',
            constraint=models.UniqueConstraint(fields=('organisation', 'rule', 'membership'), name='alert_recipient_once'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'held'])), fields=['due_at', 'id'], name='alert_due'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(fields=['organisation', 'rule', '-settled_at'], name='alert_told'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(fields=('organisation', 'rule', 'response'), name='alert_once'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'told', 'held', 'digested', 'dropped'])), name='alert_state'),
        ),
        rls.protect("followup_alertrule"),
        rls.protect("followup_alertrecipient"),
        rls.protect("followup_alert"),
        rls.queue("followup_alert", "alerts"),
    ]
