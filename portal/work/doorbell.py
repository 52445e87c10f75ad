"""Rings a lane's workers through Redis. A ring may be lost: the sweeper finds the row anyway.

So ringing has to cost the request next to nothing when Redis is gone: one try with short
time-outs, every error swallowed, and then some seconds in which nobody tries again.
"""

import logging
import time
from functools import cache
from typing import Final

from celery import Celery
from django.conf import settings

logger = logging.getLogger(__name__)

TASK: Final = "portal.work.ring"
SWEEP_TASK: Final = "portal.work.sweep"
EXPIRES_SECONDS: Final = 10
"""A ring that waited longer is dropped unread: the sweeper has rung since."""
QUIET_SECONDS: Final = 5.0
"""How long nobody tries again after a ring that failed."""
SOCKET_SECONDS: Final = 0.1
RINGS_WAITING: Final = 64
"""More unheard rings than this help nobody: a pool has fewer threads, and Redis little room."""

_quiet_until = 0.0


@cache
def _publisher() -> Celery:
    """A Celery app that only sends; unlike the workers' it never waits for Redis to come back."""
    app = Celery("doorbell", broker=settings.CELERY_BROKER_URL, set_as_current=False)
    app.conf.update(
        task_publish_retry=False,
        task_ignore_result=True,
        broker_connection_timeout=SOCKET_SECONDS,
        broker_transport_options={
            "socket_timeout": SOCKET_SECONDS,
            "socket_connect_timeout": SOCKET_SECONDS,
            "max_retries": 0,
        },
    )
    return app


def ring(lane: str) -> bool:
    """Whether the bell rings now; takes under 0.3 s and never raises."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    try:
        _send(lane)
    except Exception as error:  # noqa: BLE001 (whatever it is, the row is safe without the ring)
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("doorbell: %s, quiet for %.0f s", type(error).__name__, QUIET_SECONDS)
        return False
    return True


def _send(lane: str) -> None:
    with _publisher().producer_pool.acquire(block=True, timeout=SOCKET_SECONDS) as producer:
        if producer.channel.client.llen(lane) < RINGS_WAITING:
            _publisher().send_task(
                TASK, args=[lane], queue=lane, expires=EXPIRES_SECONDS, producer=producer
            )
