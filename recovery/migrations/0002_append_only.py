from django.db import migrations

from portal.append_only import only_added_to

# What a person gave, and the address that was proved, is not here: nobody exchanges it.
MOVING = (
    "number",
    "word_hash",
    "word_noted",
    "state",
    "outcome",
    "reason",
    "proposed_by_id",
    "proposed_at",
    "decided_by_id",
    "decided_at",
    "opened_at",
    "handed_in_at",
    "due_at",
    "waits_until",
    "released_at",
    "ended_at",
    "changed_at",
)


class Migration(migrations.Migration):
    dependencies = [("recovery", "0001_initial")]

    operations = [
        only_added_to("recovery_recoveryticket", moving=MOVING),
        only_added_to("recovery_recoverystep"),
    ]
