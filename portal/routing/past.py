"""From what the rows tell about a route to the record that a breaker goes on from."""

import datetime as dt
from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from portal.routing.policy import Policy
from portal.routing.route import Past, Window
from portal.routing.states import RouteState


def record(name: str, window: Window, policy: Policy, *, now: int) -> dict[str, Any]:
    """The record of a route that Redis does not know; `now` in milliseconds.

    It begins a new epoch, so that no permit from before counts. Unless the last state is long past,
    it begins with few calls at once: nobody knows how far the route had come.
    """
    since = _milliseconds(window.since) if window.since else 0
    figures = window.figures
    in_use = window.state == RouteState.CLOSED
    calm = now - since >= policy.calm_seconds * 1000
    past = [call for call in window.past if _milliseconds(call.at) >= since] if in_use else []
    return {
        "name": name,
        "state": str(window.state),
        "serial": window.epoch + 1,
        "epoch": window.epoch + 1,
        "since": since,
        "reopen": since + int(figures.get("seconds", policy.open_seconds) * 1000),
        "reason": "",
        "openings": int(figures.get("openings", 0)),
        "passed": 0,
        "streak": _streak(past),
        "limit": policy.usual_concurrency if in_use and calm else policy.start_concurrency,
        "latency": 0,
        "paused": 0,
        "hosts": {host: _entry(host, past, policy) for host in {call.host for call in past}},
    }


def _entry(host: str, past: Iterable[Past], policy: Policy) -> dict[str, Any]:
    calls = [call for call in past if call.host == host]
    buckets: dict[int, list[int]] = {}
    for call in calls:
        slot = _milliseconds(call.at) // (policy.bucket_seconds * 1000)
        bucket = buckets.setdefault(slot, [0, 0])
        bucket[0] += 1
        bucket[1] += call.failed
    return {
        "host": host,
        "state": str(RouteState.CLOSED),
        "epoch": 0,
        "since": 0,
        "openings": 0,
        "passed": 0,
        "streak": _streak(calls),
        "buckets": [[slot, *bucket] for slot, bucket in buckets.items()],
    }


def _streak(past: list[Past]) -> int:
    return sum(1 for _ in takewhile(lambda call: call.failed, reversed(past)))


def _milliseconds(moment: dt.datetime) -> int:
    return round(moment.timestamp() * 1000)
