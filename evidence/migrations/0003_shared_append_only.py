"""Records are guarded as every other table that is only added to."""

from importlib import import_module

from django.db import migrations

from portal.append_only import only_added_to

OWN = import_module("evidence.migrations.0002_append_only")


class Migration(migrations.Migration):
    dependencies = [("evidence", "0002_append_only"), ("portal", "0043_append_only")]
    operations = [
        migrations.RunSQL(OWN.BACKWARD, OWN.FORWARD),
        only_added_to("evidence_record"),
    ]
