import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0036_service_policy"),
        ("complaints", "0015_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="letter",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="complaints",
                to="complaints.letter",
                verbose_name="letter",
            ),
        ),
    ]
