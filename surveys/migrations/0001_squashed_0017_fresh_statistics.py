"""Customers, surveys, what is asked and answered, and the rows that only their organisation may see."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import surveys.rules.bases
import surveys.rules.brakes
import surveys.rules.channels
import surveys.rules.metrics
import surveys.rules.reports
from django.db import migrations, models
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension

from kit import rls
from kit.indexes import MakeKeysLast

TABLES = [
    "company", "customer", "propertykey", "journey", "stage", "touchpoint", "interaction",
    "survey", "surveyversion", "programme", "programmetouchpoint", "decision", "invitation",
    "message", "messageattempt", "suppression", "response", "responserevision", "exclusion",
    "tag", "responsetag", "question", "answer", "surveydraft", "deliveryreport", "brake", "wave",
    "waveportion", "sendingpause", "publiclink",
]  # fmt: skip

STEMS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "nn": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip
WORDS = "asciiword, asciihword, hword_asciipart, word, hword, hword_part"
NAMES = sorted(set(STEMS.values()))
# Stems without stop words: "not happy" is a phrase to look for. Accents are taken off first.
CONFIGURE = [
    f"""
    CREATE TEXT SEARCH DICTIONARY public.cx_{name}_stem (TEMPLATE = snowball, Language = {name});
    CREATE TEXT SEARCH CONFIGURATION public.cx_{name} (COPY = pg_catalog.simple);
    ALTER TEXT SEARCH CONFIGURATION public.cx_{name}
        ALTER MAPPING FOR {WORDS} WITH unaccent, public.cx_{name}_stem;
    """
    for name in NAMES
] + [
    f"""
    CREATE TEXT SEARCH CONFIGURATION public.cx_simple (COPY = pg_catalog.simple);
    ALTER TEXT SEARCH CONFIGURATION public.cx_simple
        ALTER MAPPING FOR {WORDS} WITH unaccent, pg_catalog.simple;
    """
]
FORGET = [
    f"""
    DROP TEXT SEARCH CONFIGURATION public.cx_{name};
    DROP TEXT SEARCH DICTIONARY public.cx_{name}_stem;
    """
    for name in NAMES
] + ["DROP TEXT SEARCH CONFIGURATION public.cx_simple;"]
BY_LANGUAGE = " ".join(
    f"WHEN '{code}' THEN 'public.cx_{name}'::regconfig" for code, name in STEMS.items()
)
# Marked immutable although configurations can be altered: ours never are, a new language gets a
# migration that writes the column anew.
CONFIGURATION = f"""
    CREATE FUNCTION surveys_search_configuration(language text) RETURNS regconfig
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS $body$
        SELECT CASE lower(split_part(replace(language, '_', '-'), '-', 1))
            {BY_LANGUAGE} ELSE 'public.cx_simple'::regconfig END
        $body$
"""
COLUMN = """
    ALTER TABLE surveys_response ADD COLUMN words tsvector
        GENERATED ALWAYS AS (to_tsvector(surveys_search_configuration(language), comment)) STORED
"""

# The application may not change the audit trail. This function, which is the owner's, empties
# the values in entries about a person who is erased already, and nothing else: who did what and
# when stays. Row-level security binds it to the organisation that was entered.
EMPTIED = """(
    SELECT coalesce(jsonb_object_agg(key, CASE
        WHEN jsonb_typeof(value) IN ('number', 'boolean', 'null') OR value = '""'
            OR key IN ('standing', 'rule', 'mode') THEN value
        ELSE '"erased"' END), '{}')
    FROM jsonb_each(a.%s)
)"""
FORGET_IN_AUDIT = f"""
    CREATE FUNCTION surveys_forget_in_audit(who bigint) RETURNS bigint
        LANGUAGE sql VOLATILE SECURITY DEFINER
        SET search_path = public, pg_temp
        AS $body$
        WITH emptied AS (
            UPDATE accounts_auditentry a
            SET before = {EMPTIED % "before"}, after = {EMPTIED % "after"}
            FROM surveys_customer c
            WHERE c.id = who AND c.erased_at IS NOT NULL
                AND a.organisation_id = c.organisation_id
                AND (a.object_type = 'customer' AND a.object_id = c.id
                    OR a.object_type = 'response' AND a.object_id IN (
                        SELECT id FROM surveys_response WHERE customer_id = c.id))
            RETURNING 1
        )
        SELECT count(*) FROM emptied
        $body$
"""

# The same steps as `surveys.rules.cadence.phase`; a test compares the two.
PHASE = """
    CREATE FUNCTION surveys_phase(number bigint) RETURNS bigint
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        AS $body$
        SELECT (second >> 16) # second FROM (
            SELECT ((((first >> 16) # first) * 73244475) & 4294967295) AS second FROM (
                SELECT (((((number & 4294967295) >> 16) # (number & 4294967295)) * 73244475)
                    & 4294967295) AS first
            ) AS once
        ) AS twice
        $body$
"""

# A new organisation's first wave is far below a tenth of the others' rows. Until its own are
# seen, every index that begins with the organisation looks as good as the one of its key.
OFTEN_ANALYSED = ("surveys_decision", "surveys_invitation", "surveys_message")
OFTEN = "autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000"
USUAL = "autovacuum_analyze_scale_factor, autovacuum_analyze_threshold"


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('surveys', '0001_initial'),
        ('surveys', '0002_row_level_security'),
        ('surveys', '0003_newest_first'),
        ('surveys', '0004_corrections'),
        ('surveys', '0005_tags_and_words'),
        ('surveys', '0006_sending_hours'),
        ('surveys', '0007_follow_up_questions'),
        ('surveys', '0008_consent'),
        ('surveys', '0009_deliveries'),
        ('surveys', '0010_waves'),
        ('surveys', '0011_sending_rules'),
        ('surveys', '0012_channels'),
        ('surveys', '0013_feelings'),
        ('surveys', '0014_public_links'),
        ('surveys', '0015_amending'),
        ('surveys', '0016_doubted'),
        ('surveys', '0017_fresh_statistics'),
    ]

    dependencies = [
        ('accounts', '0001_squashed_0012_brand'),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(''.join(CONFIGURE), ''.join(FORGET)),
        migrations.RunSQL(CONFIGURATION, 'DROP FUNCTION surveys_search_configuration'),
        migrations.CreateModel(
            name='Company',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(blank=True, max_length=120, null=True)),
                ('name', models.CharField(max_length=200)),
                ('properties', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='company_name_once'), models.UniqueConstraint(condition=models.Q(('external_id__isnull', False)), fields=('organisation', 'external_id'), name='company_external_id_once')],
            },
        ),
        migrations.CreateModel(
            name='Journey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('created_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='journey_name_once')],
            },
        ),
        migrations.CreateModel(
            name='PropertyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.CharField(choices=[('customer', 'Customer'), ('company', 'Company'), ('interaction', 'Interaction')], max_length=12)),
                ('key', models.CharField(max_length=60)),
                ('kind', models.CharField(choices=[('text', 'Text'), ('number', 'Number'), ('boolean', 'Yes or no')], max_length=8)),
                ('created_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'owner', 'key'), name='property_key_once')],
            },
        ),
        migrations.CreateModel(
            name='SendingPause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=120)),
                ('key', models.CharField(blank=True, max_length=60)),
                ('values', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-begins_at'], name='sending_pause_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='sending_pause_reason'), models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gte', models.F('begins_at')), _connector='OR'), name='sending_pause_ends_later'), models.CheckConstraint(condition=models.Q(models.Q(('key', ''), ('values', [])), models.Q(models.Q(('key', ''), _negated=True), models.Q(('values', []), _negated=True)), _connector='OR'), name='sending_pause_whom')],
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('metric', models.CharField(choices=[('nps', 'NPS'), ('csat', 'CSAT'), ('ces', 'CES')], max_length=4)),
                ('created_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='survey_name_once'), models.CheckConstraint(condition=models.Q(('metric__in', [surveys.rules.metrics.Metric['NPS'], surveys.rules.metrics.Metric['CSAT'], surveys.rules.metrics.Metric['CES']])), name='survey_metric')],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('created_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('organisation'), django.db.models.functions.text.Lower('name'), name='tag_name_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='tag_has_name')],
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(blank=True, max_length=120, null=True)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('address_key', models.CharField(blank=True, max_length=254)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('legal_basis', models.CharField(blank=True, choices=[('consent', 'Consent'), ('contract', 'Contract'), ('interest', 'Legitimate interest'), ('refused', 'Refused')], db_default='', default='', max_length=8)),
                ('legal_basis_on', models.DateField(blank=True, null=True)),
                ('legal_basis_source', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('time_zone', models.CharField(blank=True, max_length=64)),
                ('properties', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
                ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='customers', to='surveys.company')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'address_key'], name='customer_address'), models.Index(fields=['organisation', 'name', 'id'], name='customer_by_name'), models.Index(fields=['organisation', 'company'], name='customer_by_company'), models.Index(fields=['organisation', '-created_at', '-id'], name='customer_newest'), django.contrib.postgres.indexes.GinIndex(fields=['name'], name='customer_name_trgm', opclasses=['gin_trgm_ops'])],
                'constraints': [models.UniqueConstraint(condition=models.Q(('external_id__isnull', False)), fields=('organisation', 'external_id'), name='customer_external_id_once'), models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), models.Q(('email', ''), ('external_id__isnull', True), ('legal_basis_source', ''), ('name', ''), ('phone', '')), _connector='OR'), name='customer_erased_is_empty'), models.CheckConstraint(condition=models.Q(models.Q(('legal_basis', ''), ('legal_basis_on__isnull', True), ('legal_basis_source', '')), models.Q(('legal_basis__in', [surveys.rules.bases.Basis['CONSENT'], surveys.rules.bases.Basis['CONTRACT'], surveys.rules.bases.Basis['INTEREST'], surveys.rules.bases.Basis['REFUSED']]), ('legal_basis_on__isnull', False), models.Q(('legal_basis_source', ''), _negated=True)), _connector='OR'), name='customer_legal_basis')],
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('public_name', models.CharField(blank=True, db_default='', default='', max_length=60)),
                ('kind', models.CharField(choices=[('transactional', 'Transactional'), ('relational', 'Relational')], max_length=13)),
                ('is_on', models.BooleanField(default=False)),
                ('channel', models.CharField(choices=[('email', 'By e-mail'), ('sms', 'By text message; whoever has no mobile number is not asked'), ('sms_else_email', 'By text message, else by e-mail')], db_default=surveys.rules.channels.Preference['EMAIL'], default=surveys.rules.channels.Preference['EMAIL'], max_length=14)),
                ('delay_minutes', models.PositiveIntegerField(default=0)),
                ('rest_days', models.PositiveSmallIntegerField(default=30)),
                ('expires_after_days', models.PositiveSmallIntegerField(default=30)),
                ('sampling_percent', models.PositiveSmallIntegerField(db_default=100, default=100)),
                ('priority', models.PositiveSmallIntegerField(db_default=50, default=50)),
                ('oldest_days', models.PositiveSmallIntegerField(db_default=7, default=7)),
                ('conditions', models.JSONField(db_default=[], default=list)),
                ('cadence_months', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('newcomer_days', models.PositiveSmallIntegerField(default=30)),
                ('calendar_from', models.DateField(blank=True, null=True)),
                ('reminder_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('sending_days', models.CharField(blank=True, max_length=7)),
                ('sending_opens', models.PositiveSmallIntegerField(default=0)),
                ('sending_closes', models.PositiveSmallIntegerField(default=1440)),
                ('sends_on_holidays', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='surveys.survey')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='programme_name_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['transactional', 'relational'])), name='programme_kind'), models.CheckConstraint(condition=models.Q(('expires_after_days__gte', 1), ('expires_after_days__lte', 365)), name='programme_expires'), models.CheckConstraint(condition=models.Q(('delay_minutes__lte', 43200)), name='programme_delay'), models.CheckConstraint(condition=models.Q(('sending_closes__lte', 1440), ('sending_opens__lt', models.F('sending_closes'))), name='programme_sends_sometime'), models.CheckConstraint(condition=models.Q(('reminder_days__isnull', True), models.Q(('reminder_days__gte', 1), ('reminder_days__lte', 60)), _connector='OR'), name='programme_reminder'), models.CheckConstraint(condition=models.Q(('sampling_percent__gte', 1), ('sampling_percent__lte', 100)), name='programme_sampling'), models.CheckConstraint(condition=models.Q(('oldest_days__gte', 1), ('oldest_days__lte', 7)), name='programme_oldest')],
            },
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('position', models.PositiveSmallIntegerField()),
                ('journey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stages', to='surveys.journey')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('organisation', 'journey', 'position'), name='stage_position_once'), models.UniqueConstraint(fields=('organisation', 'journey', 'name'), name='stage_name_once')],
            },
        ),
        migrations.CreateModel(
            name='SurveyDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField()),
                ('based_on', models.PositiveSmallIntegerField()),
                ('edition', models.PositiveIntegerField(default=1)),
                ('edited_at', models.DateTimeField()),
                ('edited_by', models.CharField(max_length=254)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='surveys.survey')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'survey'), name='survey_draft_once')],
            },
        ),
        migrations.CreateModel(
            name='SurveyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('wording', models.JSONField(default=dict)),
                ('translations', models.JSONField(db_default={}, default=dict)),
                ('asks_why', models.BooleanField(default=True)),
                ('asks_feeling', models.BooleanField(db_default=False, default=False)),
                ('asks_contact', models.BooleanField(db_default=False, default=False)),
                ('asks_more_of', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=6), db_default=[], default=list, size=None)),
                ('review_url', models.URLField(blank=True, db_default='', default='', max_length=300)),
                ('published_at', models.DateTimeField()),
                ('published_by', models.CharField(blank=True, db_default='', default='', max_length=254)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='surveys.survey')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'survey', '-number'], name='survey_version_of')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('number__gt', 0)), fields=('organisation', 'survey', 'number'), name='survey_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Brake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('because', models.CharField(choices=[('bounces', 'bounces'), ('complaints', 'complaints')], max_length=12)),
                ('count', models.PositiveIntegerField()),
                ('of', models.PositiveIntegerField()),
                ('pulled_at', models.DateTimeField()),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('released_by', models.CharField(blank=True, max_length=254)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('programme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('released_at__isnull', True)), fields=('organisation', 'programme'), name='brake_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('because__in', [surveys.rules.brakes.Because['BOUNCES'], surveys.rules.brakes.Because['COMPLAINTS']])), name='brake_because')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('position', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('text', 'Words'), ('single', 'One choice'), ('multiple', 'Several choices'), ('rating', 'Rating 1 to 5')], max_length=8)),
                ('asked_of', models.CharField(default='all', max_length=6)),
                ('text', models.CharField(max_length=300)),
                ('options', models.JSONField(default=list)),
                ('picks', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=list, size=None)),
                ('low', models.CharField(blank=True, max_length=120)),
                ('high', models.CharField(blank=True, max_length=120)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('survey_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='surveys.surveyversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'survey_version', 'number'), name='question_number_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['text', 'single', 'multiple', 'rating'])), name='question_kind'), models.CheckConstraint(condition=models.Q(('asked_of__in', ['all', 'low', 'middle', 'high'])), name='question_asked_of'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='question_has_text')],
            },
        ),
        migrations.CreateModel(
            name='Touchpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('service', 'Service'), ('experience', 'Experience')], max_length=10)),
                ('deed', models.CharField(blank=True, max_length=120)),
                ('topic', models.CharField(blank=True, max_length=120)),
                ('owner_team', models.CharField(blank=True, max_length=80)),
                ('target', models.SmallIntegerField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='touchpoints', to='surveys.stage')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'slug'), name='touchpoint_slug_once'), models.UniqueConstraint(fields=('organisation', 'name'), name='touchpoint_name_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['service', 'experience'])), name='touchpoint_kind'), models.CheckConstraint(condition=models.Q(('target__isnull', True), models.Q(('target__gte', -100), ('target__lte', 100)), _connector='OR'), name='touchpoint_target')],
            },
        ),
        migrations.CreateModel(
            name='Wave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('due', 'By the calendar'), ('everybody', 'Everybody at once'), ('listed', 'A list')], max_length=9)),
                ('slot_on', models.DateField(blank=True, null=True)),
                ('customers', models.PositiveIntegerField()),
                ('started_by', models.CharField(blank=True, max_length=254)),
                ('created_at', models.DateTimeField()),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waves', to='surveys.programme')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'programme', '-id'], name='wave_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'due'), ('slot_on__isnull', False)), models.Q(('kind__in', ['everybody', 'listed']), ('slot_on__isnull', True)), _connector='OR'), name='wave_slot'), models.UniqueConstraint(condition=models.Q(('slot_on__isnull', False)), fields=('organisation', 'programme', 'slot_on'), name='wave_of_slot_once')],
            },
        ),
        migrations.CreateModel(
            name='Interaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=80)),
                ('source_id', models.CharField(max_length=200)),
                ('occurred_at', models.DateTimeField()),
                ('local_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('way', models.CharField(choices=[('api', 'API'), ('import', 'Import'), ('console', 'By hand')], max_length=8)),
                ('is_test', models.BooleanField(default=False)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('context', models.JSONField(default=dict)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interactions', to='surveys.customer')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('touchpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.touchpoint')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-recorded_at', '-id'], name='interaction_newest'), models.Index(fields=['organisation', 'customer', '-occurred_at'], name='interaction_of'), models.Index(fields=['organisation', 'touchpoint', 'local_on'], name='interaction_at')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'source', 'source_id'), name='interaction_once'), models.CheckConstraint(condition=models.Q(('source_id', ''), _negated=True), name='interaction_has_id')],
            },
        ),
        migrations.CreateModel(
            name='PublicLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('link', 'Public link'), ('widget', 'Widget')], db_default='link', default='link', max_length=6)),
                ('name', models.CharField(max_length=120)),
                ('branch', models.CharField(blank=True, max_length=120)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=254)),
                ('closes_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='public_links', to='surveys.programme')),
                ('touchpoint', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.touchpoint')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'programme', '-id'], name='public_link_in')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('organisation', 'programme', 'name'), name='public_link_name_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['link', 'widget'])), name='public_link_kind'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='public_link_has_name')],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeTouchpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='surveys.programme')),
                ('touchpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.touchpoint')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'programme', 'touchpoint'), name='programme_touchpoint_once')],
            },
        ),
        migrations.CreateModel(
            name='WavePortion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('asked', models.PositiveIntegerField(blank=True, null=True)),
                ('not_asked', models.PositiveIntegerField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='portions', to='surveys.wave')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'wave'], name='portion_of_wave'), models.Index(condition=models.Q(('decided_at__isnull', True)), fields=['id'], name='portion_waiting')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occasion', models.CharField(max_length=60)),
                ('is_asked', models.BooleanField()),
                ('rule', models.CharField(max_length=40)),
                ('facts', models.JSONField(default=dict)),
                ('again_on', models.DateField(blank=True, null=True)),
                ('decided_at', models.DateTimeField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='surveys.customer')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('interaction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='surveys.interaction')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='surveys.programme')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-decided_at', '-id'], name='decision_newest'), models.Index(fields=['organisation', 'customer', '-decided_at'], name='decision_of'), models.Index(fields=['organisation', 'programme', '-decided_at'], name='decision_in'), models.Index(fields=['organisation', 'interaction'], name='decision_after')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'programme', 'customer', 'occasion'), name='decision_once')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('sms', 'Text message'), ('link', 'Personal link')], db_default=surveys.rules.channels.Channel['EMAIL'], default=surveys.rules.channels.Channel['EMAIL'], max_length=5)),
                ('address_key', models.CharField(blank=True, max_length=254)),
                ('context', models.JSONField(default=dict)),
                ('is_test', models.BooleanField(default=False)),
                ('weight', models.FloatField(db_default=1, default=1)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('sent_on', models.DateField(blank=True, null=True)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
                ('bounced_at', models.DateTimeField(blank=True, null=True)),
                ('complained_at', models.DateTimeField(blank=True, null=True)),
                ('opted_out_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='surveys.customer')),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='invitation', to='surveys.decision')),
                ('interaction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.interaction')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='surveys.programme')),
                ('survey_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.surveyversion')),
                ('touchpoint', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.touchpoint')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'customer', '-created_at'], name='invitation_of'), models.Index(fields=['organisation', 'address_key', '-created_at'], name='invitation_to'), models.Index(fields=['organisation', 'programme', '-id'], name='invitation_in'), models.Index(condition=models.Q(('channel', surveys.rules.channels.Channel['SMS'])), fields=['address_key', '-id'], name='invitation_texted'), models.Index(fields=['organisation', 'sent_on'], name='invitation_sent_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='invitation_expires_later'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', True), ('sent_on__isnull', True)), models.Q(('sent_at__isnull', False), ('sent_on__isnull', False)), _connector='OR'), name='invitation_sent_on'), models.CheckConstraint(condition=models.Q(('weight__gte', 1)), name='invitation_weight')],
            },
        ),
        migrations.CreateModel(
            name='Message',
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
                ('about', models.CharField(max_length=80)),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('sms', 'Text message'), ('link', 'Personal link')], db_default=surveys.rules.channels.Channel['EMAIL'], default=surveys.rules.channels.Channel['EMAIL'], max_length=5)),
                ('resent_at', models.DateTimeField(blank=True, null=True)),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='surveys.invitation')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['due_at', 'id'], name='surveys_message_due'), models.Index(condition=models.Q(('state__in', ['claimed', 'handing_over'])), fields=['lease_until'], name='surveys_message_lease'), models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='message_of_provider'), models.Index(condition=models.Q(('state', 'uncertain')), fields=['organisation', 'handing_over_at'], name='message_uncertain')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'claimed', 'handing_over', 'sent', 'failed', 'uncertain', 'suppressed', 'expired', 'cancelled'])), name='surveys_message_state'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['claimed', 'handing_over']), _negated=True), models.Q(('claim__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='surveys_message_claimed'), models.UniqueConstraint(fields=('organisation', 'about'), name='message_once')],
            },
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(choices=[('invitation', 'Invitation'), ('link', 'Public link'), ('widget', 'Widget'), ('import', 'Import'), ('api', 'API'), ('anonymous', 'Anonymous'), ('staff', 'Entered by staff')], max_length=10)),
                ('origin_key', models.CharField(max_length=120)),
                ('metric', models.CharField(choices=[('nps', 'NPS'), ('csat', 'CSAT'), ('ces', 'CES')], max_length=4)),
                ('score', models.SmallIntegerField(null=True)),
                ('comment', models.TextField(blank=True)),
                ('feelings', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, db_default=[], default=list, size=None)),
                ('contact', models.CharField(blank=True, choices=[('email', 'Yes, by e-mail'), ('phone', 'Yes, by phone'), ('no', 'No')], db_default='', default='', max_length=5)),
                ('language', models.CharField(blank=True, db_default='', default='', max_length=12)),
                ('standing', models.CharField(choices=[('counted', 'Counted'), ('suspect', 'Suspected machine'), ('excluded', 'Excluded'), ('test', 'Test'), ('withdrawn', 'Withdrawn'), ('spoken', 'Spoken')], max_length=10)),
                ('standing_reason', models.CharField(blank=True, max_length=200)),
                ('answered_at', models.DateTimeField()),
                ('local_on', models.DateField()),
                ('revisions_made', models.PositiveSmallIntegerField(default=1)),
                ('context', models.JSONField(default=dict)),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='surveys.customer')),
                ('interaction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.interaction')),
                ('invitation', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='response', to='surveys.invitation')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='surveys.programme')),
                ('public_link', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.publiclink')),
                ('survey_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.surveyversion')),
                ('touchpoint', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.touchpoint')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-answered_at', '-id'], name='response_newest'), models.Index(fields=['organisation', 'local_on'], name='response_on'), models.Index(fields=['organisation', 'customer', '-answered_at'], name='response_of'), models.Index(fields=['organisation', 'programme', '-answered_at', '-id'], name='response_in'), models.Index(fields=['organisation', 'touchpoint', '-answered_at', '-id'], name='response_at'), models.Index(condition=models.Q(('public_link__isnull', False)), fields=['organisation', 'public_link', '-answered_at'], name='response_by')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'origin', 'origin_key'), name='response_once'), models.CheckConstraint(condition=models.Q(models.Q(('invitation__isnull', False), ('origin', 'invitation'), ('origin_key', django.db.models.functions.comparison.Cast(models.F('invitation_id'), models.CharField()))), models.Q(models.Q(('origin', 'invitation'), _negated=True), ('invitation__isnull', True)), _connector='OR'), name='response_origin_key'), models.CheckConstraint(condition=models.Q(models.Q(('origin__in', ['link', 'widget']), ('public_link__isnull', False)), models.Q(models.Q(('origin__in', ['link', 'widget']), _negated=True), ('public_link__isnull', True)), _connector='OR'), name='response_public_link'), models.CheckConstraint(condition=models.Q(('score__isnull', True), models.Q(('metric', 'nps'), ('score__gte', 0), ('score__lte', 10)), models.Q(('metric', 'csat'), ('score__gte', 1), ('score__lte', 5)), models.Q(('metric', 'ces'), ('score__gte', 1), ('score__lte', 7)), _connector='OR'), name='response_score_on_scale'), models.CheckConstraint(condition=models.Q(('standing__in', ['counted', 'suspect', 'excluded', 'test', 'withdrawn', 'spoken'])), name='response_standing'), models.CheckConstraint(condition=models.Q(('feelings__contained_by', ['valued', 'appreciated', 'respected', 'annoyed', 'disappointed', 'frustrated'])), name='response_feelings'), models.CheckConstraint(condition=models.Q(('contact__in', ['', 'email', 'phone', 'no'])), name='response_contact')],
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address_key', models.CharField(max_length=254)),
                ('reason', models.CharField(choices=[('opted_out', 'Opted out'), ('bounced', 'Address does not exist'), ('complained', 'Reported our mail as spam'), ('staff', 'Stopped by staff'), ('not_me', 'Reached somebody else')], max_length=12)),
                ('created_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('invitation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.invitation')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('programme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('organisation', 'address_key', 'programme', 'reason'), name='suppression_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('address_key', ''), _negated=True), name='suppression_has_address')],
            },
        ),
        migrations.CreateModel(
            name='DeliveryReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=30)),
                ('key', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('taken', 'taken'), ('delivered', 'delivered'), ('soft_bounce', 'soft_bounce'), ('hard_bounce', 'hard_bounce'), ('complained', 'complained'), ('unsubscribed', 'unsubscribed')], max_length=12)),
                ('code', models.CharField(blank=True, max_length=20)),
                ('at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='surveys.message')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'received_at'], name='delivery_report_received')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'provider', 'key'), name='delivery_report_once'), models.CheckConstraint(condition=models.Q(('kind__in', [surveys.rules.reports.Report['TAKEN'], surveys.rules.reports.Report['DELIVERED'], surveys.rules.reports.Report['SOFT_BOUNCE'], surveys.rules.reports.Report['HARD_BOUNCE'], surveys.rules.reports.Report['COMPLAINED'], surveys.rules.reports.Report['UNSUBSCRIBED']])), name='delivery_report_kind')],
            },
        ),
        migrations.CreateModel(
            name='MessageAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('phase', models.CharField(max_length=20)),
                ('code', models.CharField(blank=True, max_length=20)),
                ('text', models.CharField(blank=True, max_length=500)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('worker', models.CharField(max_length=80)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='surveys.message')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Exclusion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200)),
                ('excluded_at', models.DateTimeField()),
                ('excluded_by', models.CharField(max_length=254)),
                ('standing_before', models.CharField(choices=[('counted', 'Counted'), ('suspect', 'Suspected machine'), ('excluded', 'Excluded'), ('test', 'Test'), ('withdrawn', 'Withdrawn'), ('spoken', 'Spoken')], max_length=10)),
                ('reason_before', models.CharField(blank=True, max_length=200)),
                ('restored_at', models.DateTimeField(blank=True, null=True)),
                ('restored_by', models.CharField(blank=True, max_length=254)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exclusions', to='surveys.response')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'response'], name='exclusion_of')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('restored_at__isnull', True)), fields=('organisation', 'response'), name='exclusion_open_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='exclusion_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('picked', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=list, size=None)),
                ('words', models.TextField(blank=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='surveys.question')),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='surveys.response')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'response', 'question'), name='answer_once')],
            },
        ),
        migrations.CreateModel(
            name='ResponseRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('verdict', models.CharField(choices=[('human', 'Human'), ('suspect', 'Suspected machine')], max_length=8)),
                ('rule', models.CharField(blank=True, max_length=40)),
                ('score', models.SmallIntegerField(null=True)),
                ('comment', models.TextField(blank=True)),
                ('feelings', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, db_default=[], default=list, size=None)),
                ('contact', models.CharField(blank=True, choices=[('email', 'Yes, by e-mail'), ('phone', 'Yes, by phone'), ('no', 'No')], db_default='', default='', max_length=5)),
                ('answers', models.JSONField(db_default={}, default=dict)),
                ('entered_by', models.CharField(blank=True, db_default='', default='', max_length=254)),
                ('reason', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='surveys.response')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('verdict', 'suspect')), fields=['organisation', '-at', '-id'], name='revision_doubted')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'response', 'number'), name='revision_once'), models.CheckConstraint(condition=models.Q(('entered_by', ''), models.Q(('reason', ''), _negated=True), _connector='OR'), name='revision_entered_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='ResponseTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tagged_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('response', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='taggings', to='surveys.response')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taggings', to='surveys.tag')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'tag', 'response'], name='response_tag_of'), models.Index(fields=['response'], name='response_tag_on')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'response', 'tag'), name='response_tag_once')],
            },
        ),
        migrations.AddField(
            model_name='Programme',
            name='touchpoints',
            field=models.ManyToManyField(related_name='programmes', through='surveys.ProgrammeTouchpoint', to='surveys.touchpoint'),
        ),
        migrations.RunSQL(COLUMN, 'ALTER TABLE surveys_response DROP COLUMN words'),
        migrations.RunSQL(PHASE, "DROP FUNCTION surveys_phase"),
        # Whose slot a day is: one or two ranges of this index.
        migrations.RunSQL(
            "CREATE INDEX customer_by_phase ON surveys_customer"
            " (organisation_id, surveys_phase(id)) WHERE archived_at IS NULL AND erased_at IS NULL",
            "DROP INDEX customer_by_phase",
        ),
        migrations.RunSQL(FORGET_IN_AUDIT, 'DROP FUNCTION surveys_forget_in_audit'),
        *[rls.protect(f"surveys_{table}") for table in TABLES],
        rls.queue("surveys_message", "handover"),
        rls.queue("surveys_waveportion", "waves"),
        rls.lookup("surveys_invitation"),
        rls.lookup("surveys_message"),
        rls.lookup("surveys_publiclink"),
        rls.function(
            "surveys_organisation_of_invitation(wanted bigint)",
            "bigint",
            "SELECT organisation_id FROM surveys_invitation WHERE id = wanted",
        ),
        # Reports come before we know whose mail they are about.
        rls.function(
            "surveys_messages_named(names text[])",
            "TABLE (organisation_id bigint, message_id bigint, name text)",
            """
            SELECT organisation_id, id, message_id FROM surveys_message
            WHERE message_id = ANY(names)
            UNION
            SELECT organisation_id, id, provider_id FROM surveys_message
            WHERE provider_id = ANY(names) AND provider_id <> ''
            """,
        ),
        rls.function(
            "surveys_invitations_texted(wanted text)",
            "TABLE (organisation_id bigint, invitation_id bigint)",
            """
            SELECT DISTINCT ON (i.organisation_id) i.organisation_id, i.id
            FROM surveys_invitation i
            WHERE i.channel = 'sms' AND i.address_key = wanted
            ORDER BY i.organisation_id, i.id DESC
            """,
        ),
        rls.function(
            "surveys_organisation_of_public_link(wanted bigint)",
            "bigint",
            "SELECT organisation_id FROM surveys_publiclink WHERE id = wanted",
        ),
        *[
            migrations.RunSQL(
                f"ALTER TABLE {table} SET ({OFTEN})", f"ALTER TABLE {table} RESET ({USUAL})"
            )
            for table in OFTEN_ANALYSED
        ],
        MakeKeysLast(),
    ]
