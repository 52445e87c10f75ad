"""Thresholds come from the environment, and those that contradict each other are refused."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import environment
from portal.routing.policy import Policy


def read(monkeypatch, **given):
    for name, value in given.items():
        monkeypatch.setenv(f"ROUTING_{name.upper()}", str(value))
    return environment.record("ROUTING", Policy())


def test_each_threshold_has_a_setting(monkeypatch):
    assert read(monkeypatch, consecutive=7, probes=3) == Policy(consecutive=7, probes=3)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"bucket_seconds": 7}, "BUCKET_SECONDS"),  # no whole number of steps
        ({"bucket_seconds": 0}, "BUCKET_SECONDS"),
        ({"window_seconds": 0}, "BUCKET_SECONDS"),
        ({"failure_percent": 100}, "FAILURE_PERCENT"),
        ({"min_calls": 0}, "MIN_CALLS_BUSY"),
        ({"min_calls_busy": 99}, "MIN_CALLS_BUSY"),
        ({"consecutive": 0}, "CONSECUTIVE"),
        ({"stall_calls": 0}, "STALL_CALLS"),
        ({"open_seconds": 0}, "OPEN_MOST_SECONDS"),
        ({"open_most_seconds": 29}, "OPEN_MOST_SECONDS"),
        ({"jitter_percent": 100}, "JITTER_PERCENT"),
        ({"probes": 0}, "PROBES"),
        ({"flight_seconds": 5}, "FLIGHT_SECONDS"),
        ({"alive_seconds": 1}, "ALIVE_SECONDS"),
        ({"start_concurrency": 0}, "USUAL_CONCURRENCY"),
        ({"start_concurrency": 33}, "USUAL_CONCURRENCY"),
        ({"most_concurrency": 31}, "MOST_CONCURRENCY"),
        ({"ease_percent": 100}, "EASE_PERCENT"),
        ({"retry_reserve": 0}, "RETRY_RESERVE"),
        ({"probes": "five"}, "PROBES"),
    ],
)
def test_thresholds_that_make_no_sense_are_refused_by_name(monkeypatch, given, named):
    with pytest.raises(ImproperlyConfigured, match=f"^ROUTING_{named}: "):
        read(monkeypatch, **given)
