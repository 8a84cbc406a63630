"""Files that are made for programs to fetch."""

import django.db.models.deletion
from django.db import migrations, models

from kit import rls

OWNER = {
    'db_index': False,
    'on_delete': django.db.models.deletion.PROTECT,
    'related_name': '+',
    'to': 'accounts.organisation',
}


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_squashed_0012_brand'),
        ('reports', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExportJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('responses', 'Responses'), ('figures', 'Figures')], max_length=9)),
                ('form', models.CharField(choices=[('csv', 'CSV'), ('xlsx', 'Excel')], max_length=4)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Being made'), ('ready', 'Ready'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('expired', 'Deleted')], default='waiting', max_length=9)),
                ('name', models.CharField(max_length=200)),
                ('filter', models.JSONField(default=dict)),
                ('asked', models.JSONField(default=dict)),
                ('with_customers', models.BooleanField()),
                ('with_mark', models.BooleanField(default=False)),
                ('rows', models.PositiveIntegerField(blank=True, null=True)),
                ('done', models.PositiveIntegerField(default=0)),
                ('size', models.PositiveBigIntegerField(blank=True, null=True)),
                ('run', models.PositiveSmallIntegerField(default=0)),
                ('trouble', models.CharField(blank=True, max_length=300)),
                ('created_by', models.CharField(max_length=254)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('organisation', models.ForeignKey(**OWNER)),
            ],
        ),
        migrations.CreateModel(
            name='ExportPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.BinaryField()),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='reports.exportjob')),
                ('organisation', models.ForeignKey(**OWNER)),
            ],
        ),
        migrations.AddIndex(
            model_name='exportjob',
            index=models.Index(fields=['organisation', '-created_at', '-id'], name='export_newest'),
        ),
        migrations.AddIndex(
            model_name='exportjob',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['id'], name='export_waiting'),
        ),
        migrations.AddConstraint(
            model_name='exportjob',
            constraint=models.CheckConstraint(condition=models.Q(('asked', {}), ('state__in', ['waiting', 'running']), _connector='OR'), name='export_keeps_no_words'),
        ),
        migrations.AddConstraint(
            model_name='exportpart',
            constraint=models.UniqueConstraint(fields=('organisation', 'job', 'number'), name='export_part_once'),
        ),
        rls.protect("reports_exportjob"),
        rls.queue("reports_exportjob", "exports"),
        rls.protect("reports_exportpart"),
    ]
