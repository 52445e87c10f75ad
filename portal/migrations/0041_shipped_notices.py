from django.db import migrations
from django.utils import timezone

from portal.workdays.notices import shipped


def load(apps, schema_editor):
    notices = apps.get_model("portal", "WorkdayNotice")
    days = apps.get_model("portal", "WorkCalendarDay")
    now = timezone.now()
    for notice in shipped():
        row = notices.objects.create(
            year=notice.year, urls=list(notice.urls), sha256=notice.sha256, loaded_at=now
        )
        days.objects.bulk_create(
            days(day=day, is_working=works, notice=row, at=now)
            for day, works in notice.days.items()
        )


class Migration(migrations.Migration):
    """The notices that this release knows, so that a new portal has a calendar."""

    dependencies = [("portal", "0040_workdays")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
