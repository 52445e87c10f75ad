import django.db.models.deletion
import django.db.models.expressions
import portal.crypto
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0010_subscriptions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CompensationBatch",
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
                ("number", models.CharField(max_length=24, unique=True, verbose_name="number")),
                ("people", models.PositiveIntegerField(default=0, verbose_name="borrowers")),
                ("total_fen", models.PositiveBigIntegerField(default=0, verbose_name="sum in fen")),
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
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to="complaints.incident",
                        verbose_name="incident",
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
                "verbose_name": "batch of compensations",
                "verbose_name_plural": "batches of compensations",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CompensationRule",
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
                ("version", models.CharField(max_length=20, unique=True, verbose_name="version")),
                ("valid_from", models.DateTimeField(verbose_name="for outages from")),
                (
                    "base",
                    models.CharField(
                        choices=[
                            ("of_rate", "of the interest of the loan"),
                            ("percentage_points", "percentage points of the loan amount"),
                        ],
                        max_length=20,
                        verbose_name="base",
                    ),
                ),
                ("tiers", models.JSONField(verbose_name="tiers")),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        default=12, verbose_name="interest of so many months"
                    ),
                ),
                (
                    "minimum_fen",
                    models.PositiveBigIntegerField(default=0, verbose_name="least sum in fen"),
                ),
                (
                    "cap_fen",
                    models.PositiveBigIntegerField(verbose_name="most for one outage in fen"),
                ),
                (
                    "fee_fen",
                    models.PositiveBigIntegerField(
                        default=0, verbose_name="query fee given back in fen"
                    ),
                ),
                (
                    "fast_lane",
                    models.BooleanField(default=True, verbose_name="waiting queries go first"),
                ),
                (
                    "offer_days",
                    models.PositiveSmallIntegerField(
                        default=90, verbose_name="offer stands for days"
                    ),
                ),
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
                "verbose_name": "rule of compensation",
                "verbose_name_plural": "rules of compensation",
                "ordering": ("-valid_from",),
                "permissions": [
                    (
                        "propose_compensation",
                        "May propose compensation, pay-outs and changes of the fund",
                    ),
                    (
                        "approve_compensation",
                        "May decide on what another person proposed about money",
                    ),
                ],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Compensation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=16, unique=True, verbose_name="number")),
                ("outage", models.JSONField(verbose_name="incidents")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("assessed", "Assessed"),
                            ("proposed", "Proposed"),
                            ("approved", "Approved"),
                            ("offered", "Offered"),
                            ("accepted", "Accepted"),
                            ("paying", "Being paid"),
                            ("paid", "Paid"),
                            ("declined", "Declined"),
                            ("expired", "Offer expired"),
                            ("reversed", "Reversed"),
                            ("superseded", "Replaced by a new one"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="assessed",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("facts", models.JSONField(verbose_name="facts")),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256 of the facts")),
                (
                    "entitled_fen",
                    models.PositiveBigIntegerField(verbose_name="entitled to, in fen"),
                ),
                (
                    "already_fen",
                    models.PositiveBigIntegerField(
                        default=0, verbose_name="accepted before, in fen"
                    ),
                ),
                ("amount_fen", models.PositiveBigIntegerField(verbose_name="amount in fen")),
                ("points", models.PositiveIntegerField(default=0, verbose_name="points")),
                (
                    "corrected_fen",
                    models.PositiveBigIntegerField(null=True, verbose_name="corrected to, in fen"),
                ),
                (
                    "waiting",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("fund", "The fund has not enough money at the moment."),
                            ("incident", "The fund's ceiling for one incident is reached."),
                            ("person", "The fund's ceiling for one person and year is reached."),
                        ],
                        max_length=8,
                        verbose_name="waits for",
                    ),
                ),
                (
                    "account",
                    portal.crypto.SealedTextField(
                        default="", verbose_name="account for the payment"
                    ),
                ),
                ("assessed_at", models.DateTimeField(verbose_name="assessed at")),
                ("offered_at", models.DateTimeField(null=True, verbose_name="offered at")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="offer ends")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered at")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="paid at")),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="compensations",
                        to="complaints.incident",
                        verbose_name="incident",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="compensations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="borrower",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="complaints.compensationbatch",
                        verbose_name="batch",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.compensationrule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "compensation",
                "verbose_name_plural": "compensations",
            },
        ),
        migrations.CreateModel(
            name="Fund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(default="main", max_length=8, unique=True, verbose_name="key"),
                ),
                ("balance_fen", models.BigIntegerField(default=0, verbose_name="balance in fen")),
                (
                    "committed_fen",
                    models.BigIntegerField(default=0, verbose_name="promised, in fen"),
                ),
                (
                    "incident_ceiling_fen",
                    models.PositiveBigIntegerField(verbose_name="ceiling for one incident in fen"),
                ),
                (
                    "person_ceiling_fen",
                    models.PositiveBigIntegerField(
                        verbose_name="ceiling for a person and year in fen"
                    ),
                ),
            ],
            options={
                "verbose_name": "compensation fund",
                "verbose_name_plural": "compensation funds",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("key", "main")), name="fund_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("balance_fen__gte", models.F("committed_fen")),
                            ("committed_fen__gte", 0),
                        ),
                        name="fund_never_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FundChange",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("deposit", "Top up the fund"),
                            ("incident_ceiling", "Set the ceiling for one incident"),
                            ("person_ceiling", "Set the ceiling for one person and year"),
                            ("reversal", "Reverse a payment"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("amount_fen", models.PositiveBigIntegerField(verbose_name="amount in fen")),
                (
                    "compensation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="complaints.compensation",
                        verbose_name="compensation",
                    ),
                ),
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
                "verbose_name": "change of the fund",
                "verbose_name_plural": "changes of the fund",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FundEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("deposit", "Deposit"),
                            ("commitment", "Promised"),
                            ("release", "Promise ended"),
                            ("payment", "Paid out"),
                            ("reversal", "Paid back"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("amount_fen", models.PositiveBigIntegerField(verbose_name="amount in fen")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "change",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="complaints.fundchange",
                        verbose_name="change",
                    ),
                ),
                (
                    "compensation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="complaints.compensation",
                        verbose_name="compensation",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the fund",
                "verbose_name_plural": "entries of the fund",
            },
        ),
        migrations.CreateModel(
            name="PayoutFile",
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
                ("number", models.CharField(max_length=24, unique=True, verbose_name="number")),
                ("lines", models.PositiveIntegerField(verbose_name="lines")),
                ("total_fen", models.PositiveBigIntegerField(verbose_name="sum in fen")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("content", portal.crypto.SealedBytesField(verbose_name="content")),
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
                "verbose_name": "pay-out file",
                "verbose_name_plural": "pay-out files",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PayoutLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ref", models.CharField(max_length=32, unique=True, verbose_name="reference")),
                ("amount_fen", models.PositiveBigIntegerField(verbose_name="amount in fen")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("listed", "No result yet"),
                            ("paid", "Paid"),
                            ("failed", "Refused by the bank"),
                            ("dropped", "File refused"),
                        ],
                        default="listed",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("told_at", models.DateTimeField(null=True, verbose_name="result at")),
                (
                    "compensation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="complaints.compensation",
                        verbose_name="compensation",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="complaints.payoutfile",
                        verbose_name="file",
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a pay-out file",
                "verbose_name_plural": "lines of pay-out files",
            },
        ),
        migrations.AddConstraint(
            model_name="compensationbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["gathering", "proposed", "approved", "refused"])),
                name="compensationbatch_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="compensationbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(
                        ("proposed_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="compensationbatch_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="compensationbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proposed_by", None),
                    models.Q(("decided_by", None), ("state__in", ["gathering", "proposed"])),
                    models.Q(("decided_by__isnull", False), ("state__in", ["approved", "refused"])),
                    _connector="OR",
                ),
                name="compensationbatch_decided_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="compensationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["gathering", "proposed", "approved", "refused"])),
                name="compensationrule_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="compensationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(
                        ("proposed_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="compensationrule_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="compensationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proposed_by", None),
                    models.Q(("decided_by", None), ("state__in", ["gathering", "proposed"])),
                    models.Q(("decided_by__isnull", False), ("state__in", ["approved", "refused"])),
                    _connector="OR",
                ),
                name="compensationrule_decided_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="compensationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("base__in", ["of_rate", "percentage_points"]),
                    ("months__gt", 0),
                    ("months__lte", 12),
                ),
                name="compensationrule_base",
            ),
        ),
        migrations.AddIndex(
            model_name="compensation",
            index=models.Index(fields=["person", "-assessed_at"], name="compensation_person"),
        ),
        migrations.AddIndex(
            model_name="compensation",
            index=models.Index(fields=["incident", "state"], name="compensation_incident"),
        ),
        migrations.AddIndex(
            model_name="compensation",
            index=models.Index(fields=["batch", "state"], name="compensation_batch"),
        ),
        migrations.AddIndex(
            model_name="compensation",
            index=models.Index(fields=["state", "id"], name="compensation_queue"),
        ),
        migrations.AddConstraint(
            model_name="compensation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "assessed",
                            "proposed",
                            "approved",
                            "offered",
                            "accepted",
                            "paying",
                            "paid",
                            "declined",
                            "expired",
                            "reversed",
                            "superseded",
                            "withdrawn",
                        ],
                    )
                ),
                name="compensation_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="compensation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "entitled_fen",
                        django.db.models.expressions.CombinedExpression(
                            models.F("already_fen"), "+", models.F("amount_fen")
                        ),
                    )
                ),
                name="compensation_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="compensation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["approved", "assessed", "offered", "proposed"])),
                fields=("person", "incident"),
                name="compensation_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="compensation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("batch__isnull", False),
                    ("state__in", ["assessed", "superseded", "withdrawn"]),
                    _connector="OR",
                ),
                name="compensation_in_a_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["gathering", "proposed", "approved", "refused"])),
                name="fundchange_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(
                        ("proposed_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="fundchange_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proposed_by", None),
                    models.Q(("decided_by", None), ("state__in", ["gathering", "proposed"])),
                    models.Q(("decided_by__isnull", False), ("state__in", ["approved", "refused"])),
                    _connector="OR",
                ),
                name="fundchange_decided_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["deposit", "incident_ceiling", "person_ceiling", "reversal"]),
                    models.Q(
                        models.Q(("compensation__isnull", False), ("kind", "reversal")),
                        models.Q(
                            models.Q(("kind", "reversal"), _negated=True), ("compensation", None)
                        ),
                        _connector="OR",
                    ),
                ),
                name="fundchange_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("compensation",),
                name="fundchange_one_reversal_at_a_time",
            ),
        ),
        migrations.AddIndex(
            model_name="fundentry",
            index=models.Index(fields=["-at"], name="fundentry_latest"),
        ),
        migrations.AddConstraint(
            model_name="fundentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_fen__gt", 0),
                    ("kind__in", ["deposit", "commitment", "release", "payment", "reversal"]),
                ),
                name="fundentry_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundentry",
            constraint=models.UniqueConstraint(
                fields=("compensation", "kind"), name="fundentry_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="fundentry",
            constraint=models.UniqueConstraint(fields=("change",), name="fundentry_once_a_change"),
        ),
        migrations.AddConstraint(
            model_name="payoutfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["gathering", "proposed", "approved", "refused"])),
                name="payoutfile_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(
                        ("proposed_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="payoutfile_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proposed_by", None),
                    models.Q(("decided_by", None), ("state__in", ["gathering", "proposed"])),
                    models.Q(("decided_by__isnull", False), ("state__in", ["approved", "refused"])),
                    _connector="OR",
                ),
                name="payoutfile_decided_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_fen__gt", 0), ("state__in", ["listed", "paid", "failed", "dropped"])
                ),
                name="payoutline_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["listed", "paid"])),
                fields=("compensation",),
                name="payoutline_never_twice",
            ),
        ),
    ]
