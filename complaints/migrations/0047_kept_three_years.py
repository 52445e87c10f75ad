"""What names a person may be deleted on schedule; two constraints get the name of all others."""

from django.db import migrations, models
from django.db.models import F, Q

from portal.crypto import SealedBytesField, SealedTextField

TWO_PERSONS = Q(decided_by=None) | Q(proposed_by__isnull=False) & ~Q(decided_by=F("proposed_by"))


class Migration(migrations.Migration):
    dependencies = [("complaints", "0046_append_only")]
    operations = [
        migrations.RemoveConstraint("clockextension", "clock_extension_two_people"),
        migrations.RemoveConstraint("decision", "decision_two_people"),
        migrations.AddConstraint(
            "clockextension",
            models.CheckConstraint(condition=TWO_PERSONS, name="clockextension_two_persons"),
        ),
        migrations.AddConstraint(
            "decision",
            models.CheckConstraint(condition=TWO_PERSONS, name="decision_two_persons"),
        ),
        migrations.AlterField(
            "compensation",
            "account",
            SealedTextField("account for the payment", default="", null=True),
        ),
        migrations.AlterField(
            "deadlineextension", "answer", SealedTextField("answer", default="", null=True)
        ),
        migrations.AlterField("deadlineextension", "reason", SealedTextField("reason", null=True)),
        migrations.AlterField("letter", "document", SealedTextField("document", null=True)),
        migrations.AlterField("payoutfile", "content", SealedBytesField("content", null=True)),
    ]
