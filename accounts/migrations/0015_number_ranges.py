from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_holds_waiting"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="range_hash",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("challenge__isnull", False)),
                fields=["range_hash", "created_at"],
                name="delivery_code_range",
            ),
        ),
    ]
