"""The first rule of compensation, an empty fund, and a ledger that is only added to."""

import datetime as dt

from django.db import migrations

FORWARD = """
CREATE TRIGGER fundentry_append_only BEFORE UPDATE OR DELETE ON complaints_fundentry
    FOR EACH ROW EXECUTE FUNCTION complaints_append_only();
"""
BACKWARD = "DROP TRIGGER fundentry_append_only ON complaints_fundentry;"

HOUR = 3600
BEGINNING = dt.datetime(2025, 12, 31, 16, tzinfo=dt.UTC)  # 2026-01-01 in Beijing
# More than 2, 4, 8 hours: 0.1, 0.2, 0.3 percent of a year's interest, and points.
TIERS = [[2 * HOUR, 10, 100], [4 * HOUR, 20, 200], [8 * HOUR, 30, 300]]


def fill(apps, schema_editor):
    apps.get_model("complaints", "CompensationRule").objects.create(
        version="2026-01",
        state="approved",
        reason="as delivered",
        proposed_at=BEGINNING,
        valid_from=BEGINNING,
        base="of_rate",
        tiers=TIERS,
        months=12,
        minimum_fen=0,
        cap_fen=500_000,
        fee_fen=0,
        fast_lane=True,
        offer_days=90,
    )
    apps.get_model("complaints", "Fund").objects.create(
        key="main", incident_ceiling_fen=500_000_000, person_ceiling_fen=1_000_000
    )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0030_compensation"), ("complaints", "0004_append_only")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
