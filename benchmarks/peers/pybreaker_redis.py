"""pybreaker with its state in Redis. Runs in its own environment, so it imports nothing of ours.

One call is what `breaker.call` does around a function: ask, call, tell.
"""

import base64
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pybreaker
import redis

words = json.loads(base64.b64decode(sys.stdin.readline()))
breaker = pybreaker.CircuitBreaker(
    fail_max=10,
    reset_timeout=30,
    state_storage=pybreaker.CircuitRedisStorage(
        pybreaker.STATE_CLOSED, redis.Redis.from_url(words["redis"]), namespace=words["name"]
    ),
)


def beyond(seconds: float) -> float:
    """What a call of so many seconds takes beyond them."""
    began = time.perf_counter()
    breaker.call(partial(time.sleep, seconds) if seconds else int)
    return time.perf_counter() - began - seconds


for _ in sys.stdin:
    alone = [beyond(0) for _ in range(words["calls"])]
    with ThreadPoolExecutor(words["threads"]) as pool:
        together = list(pool.map(beyond, [words["seconds"]] * words["calls_together"]))
    print(json.dumps({"alone": alone, "together": together}), flush=True)
