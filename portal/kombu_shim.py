"""kombu 5.7.0: a channel whose broker connection is gone raises AttributeError from _connparams,
which nothing catches, and the worker ends. Raise the error that kombu and Celery do handle.

Imported by portal.celery before the app is made; drop it when kombu is mended.
"""

from typing import Any

from kombu.transport import redis as _redis_transport
from redis.exceptions import ConnectionError as BrokerGone

_original = _redis_transport.Channel._connparams


def _connparams(self: Any, asynchronous: bool = False) -> Any:
    if self.connection is None or self.connection.client is None:
        raise BrokerGone("the broker connection of this channel is gone")
    return _original(self, asynchronous)


setattr(_redis_transport.Channel, "_connparams", _connparams)  # noqa: B010 (mypy has a say too)
