"""Login risk and held logins; the first policy, and a lock on whatever is published."""

import datetime as dt

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import portal.crypto

VERSION = 1
BEGINS = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
RATIONALE = (
    "Shipped with the release; accounts/risks/shipped.py holds the estimate behind each weight."
)
LEVELS = {"prior": -9210, "notify": -6300, "step_up": -2200, "hold": 0}
WEIGHTS = {
    "unknown_browser": 3000,
    "new_network": 1800,
    "crowded_network": 3400,
    "wrong_codes": 3000,
    "slow_code": 1100,
    "code_elsewhere": 1400,
    "odd_hour": 1100,
    "password_only": 3000,
    "weaker_way": 1800,
    "factor_changed": 2300,
    "phone_changed": 2300,
    "phone_was_silent": 2300,
    "frozen": 4600,
    "code_demanded": 3900,
    "staff_network": 700,
    "program": 2000,
    "trusted_device": -3000,
    "known_device": -1500,
    "long_known_device": -1000,
    "passkey": -4000,
}
LOCK = """
CREATE FUNCTION accounts_policy_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'accounts_riskpolicy' THEN
        IF OLD.state = 'published' THEN
            RAISE EXCEPTION 'policy % is published', OLD.version
                USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF EXISTS (
        SELECT FROM accounts_riskpolicy p
        WHERE p.state = 'published' AND (
            (TG_OP <> 'INSERT' AND p.id = OLD.policy_id)
            OR (TG_OP <> 'DELETE' AND p.id = NEW.policy_id)))
    THEN
        RAISE EXCEPTION 'the policy of this weight is published'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER risk_policy_stays BEFORE UPDATE OR DELETE ON accounts_riskpolicy
    FOR EACH ROW EXECUTE FUNCTION accounts_policy_stays();
CREATE TRIGGER risk_weight_stays BEFORE INSERT OR UPDATE OR DELETE ON accounts_riskweight
    FOR EACH ROW EXECUTE FUNCTION accounts_policy_stays();
"""
UNLOCK = """
DROP TRIGGER risk_weight_stays ON accounts_riskweight;
DROP TRIGGER risk_policy_stays ON accounts_riskpolicy;
DROP FUNCTION accounts_policy_stays();
"""


def adopt(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    policy = apps.get_model("accounts", "RiskPolicy").objects.create(
        version=VERSION, rationale=RATIONALE, made_at=BEGINS, **LEVELS
    )
    weight = apps.get_model("accounts", "RiskWeight")
    for signal, value in WEIGHTS.items():
        weight.objects.create(policy=policy, signal=signal, weight=value)
    policy.state, policy.published_at = "published", BEGINS
    policy.save()


def forget(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("accounts", "RiskPolicy").objects.filter(version=VERSION).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_passkey_challenges"),
    ]

    operations = [
        migrations.CreateModel(
            name="RiskPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        editable=False, unique=True, verbose_name="version"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("published", "published")],
                        default="draft",
                        editable=False,
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "prior",
                    models.IntegerField(
                        default=-9210,
                        help_text=(
                            "Thousandths of log-odds that a right first proof is somebody else's: "
                            "-9210 is one in ten thousand."
                        ),
                        verbose_name="prior",
                    ),
                ),
                ("notify", models.IntegerField(default=-6300, verbose_name="tell the owner from")),
                (
                    "step_up",
                    models.IntegerField(default=-2200, verbose_name="ask for a second factor from"),
                ),
                ("hold", models.IntegerField(default=0, verbose_name="hold for two officers from")),
                ("rationale", models.TextField(max_length=2000, verbose_name="why this version")),
                ("made_at", models.DateTimeField(editable=False, verbose_name="made at")),
                (
                    "published_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="published at"),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
            ],
            options={
                "verbose_name": "policy on login risk",
                "verbose_name_plural": "policies on login risk",
                "ordering": ("-version",),
                "permissions": [
                    ("publish_riskpolicy", "May publish another's policy on login risk")
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskWeight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "signal",
                    models.CharField(
                        choices=[
                            ("unknown_browser", "a browser that was not used before"),
                            ("new_network", "a network that was not used before"),
                            ("crowded_network", "many accounts fail from this network"),
                            ("wrong_codes", "many wrong codes for this account today"),
                            ("slow_code", "the code was entered long after it came"),
                            ("code_elsewhere", "the code was asked for from another network"),
                            ("odd_hour", "an hour at which this person does not log in"),
                            ("password_only", "nothing but a password"),
                            ("weaker_way", "a weaker way in than this person's usual one"),
                            ("factor_changed", "a way in was changed in the last day"),
                            ("phone_changed", "the phone number was changed in the last week"),
                            (
                                "phone_was_silent",
                                "the phone could not be reached in the last two days",
                            ),
                            ("frozen", "the account is frozen"),
                            ("code_demanded", "somebody asked this person for a code"),
                            ("staff_network", "a network of our own offices"),
                            ("program", "a program rather than a browser"),
                            ("trusted_device", "a browser that this person trusts"),
                            ("known_device", "a browser that was used before"),
                            ("long_known_device", "a browser known for a month or longer"),
                            ("passkey", "a passkey"),
                        ],
                        max_length=24,
                        verbose_name="sign",
                    ),
                ),
                (
                    "weight",
                    models.IntegerField(
                        help_text=(
                            "Thousandths of log-odds: 700 doubles the odds that it is somebody "
                            "else, 2300 makes them tenfold, -700 halves them."
                        ),
                        verbose_name="weight",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="weights",
                        to="accounts.riskpolicy",
                        verbose_name="policy",
                    ),
                ),
            ],
            options={
                "verbose_name": "weight of a sign",
                "verbose_name_plural": "weights of signs",
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "said",
                    portal.crypto.SealedTextField(
                        default="", verbose_name="what the borrower says"
                    ),
                ),
                ("said_at", models.DateTimeField(null=True, verbose_name="said at")),
                (
                    "proposal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("release", "let this browser in"),
                            ("refuse", "refuse this login"),
                        ],
                        max_length=8,
                        verbose_name="proposal",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("met", "the borrower was here with an identity card"),
                            (
                                "spoken",
                                "the borrower was reached by an address that we knew before",
                            ),
                            ("explained", "the borrower's circumstances explain what was unusual"),
                            ("misjudged", "the signs were not about this login"),
                            ("denied", "the owner of the account says that it was somebody else"),
                            ("unconfirmed", "nobody could confirm that it was the owner"),
                            ("contradicted", "what was said does not agree with what we know"),
                        ],
                        max_length=16,
                        verbose_name="reason",
                    ),
                ),
                (
                    "note",
                    portal.crypto.SealedTextField(default="", verbose_name="note for the file"),
                ),
                ("proposed_at", models.DateTimeField(null=True, verbose_name="proposed at")),
                ("opened_at", models.DateTimeField(verbose_name="held since")),
                ("lapses_at", models.DateTimeField(verbose_name="lapses")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
                (
                    "agreed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="agreed by",
                    ),
                ),
                (
                    "login",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hold",
                        to="accounts.login",
                        verbose_name="login",
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
                "verbose_name": "held login",
                "verbose_name_plural": "held logins",
                "permissions": [
                    ("settle_hold", "May propose and agree on what becomes of held logins")
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["opened_at"],
                        name="hold_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("proposal__in", ["", "release", "refuse"])),
                        name="hold_proposal_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "",
                                    "met",
                                    "spoken",
                                    "explained",
                                    "misjudged",
                                    "denied",
                                    "unconfirmed",
                                    "contradicted",
                                ],
                            )
                        ),
                        name="hold_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("agreed_by__isnull", True),
                                ("proposal", ""),
                                ("proposed_by__isnull", True),
                            ),
                            models.Q(
                                ("proposed_by__isnull", False),
                                models.Q(("proposal", ""), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="hold_proposal_has_maker",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agreed_by__isnull", True),
                            models.Q(("agreed_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="hold_four_eyes",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="riskpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "published"])),
                name="risk_policy_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("notify__lt", models.F("step_up")),
                    ("prior__lt", models.F("notify")),
                    ("step_up__lt", models.F("hold")),
                ),
                name="risk_policy_thresholds_rise",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", True), ("state", "draft")),
                    models.Q(("published_at__isnull", False), ("version", 1)),
                    models.Q(
                        ("made_by__isnull", False),
                        ("published_at__isnull", False),
                        ("published_by__isnull", False),
                        models.Q(("published_by", models.F("made_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="risk_policy_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskweight",
            constraint=models.UniqueConstraint(
                fields=("policy", "signal"), name="risk_weight_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="riskweight",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "signal__in",
                        [
                            "unknown_browser",
                            "new_network",
                            "crowded_network",
                            "wrong_codes",
                            "slow_code",
                            "code_elsewhere",
                            "odd_hour",
                            "password_only",
                            "weaker_way",
                            "factor_changed",
                            "phone_changed",
                            "phone_was_silent",
                            "frozen",
                            "code_demanded",
                            "staff_network",
                            "program",
                            "trusted_device",
                            "known_device",
                            "long_known_device",
                            "passkey",
                        ],
                    )
                ),
                name="risk_weight_signal_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskweight",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", -10000), ("weight__lte", 10000)),
                name="risk_weight_bounded",
            ),
        ),
        migrations.RunSQL(LOCK, UNLOCK),
        migrations.RunPython(adopt, forget),
    ]
