"""Everybody who works with the product, and the rows that only their organisation may see."""

import accounts.rules.roles
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from kit import rls
from kit.indexes import MakeKeysLast

# Letters about a person's own sign-in belong to no organisation: empty matches empty.
LETTERS = f"organisation_id IS NOT DISTINCT FROM {rls.OWN_ROWS}"


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_row_level_security'),
        ('accounts', '0003_sign_in_limits'),
        ('accounts', '0004_audit_of_organisation'),
        ('accounts', '0005_sending_hours'),
        ('accounts', '0006_consent'),
        ('accounts', '0007_ways_out'),
        ('accounts', '0008_sending_rules'),
        ('accounts', '0009_senders'),
        ('accounts', '0010_suspicion'),
        ('accounts', '0011_amending'),
        ('accounts', '0012_brand'),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='RoutePace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('route', models.CharField(max_length=254, unique=True)),
                ('booked_until', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RoutePause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('route', models.CharField(max_length=254, unique=True)),
                ('until', models.DateTimeField()),
                ('reason', models.CharField(max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name='SignInFailures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('tries', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), default=list, size=None)),
                ('last_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('is_active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField(auto_now_add=True)),
                ('session_epoch', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_once')],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('user_id', models.BigIntegerField(null=True)),
                ('api_key_id', models.BigIntegerField(null=True)),
                ('actor', models.CharField(max_length=254)),
                ('ip', models.GenericIPAddressField(null=True)),
                ('action', models.CharField(max_length=60)),
                ('object_type', models.CharField(max_length=40)),
                ('object_id', models.BigIntegerField(null=True)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['organisation_id', '-id'], name='audit_newest'), models.Index(condition=models.Q(('action', 'organisation.edited')), fields=['organisation_id', 'id'], name='audit_of_organisation')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('language', models.CharField(default='en', max_length=12)),
                ('postal_address', models.CharField(blank=True, max_length=300)),
                ('privacy_url', models.URLField(blank=True, max_length=500)),
                ('sender_name', models.CharField(blank=True, max_length=80)),
                ('sender_role', models.CharField(blank=True, max_length=80)),
                ('sender_email', models.EmailField(blank=True, max_length=254)),
                ('reply_to', models.EmailField(blank=True, max_length=254)),
                ('accent', models.CharField(default='#0b5fff', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$')])),
                ('logo', models.TextField(blank=True, db_default='', default='')),
                ('survey_host', models.CharField(blank=True, db_default='', default='', max_length=253)),
                ('thanks_note', models.CharField(blank=True, max_length=300)),
                ('ask_again_after_days', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MaxValueValidator(365)])),
                ('asks_per_year', models.PositiveSmallIntegerField(default=6, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)])),
                ('sending_days', models.CharField(default='1234567', max_length=7, validators=[django.core.validators.RegexValidator('^1?2?3?4?5?6?7?$')])),
                ('sending_opens', models.PositiveSmallIntegerField(default=0)),
                ('sending_closes', models.PositiveSmallIntegerField(default=1440)),
                ('holiday_country', models.CharField(blank=True, max_length=2)),
                ('holiday_subdivision', models.CharField(blank=True, max_length=12)),
                ('needs_legal_basis', models.BooleanField(db_default=False, default=False)),
                ('resend_uncertain_after_hours', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(336)])),
                ('reads_replies', models.BooleanField(db_default=True, default=True)),
                ('dkim_selector', models.CharField(blank=True, db_default='', default='', max_length=63)),
                ('people_per_company', models.PositiveSmallIntegerField(db_default=0, default=0, validators=[django.core.validators.MaxValueValidator(1000)])),
                ('company_days', models.PositiveSmallIntegerField(db_default=30, default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)])),
                ('holdout_percent', models.PositiveSmallIntegerField(db_default=0, default=0, validators=[django.core.validators.MaxValueValidator(50)])),
                ('sending_paused_at', models.DateTimeField(blank=True, null=True)),
                ('suspect_within_seconds', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MaxValueValidator(600)])),
                ('suspect_shown_seconds', models.PositiveSmallIntegerField(db_default=1, default=1, validators=[django.core.validators.MaxValueValidator(10)])),
                ('suspect_scores', models.PositiveSmallIntegerField(db_default=2, default=2)),
                ('suspect_traps', models.BooleanField(db_default=True, default=True)),
                ('amend_days', models.PositiveSmallIntegerField(db_default=14, default=14, validators=[django.core.validators.MaxValueValidator(90)])),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='organisation_has_name'), models.CheckConstraint(condition=models.Q(('asks_per_year__gte', 1)), name='organisation_asks'), models.CheckConstraint(condition=models.Q(models.Q(('sending_days', ''), _negated=True), ('sending_closes__lte', 1440), ('sending_opens__lt', models.F('sending_closes'))), name='organisation_sends_sometime'), models.CheckConstraint(condition=models.Q(('suspect_scores', 0), models.Q(('suspect_scores__gte', 2), ('suspect_scores__lte', 11)), _connector='OR'), name='organisation_suspects_several')],
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('prefix', models.CharField(max_length=8, unique=True)),
                ('sha256', models.CharField(max_length=64)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('is_test', models.BooleanField(default=False)),
                ('programme_id', models.BigIntegerField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('organisation', 'name'), name='api_key_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('claimed', 'Claimed by a worker'), ('handing_over', 'Being handed over'), ('sent', 'Sent'), ('failed', 'Failed'), ('uncertain', 'Uncertain'), ('suppressed', 'Suppressed'), ('expired', 'Expired'), ('cancelled', 'Cancelled')], default='queued', max_length=14)),
                ('due_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('claim', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('message_id', models.CharField(max_length=120, unique=True)),
                ('provider_id', models.CharField(blank=True, db_default='', default='', max_length=120)),
                ('last_code', models.CharField(blank=True, max_length=20)),
                ('last_error', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField()),
                ('handing_over_at', models.DateTimeField(blank=True, null=True)),
                ('keyed_until', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('organisation_id', models.BigIntegerField(null=True)),
                ('about', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=60)),
                ('to', models.EmailField(max_length=254)),
                ('context', models.JSONField(default=dict)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['due_at', 'id'], name='accounts_letter_due'), models.Index(condition=models.Q(('state__in', ['claimed', 'handing_over'])), fields=['lease_until'], name='accounts_letter_lease')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'claimed', 'handing_over', 'sent', 'failed', 'uncertain', 'suppressed', 'expired', 'cancelled'])), name='accounts_letter_state'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['claimed', 'handing_over']), _negated=True), models.Q(('claim__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='accounts_letter_claimed'), models.UniqueConstraint(fields=('organisation_id', 'about'), name='letter_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('viewer', 'Viewer'), ('responder', 'Responder'), ('manager', 'Manager'), ('owner', 'Owner')], max_length=12)),
                ('created_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'user'), name='membership_once'), models.CheckConstraint(condition=models.Q(('role__in', [accounts.rules.roles.Role['VIEWER'], accounts.rules.roles.Role['RESPONDER'], accounts.rules.roles.Role['MANAGER'], accounts.rules.roles.Role['OWNER']])), name='membership_role')],
            },
        ),
        migrations.CreateModel(
            name='JoiningInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('role', models.CharField(choices=[('viewer', 'Viewer'), ('responder', 'Responder'), ('manager', 'Manager'), ('owner', 'Owner')], max_length=12)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True), ('used_at__isnull', True)), fields=('organisation', 'email'), name='joining_open_once'), models.CheckConstraint(condition=models.Q(('role__in', [accounts.rules.roles.Role['VIEWER'], accounts.rules.roles.Role['RESPONDER'], accounts.rules.roles.Role['MANAGER'], accounts.rules.roles.Role['OWNER']])), name='joining_role')],
            },
        ),
        migrations.CreateModel(
            name='SenderCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('mail', 'A test mail'), ('records', 'SPF, DKIM and DMARC')], max_length=7)),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.EmailField(max_length=254)),
                ('begun_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('found', models.JSONField(default=dict)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('begun_at__isnull', True)), fields=['asked_at'], name='sender_check_asked')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'kind'), name='sender_check_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['mail', 'records'])), name='sender_check_kind')],
            },
        ),
        migrations.CreateModel(
            name='LetterAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('phase', models.CharField(max_length=20)),
                ('code', models.CharField(blank=True, max_length=20)),
                ('text', models.CharField(blank=True, max_length=500)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('worker', models.CharField(max_length=80)),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='accounts.letter')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(max_length=8)),
                ('path', models.CharField(max_length=300)),
                ('key', models.CharField(max_length=255)),
                ('body_sha256', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('body', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
                ('api_key', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.apikey')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'created_at'], name='idempotency_age')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'api_key', 'method', 'path', 'key'), name='idempotency_once')],
            },
        ),
        rls.protect("accounts_organisation", "id"),
        rls.lookup("accounts_organisation"),
        rls.protect("accounts_membership"),
        rls.lookup("accounts_membership"),
        rls.protect("accounts_joininginvitation"),
        rls.lookup("accounts_joininginvitation"),
        rls.protect("accounts_apikey"),
        rls.lookup("accounts_apikey"),
        rls.protect("accounts_idempotencykey"),
        rls.protect("accounts_auditentry"),
        migrations.RunSQL(
            f"""
            ALTER TABLE accounts_letter ENABLE ROW LEVEL SECURITY;
            ALTER TABLE accounts_letter FORCE ROW LEVEL SECURITY;
            CREATE POLICY organisation ON accounts_letter USING ({LETTERS}) WITH CHECK ({LETTERS});
            """,
            "ALTER TABLE accounts_letter DISABLE ROW LEVEL SECURITY",
        ),
        rls.queue("accounts_letter", "handover"),
        rls.function(
            "accounts_memberships_of(who bigint)",
            "TABLE (organisation_id bigint, membership_id bigint, slug text, name text)",
            """
            SELECT m.organisation_id, m.id, o.slug, o.name
            FROM accounts_membership m JOIN accounts_organisation o ON o.id = m.organisation_id
            WHERE m.user_id = who ORDER BY o.name, o.id
            """,
        ),
        rls.function(
            "accounts_organisation_of_slug(wanted text)",
            "bigint",
            "SELECT id FROM accounts_organisation WHERE slug = wanted",
        ),
        rls.function(
            "accounts_organisation_ids()",
            "SETOF bigint",
            "SELECT id FROM accounts_organisation ORDER BY id",
        ),
        rls.function(
            "accounts_organisation_of_joining(wanted bigint)",
            "bigint",
            "SELECT organisation_id FROM accounts_joininginvitation WHERE id = wanted",
        ),
        rls.function(
            "accounts_key_of_prefix(wanted text)",
            "TABLE (organisation_id bigint, key_id bigint)",
            "SELECT organisation_id, id FROM accounts_apikey WHERE prefix = wanted",
        ),
        rls.protect("accounts_sendercheck"),
        rls.queue("accounts_sendercheck", "sender_checks"),
        MakeKeysLast(),
    ]
