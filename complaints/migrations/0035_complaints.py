import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.crypto


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("complaints", "0021_first_extension_policy"),
        ("complaints", "0040_notices"),
        ("creditquery", "0011_bind_open_queries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(max_length=20, null=True, unique=True, verbose_name="number"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("received", "Received"),
                            ("acknowledged", "Receipt confirmed"),
                            ("accepted", "Accepted"),
                            ("not_accepted", "Not accepted"),
                            ("investigating", "Under investigation"),
                            ("awaiting_complainant", "Question put to complainant"),
                            ("decision_proposed", "Decision being checked"),
                            ("decision_approved", "Decided"),
                            ("notified", "Decision sent"),
                            ("closed", "Closed"),
                            ("withdrawn", "Withdrawn"),
                            ("under_review", "To be reviewed"),
                            ("escalated_external", "Before the regulator"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("outage", "The service was down or too slow"),
                            ("code", "Codes did not come, or I could not log in"),
                            ("staff", "A member of staff asked for my code, or behaved badly"),
                            ("consent", "My credit was queried without my consent"),
                            ("report", "The credit report says something wrong"),
                            ("letter", "A delay letter, a longer deadline or compensation"),
                            ("lender", "How the lender treated my loan application"),
                            ("other", "Something else"),
                            ("unknown", "I do not know"),
                        ],
                        max_length=10,
                        verbose_name="about",
                    ),
                ),
                (
                    "wanted",
                    models.CharField(
                        choices=[
                            ("explain", "An explanation"),
                            ("correct", "That it is put right"),
                            ("paper", "A paper for the lender"),
                            ("money", "Compensation"),
                            ("unknown", "I do not know yet"),
                        ],
                        max_length=10,
                        verbose_name="wanted",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("platform", "Network platform"),
                            ("app", "App"),
                            ("phone", "Telephone"),
                            ("sms", "Text message"),
                            ("branch", "Branch"),
                            ("machine", "Self-service machine"),
                            ("third_party", "Third party"),
                            ("other", "Other channel"),
                        ],
                        default="platform",
                        max_length=12,
                        verbose_name="channel",
                    ),
                ),
                (
                    "business",
                    models.CharField(
                        choices=[
                            ("report", "Credit report"),
                            ("loan", "Loan"),
                            ("other", "Other business"),
                        ],
                        max_length=8,
                        verbose_name="business",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("1", "Attitude and quality of service"),
                            ("2", "Facilities, equipment and business systems"),
                            ("3", "Rules, processes and business procedure"),
                            ("4", "Marketing"),
                            ("5", "Disclosure of information"),
                            ("6", "Returns of a product"),
                            ("7", "Freedom of choice"),
                            ("8", "Terms of contract"),
                            ("9", "Security of funds"),
                            ("10", "Security of information"),
                            ("99", "Other reason"),
                        ],
                        max_length=2,
                        verbose_name="reason",
                    ),
                ),
                ("text", portal.crypto.SealedTextField(verbose_name="what happened")),
                ("is_complex", models.BooleanField(default=False, verbose_name="complex")),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("received_at", models.DateTimeField(null=True, verbose_name="received at")),
                (
                    "notified_at",
                    models.DateTimeField(null=True, verbose_name="told of the decision at"),
                ),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
                (
                    "about_officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="member of staff complained of",
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handler",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="complaints.incident",
                        verbose_name="incident",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="complainant",
                    ),
                ),
                (
                    "query",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="creditquery.creditquery",
                        verbose_name="query",
                    ),
                ),
            ],
            options={
                "verbose_name": "complaint",
                "verbose_name_plural": "complaints",
                "permissions": [
                    ("handle_complaint", "May handle complaints"),
                    ("decide_complaint", "May approve decisions on complaints"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clock",
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
                            ("decision", "Decision"),
                            ("notice", "Notice of the decision"),
                            ("review", "Decision after the review"),
                            ("objection", "Answer to an objection to the credit report"),
                            ("service", "Our own promise"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "running"),
                            ("paused", "paused"),
                            ("met", "kept"),
                            ("breached", "missed"),
                            ("stopped", "no longer needed"),
                        ],
                        default="running",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[("calendar", "calendar days"), ("working", "working days")],
                        max_length=8,
                        verbose_name="counted in",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                ("start", models.DateField(verbose_name="counted from")),
                ("counted_from", models.DateField(verbose_name="counted on from")),
                ("counted_days", models.PositiveSmallIntegerField(verbose_name="days left then")),
                ("named", models.DateField(verbose_name="day counted to")),
                ("due", models.DateField(verbose_name="last day")),
                ("due_at", models.DateTimeField(verbose_name="too late from")),
                ("original_due", models.DateField(verbose_name="first last day")),
                ("provisional", models.BooleanField(default=False, verbose_name="provisional")),
                (
                    "policy",
                    models.CharField(blank=True, max_length=20, verbose_name="policy version"),
                ),
                ("calendar", models.CharField(max_length=40, verbose_name="calendar version")),
                ("paused_on", models.DateField(null=True, verbose_name="paused on")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="complaints.complaint",
                        verbose_name="complaint",
                    ),
                ),
            ],
            options={
                "verbose_name": "clock",
                "verbose_name_plural": "clocks",
            },
        ),
        migrations.CreateModel(
            name="ComplaintMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("complainant", "complainant"), ("officer", "handler")],
                        max_length=12,
                        verbose_name="side",
                    ),
                ),
                ("internal", models.BooleanField(default=False, verbose_name="internal")),
                ("question", models.BooleanField(default=False, verbose_name="wants an answer")),
                ("text", portal.crypto.SealedTextField(verbose_name="text")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="complaints.complaint",
                        verbose_name="complaint",
                    ),
                ),
            ],
            options={
                "verbose_name": "message about a complaint",
                "verbose_name_plural": "messages about complaints",
                "ordering": ("at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(verbose_name="round")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("approved", "approved"),
                            ("returned", "sent back"),
                            ("dropped", "dropped: the complaint was withdrawn"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("upheld", "The complaint is right"),
                            ("partly_upheld", "The complaint is right in part"),
                            ("not_upheld", "The complaint is not confirmed"),
                        ],
                        max_length=14,
                        verbose_name="outcome",
                    ),
                ),
                ("relief", models.JSONField(default=list, verbose_name="relief")),
                ("reasons", portal.crypto.SealedTextField(verbose_name="reasons")),
                (
                    "root_cause",
                    portal.crypto.SealedTextField(verbose_name="root cause and what changes"),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="complaints.complaint",
                        verbose_name="complaint",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
            },
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("why", portal.crypto.SealedTextField(verbose_name="why")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recusals",
                        to="complaints.complaint",
                        verbose_name="complaint",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="officer",
                    ),
                ),
            ],
            options={
                "verbose_name": "recusal",
                "verbose_name_plural": "recusals",
            },
        ),
        migrations.CreateModel(
            name="ServicePolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=20, unique=True, verbose_name="version")),
                (
                    "service_days",
                    models.PositiveSmallIntegerField(verbose_name="working days to a decision"),
                ),
                (
                    "notice_days",
                    models.PositiveSmallIntegerField(
                        verbose_name="working days from decision to notice"
                    ),
                ),
                (
                    "review_window_days",
                    models.PositiveSmallIntegerField(
                        verbose_name="days in which to ask for a review"
                    ),
                ),
                ("effective_from", models.DateField(verbose_name="in force from")),
            ],
            options={
                "verbose_name": "service policy",
                "verbose_name_plural": "service policies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("notice_days__gt", 0),
                            ("review_window_days__gt", 0),
                            ("service_days__gt", 0),
                        ),
                        name="policy_days",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClockExtension",
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
                            ("proposed", "proposed"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("dropped", "no longer needed"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("reason", portal.crypto.SealedTextField(verbose_name="reason")),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="complaints.clock",
                        verbose_name="clock",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "extension of a clock",
                "verbose_name_plural": "extensions of clocks",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["proposed", "approved", "refused", "dropped"])
                        ),
                        name="clock_extension_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="clock_extension_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["approved", "refused"]), _negated=True),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="clock_extension_decided_by",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["proposed", "approved"])),
                        fields=("clock",),
                        name="clock_extended_once",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["person", "-received_at"], name="complaint_person"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["state", "changed_at"], name="complaint_state_changed"),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "received",
                            "acknowledged",
                            "accepted",
                            "not_accepted",
                            "investigating",
                            "awaiting_complainant",
                            "decision_proposed",
                            "decision_approved",
                            "notified",
                            "closed",
                            "withdrawn",
                            "under_review",
                            "escalated_external",
                        ],
                    )
                ),
                name="complaint_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", None), ("received_at", None), ("state", "draft")),
                    models.Q(
                        models.Q(("state", "draft"), _negated=True),
                        ("number__isnull", False),
                        ("received_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="complaint_number_with_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("handler", None),
                    ("about_officer", None),
                    models.Q(("handler", models.F("about_officer")), _negated=True),
                    _connector="OR",
                ),
                name="complaint_not_by_its_subject",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("state", "running")), fields=["due_at"], name="clock_running"
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                fields=("complaint", "kind", "round"), name="clock_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["running", "paused", "met", "breached", "stopped"])
                ),
                name="clock_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "paused"), _negated=True),
                    ("kind", "service"),
                    _connector="OR",
                ),
                name="clock_pauses_ours_only",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paused_on__isnull", False), ("state", "paused")),
                    models.Q(models.Q(("state", "paused"), _negated=True), ("paused_on", None)),
                    _connector="OR",
                ),
                name="clock_paused_since",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(("due__gte", models.F("start"))), name="clock_due_after_start"
            ),
        ),
        migrations.AddIndex(
            model_name="complaintmessage",
            index=models.Index(fields=["complaint", "at"], name="complaint_thread"),
        ),
        migrations.AddConstraint(
            model_name="complaintmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("internal", False),
                    models.Q(("question", False), ("side", "officer")),
                    _connector="OR",
                ),
                name="complaint_internal_by_officer",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proposed", "approved", "returned", "dropped"])),
                name="decision_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="decision_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["approved", "returned"]), _negated=True),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="decision_decided_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "approved"])),
                fields=("complaint", "round"),
                name="decision_once_a_round",
            ),
        ),
        migrations.AddConstraint(
            model_name="recusal",
            constraint=models.UniqueConstraint(
                fields=("complaint", "officer"), name="recused_once"
            ),
        ),
    ]
