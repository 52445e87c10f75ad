"""What the bank says of a pay-out file is entered by one person and confirmed by another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0041_followups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name="payoutline",
            name="told_by",
        ),
        migrations.CreateModel(
            name="PayoutResults",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("gathering", "Being put together"),
                            ("proposed", "Waits for a second person"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                        ],
                        default="proposed",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                ("outcomes", models.JSONField(verbose_name="results")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="complaints.payoutfile",
                        verbose_name="file",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "results of a pay-out file",
                "verbose_name_plural": "results of pay-out files",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="payoutline",
            name="results",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="complaints.payoutresults",
                verbose_name="results",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("results__isnull", False),
                    ("state__in", ["listed", "dropped"]),
                    _connector="OR",
                ),
                name="payoutline_by_results",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutresults",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["gathering", "proposed", "approved", "refused"])),
                name="payoutresults_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutresults",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(
                        ("proposed_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="payoutresults_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutresults",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proposed_by", None),
                    models.Q(("decided_by", None), ("state__in", ["gathering", "proposed"])),
                    models.Q(("decided_by__isnull", False), ("state__in", ["approved", "refused"])),
                    _connector="OR",
                ),
                name="payoutresults_decided_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutresults",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("file",),
                name="payoutresults_one_open",
            ),
        ),
    ]
