from django.db import migrations, models


class Migration(migrations.Migration):
    """What the due day of a case was counted from, so that it can be counted again."""

    dependencies = [("reviews", "0002_first_policy")]
    operations = [
        migrations.AddField(
            model_name="reviewtask",
            name="counted_from",
            field=models.DateField(null=True, verbose_name="days counted from"),
        ),
        migrations.AddField(
            model_name="reviewtask",
            name="counted_days",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="working days counted"),
        ),
        migrations.AddField(
            model_name="reviewtask",
            name="calendar",
            field=models.CharField(
                blank=True, max_length=40, verbose_name="version of the calendar"
            ),
        ),
    ]
