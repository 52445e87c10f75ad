"""Redis for what is asked while a call waits: short time-outs, no second try.

What is kept there may be lost at any moment, so its users have an answer of their own for the time
without it: an error here is soon, cheap and expected.
"""

from typing import Final

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_SECONDS: Final = 0.1
ANSWER_SECONDS: Final = 0.25
CONNECTIONS: Final = 512
"""More than the threads of any process; each holds one only for its round trip."""

Gone = redis.RedisError
"""What every call may raise when Redis does not answer, or not in time."""


def client() -> redis.Redis:
    """A client of its own pool, safe for threads and across a fork."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
        max_connections=CONNECTIONS,
    )
