"""The Celery app. Celery is only the doorbell: what must happen is a row (portal/work)."""

import os

from celery import Celery

from portal import kombu_shim  # noqa: F401 (must be in place before the app is made)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
