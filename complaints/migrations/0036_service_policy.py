"""The first version of what the operator promises; no law sets these days."""

import datetime as dt
from typing import Any

from django.db import migrations


def seed(apps: Any, schema_editor: Any) -> None:
    apps.get_model("complaints", "ServicePolicy").objects.get_or_create(
        version="2026-1",
        defaults={
            "service_days": 5,
            "notice_days": 2,
            "review_window_days": 30,
            "effective_from": dt.date(2020, 3, 1),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0035_complaints")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
