"""The Celery app. Celery is only the doorbell: what must happen is a row (portal/work)."""

import os

from celery import Celery
from django.conf import settings

from portal import kombu_shim  # noqa: F401 (must be in place before the app is made)
from portal.work.doorbell import EXPIRES_SECONDS, SWEEP_TASK
from portal.work.states import Lane

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["portal.work"])
app.autodiscover_tasks(["portal.watch"], related_name="pulse")  # listens to the worker's signals

# Beat only rings. What should happen every so often is work, too: portal.work.handlers.periodic.
app.conf.beat_schedule = {
    f"sweep {lane}": {
        "task": SWEEP_TASK,
        "args": [str(lane)],
        "schedule": settings.WORK_SWEEP_SECONDS,
        "options": {"queue": str(lane), "expires": EXPIRES_SECONDS},
    }
    for lane in Lane
}
