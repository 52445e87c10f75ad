import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_resuming"),
    ]

    operations = [
        migrations.CreateModel(
            name="BackupCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code_hash", models.BinaryField()),
                ("used_at", models.DateTimeField(null=True, verbose_name="used at")),
            ],
            options={
                "verbose_name": "backup code",
                "verbose_name_plural": "backup codes",
            },
        ),
        migrations.CreateModel(
            name="BackupSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("salt", models.BinaryField()),
                ("created_at", models.DateTimeField(verbose_name="created at")),
            ],
            options={
                "verbose_name": "set of backup codes",
                "verbose_name_plural": "sets of backup codes",
            },
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_code_address",
        ),
        migrations.AddField(
            model_name="authenticator",
            name="added_at",
            field=models.DateTimeField(null=True, verbose_name="added at"),
        ),
        migrations.AddField(
            model_name="authenticator",
            name="used_at",
            field=models.DateTimeField(null=True, verbose_name="last used at"),
        ),
        migrations.AddField(
            model_name="wrongcode",
            name="network_hash",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["address_hash", "created_at"], name="delivery_address"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("challenge__isnull", False)),
                fields=["channel", "created_at"],
                name="delivery_code_channel",
            ),
        ),
        migrations.AddIndex(
            model_name="loginchallenge",
            index=models.Index(fields=["binding", "created_at"], name="challenge_binding"),
        ),
        migrations.AddIndex(
            model_name="wrongcode",
            index=models.Index(fields=["network_hash", "at"], name="wrongcode_network"),
        ),
        migrations.AddField(
            model_name="backupset",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="backupcode",
            name="of_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="codes",
                to="accounts.backupset",
            ),
        ),
        migrations.AddConstraint(
            model_name="backupcode",
            constraint=models.UniqueConstraint(
                fields=("of_set", "code_hash"), name="backupcode_once_a_set"
            ),
        ),
    ]
