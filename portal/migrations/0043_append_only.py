"""What refuses to rewrite a table that is only added to (portal/append_only.py)."""

from django.db import migrations

from portal.append_only import FUNCTION


class Migration(migrations.Migration):
    dependencies = [("portal", "0042_intake_lane")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION portal_append_only();")]
