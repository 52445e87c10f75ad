"""The operator's first policy on reviews, so that the portal promises something from the start."""

import datetime as dt

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

VERSION = "2026.1"


def adopt(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    policy = apps.get_model("reviews", "ReviewPolicy")
    policy.objects.create(version=VERSION, effective_from=dt.date(2026, 11, 1))


def forget(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("reviews", "ReviewPolicy").objects.filter(version=VERSION).delete()


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]
    operations = [migrations.RunPython(adopt, forget)]
