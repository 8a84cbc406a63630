from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('metrics', '0007_overlaps'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='savedview',
            name='object_id',
        ),
        migrations.AlterField(
            model_name='savedview',
            name='page',
            field=models.CharField(blank=True, max_length=300),
        ),
    ]
