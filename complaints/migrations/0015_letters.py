import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.crypto


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0031_first_rule_and_fund"),
        ("creditquery", "0021_shares"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("serial", models.CharField(max_length=20, unique=True, verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("delay", "Delay letter"),
                            ("extension", "Letter about a longer deadline"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("issued", "Valid"),
                            ("superseded", "Superseded"),
                            ("revoked", "Revoked"),
                        ],
                        default="issued",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("template", models.CharField(max_length=20, verbose_name="template")),
                ("document", portal.crypto.SealedTextField(verbose_name="document")),
                ("content_hash", models.CharField(max_length=64, verbose_name="hash")),
                ("facts_hash", models.CharField(editable=False, max_length=64)),
                ("issued_at", models.DateTimeField(verbose_name="issued at")),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("corrected", "The facts were corrected."),
                            (
                                "not_touched",
                                "After a correction the incident did not touch this borrower.",
                            ),
                            ("officer", "Two members of staff revoked it."),
                        ],
                        max_length=12,
                        verbose_name="why it ended",
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
                (
                    "impact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="complaints.incidentimpact",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="complaints.incident",
                        verbose_name="incident",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="creditquery.institution",
                        verbose_name="institution",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="creditquery.loanapplication",
                        verbose_name="loan",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "query",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="creditquery.creditquery",
                        verbose_name="query",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="complaints.letter",
                        verbose_name="replaces",
                    ),
                ),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "permissions": [
                    ("propose_revocation", "May propose that a letter be revoked"),
                    ("approve_revocation", "May revoke a letter that somebody else proposed"),
                ],
                "indexes": [
                    models.Index(fields=["person", "-issued_at"], name="letter_person"),
                    models.Index(fields=["institution", "-issued_at"], name="letter_institution"),
                    models.Index(fields=["-issued_at"], name="letter_latest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["issued", "superseded", "revoked"])),
                        name="letter_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("serial__regex", "^[0-9A-HJKMNP-TV-Z]{20}$")),
                        name="letter_serial",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ending", ""), ("state", "issued")),
                            models.Q(
                                models.Q(("state", "issued"), _negated=True),
                                ("ended_at__isnull", False),
                                models.Q(("ending", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="letter_ended_with_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "issued")),
                        fields=("impact",),
                        name="letter_one_valid_per_impact",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("impact", None), ("state", "issued")),
                        fields=("kind", "loan"),
                        name="letter_one_valid_per_loan",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", portal.crypto.SealedBytesField(verbose_name="content")),
                ("sha256", models.CharField(max_length=64, verbose_name="hash")),
                ("algorithm", models.CharField(max_length=40, verbose_name="signed with")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="file",
                        to="complaints.letter",
                    ),
                ),
            ],
            options={"verbose_name": "file of a letter", "verbose_name_plural": "files of letters"},
        ),
        migrations.CreateModel(
            name="LetterAccess",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[("viewed", "viewed"), ("downloaded", "downloaded")],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accesses",
                        to="complaints.letter",
                    ),
                ),
            ],
            options={
                "verbose_name": "look at a letter",
                "verbose_name_plural": "looks at letters",
                "indexes": [models.Index(fields=["letter", "at"], name="letter_access")],
            },
        ),
        migrations.CreateModel(
            name="LetterRevocation",
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
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocations",
                        to="complaints.letter",
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
                "verbose_name": "revocation of a letter",
                "verbose_name_plural": "revocations of letters",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["gathering", "proposed", "approved", "refused"])
                        ),
                        name="letterrevocation_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(
                                ("proposed_by__isnull", False),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="letterrevocation_two_persons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proposed_by", None),
                            models.Q(
                                ("decided_by", None), ("state__in", ["gathering", "proposed"])
                            ),
                            models.Q(
                                ("decided_by__isnull", False),
                                ("state__in", ["approved", "refused"]),
                            ),
                            _connector="OR",
                        ),
                        name="letterrevocation_decided_by",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("letter",),
                        name="revocation_one_open_per_letter",
                    ),
                ],
            },
        ),
    ]
