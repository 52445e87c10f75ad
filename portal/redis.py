"""Redis holds only what may be lost at any moment; every user of it goes on without it."""

from functools import cache

import redis
from django.conf import settings
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

CACHE_DB, SHAPING_DB = 1, 3  # the broker has 0


@cache
def client() -> redis.Redis:
    """Counters and windows; fails within about two seconds when the server does not answer."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        db=SHAPING_DB,
        socket_timeout=1,
        socket_connect_timeout=1,
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.05), 1),
    )
