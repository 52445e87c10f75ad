"""The peer of `pipeline`: the same job as a plain Celery task, with Celery's own settings.

`celery --app=benchmarks.peers.plain_celery worker --queues=plain`. A query row and a message are
all that there is: no work row, lease or fence, no attempt, no evidence, no breaker. What it loses
and doubles when a process dies is not measured here; docs/adr/0006 has the figures.
"""

import os

from celery import Celery

from portal import kombu_shim  # noqa: F401 (must be in place before the app is made)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

QUEUE = "plain"
app = Celery("plain")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(imports=["benchmarks.peers.plain_tasks"], task_default_queue=QUEUE)
