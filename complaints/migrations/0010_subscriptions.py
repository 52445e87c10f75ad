import uuid

import django.db.models.deletion
from django.db import migrations, models

import portal.crypto


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_status_purpose"),
        ("complaints", "0036_service_policy"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("sms", "text message"), ("email", "email")],
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("address", portal.crypto.SealedTextField(verbose_name="address")),
                (
                    "address_hash",
                    models.CharField(editable=False, max_length=64, unique=True),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                (
                    "components",
                    models.JSONField(blank=True, default=list, verbose_name="components"),
                ),
                ("confirmed_at", models.DateTimeField(verbose_name="confirmed at")),
            ],
            options={
                "verbose_name": "subscription",
                "verbose_name_plural": "subscriptions",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["sms", "email"])),
                        name="subscription_channel",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SubscriptionNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="complaints.subscription",
                    ),
                ),
                (
                    "update",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.incidentupdate",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice to a subscriber",
                "verbose_name_plural": "notices to subscribers",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("update", "subscription"), name="subscription_notice_once"
                    )
                ],
            },
        ),
    ]
