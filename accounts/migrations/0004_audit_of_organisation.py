from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_sign_in_limits'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(condition=models.Q(('action', 'organisation.edited')), fields=['organisation_id', 'id'], name='audit_of_organisation'),
        ),
    ]
