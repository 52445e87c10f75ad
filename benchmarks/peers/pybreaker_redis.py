"""pybreaker with its state in Redis. Runs in its own environment, so it imports nothing of ours.

One call is what `breaker.call` does around a function that does nothing: ask, call, tell.
"""

import base64
import json
import sys
import time

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
for _ in sys.stdin:
    times = []
    for _ in range(words["calls"]):
        began = time.perf_counter()
        breaker.call(int)
        times.append(time.perf_counter() - began)
    print(json.dumps({"times": times}), flush=True)
