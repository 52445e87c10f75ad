import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("complaints", "0037_complaint_letter")]

    operations = [
        # An act that was under way is cut into parts by the work that it has already.
        migrations.RemoveField(model_name="extensionbatch", name="reached"),
        migrations.AddField(
            model_name="extensionbatch",
            name="left",
            field=models.PositiveIntegerField(null=True, verbose_name="parts left"),
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                ("revision", models.PositiveIntegerField(verbose_name="revision")),
                ("parts", models.PositiveIntegerField(verbose_name="parts")),
                ("left", models.PositiveIntegerField(verbose_name="parts left")),
                ("ordered_at", models.DateTimeField(verbose_name="ordered at")),
                ("done_at", models.DateTimeField(null=True, verbose_name="done at")),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followups",
                        to="complaints.incident",
                    ),
                ),
            ],
            options={
                "verbose_name": "follow-up of an incident",
                "verbose_name_plural": "follow-ups of incidents",
                "indexes": [
                    models.Index(fields=["incident", "kind", "-id"], name="followup_latest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(left__lte=F("parts"))
                        & (Q(left=0, done_at__isnull=False) | Q(left__gt=0, done_at=None)),
                        name="followup_left",
                    )
                ],
            },
        ),
    ]
