from django.db import migrations, models
from django.db.models import Q

PURPOSES = [
    ("login", "log in"),
    ("consent", "agree to a query"),
    ("download", "download a report"),
    ("change", "change your account"),
    ("bind_email", "bind an email address"),
    ("guarantor", "agree as a guarantor"),
    ("status", "be told of the service status"),
    ("share", "let a lender read a report"),
    ("accept", "accept a compensation"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_share_purpose")]

    operations = [
        migrations.AlterField(
            "loginchallenge",
            "purpose",
            models.CharField(choices=PURPOSES, max_length=16, verbose_name="purpose"),
        ),
        migrations.RemoveConstraint("loginchallenge", "challenge_purpose_known"),
        migrations.AddConstraint(
            "loginchallenge",
            models.CheckConstraint(
                condition=Q(("purpose__in", [key for key, _ in PURPOSES])),
                name="challenge_purpose_known",
            ),
        ),
    ]
