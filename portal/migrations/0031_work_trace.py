from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0020_watch'),
    ]

    operations = [
        migrations.AddField(
            model_name='work',
            name='trace',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=55),
        ),
    ]
