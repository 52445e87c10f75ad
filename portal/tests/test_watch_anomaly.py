"""A route is compared with itself: with the same hour of past days."""

import datetime as dt

import pytest

from portal.watch import anomaly, selectors, services
from portal.watch.anomaly import Sample
from portal.watch.models import RouteMinute

NOW = dt.datetime(2026, 3, 2, 9, 0, 30, tzinfo=dt.UTC)
USUAL = [Sample(1000, failures, 400.0 + failures) for failures in (4, 5, 6, 5, 5)]


def what(now, before=None):
    return [found.what for found in anomaly.judge(now, USUAL if before is None else before)]


@pytest.mark.parametrize(
    ("failures", "found"),
    [(15, []), (16, ["failures"]), (49, ["failures"])],  # usual 0.5 %, and 1 point more is allowed
)
def test_failures_warn_before_the_breaker_opens(failures, found):
    assert what(Sample(1000, failures, 405.0)) == found


@pytest.mark.parametrize(("ms", "found"), [(607.0, []), (608.0, ["latency"])])
def test_latency_warns_at_half_as_much_again(ms, found):
    assert what(Sample(1000, 5, ms)) == found


def test_both_may_be_unusual_and_the_figures_say_so():
    failures, latency = anomaly.judge(Sample(100, 4, 2000.0), USUAL)
    assert (failures.now, failures.usual, failures.limit) == (0.04, 0.005, 0.015)
    assert (latency.now, latency.usual, latency.limit) == (2000.0, 405.0, 607.5)


def test_what_is_usual_for_it_is_usual():
    restless = [Sample(1000, failures, 400.0) for failures in (5, 60, 10, 80, 20)]
    assert what(Sample(1000, 90, 400.0), restless) == []


def test_one_bad_day_moves_nothing():
    assert what(Sample(1000, 16, 405.0), [*USUAL, Sample(1000, 900, 9000.0)]) == ["failures"]


@pytest.mark.parametrize(("days", "found"), [(2, []), (3, ["failures"])])
def test_three_days_must_be_known(days, found):
    quiet_days = [Sample(29, 0, 400.0)] * 5
    assert what(Sample(1000, 500, 400.0), USUAL[:days] + quiet_days) == found


@pytest.mark.parametrize(("calls", "found"), [(29, []), (30, ["failures"])])
def test_a_few_calls_tell_nothing(calls, found):
    assert what(Sample(calls, calls, 400.0)) == found


@pytest.mark.django_db
def test_samples_are_sums_over_whole_minutes():
    def minute(at, calls, failures, sum_ms):
        return RouteMinute(
            route="pboc.east", minute=at, calls=calls, failures=failures, throttled=0,
            sum_ms=sum_ms, p95_ms=0,
        )  # fmt: skip

    begin, end = anomaly.present(NOW)
    assert (end - begin, end.second) == (dt.timedelta(minutes=5), 0)
    step = dt.timedelta(minutes=1)
    services.keep_minutes(
        rows=[minute(begin - step, 50, 50, 1), minute(begin, 10, 1, 4000), minute(end, 9, 9, 1)]
    )
    services.keep_minutes(rows=[minute(end - step, 30, 0, 8000), minute(begin, 10, 2, 4000)])
    assert selectors.sample(route="pboc.east", begin=begin, end=end) == Sample(40, 2, 300.0)
    assert selectors.sample(route="bank.east", begin=begin, end=end) == Sample(0, 0, 0.0)


def test_the_past_is_the_same_time_of_day():
    spans = list(anomaly.past(NOW))
    assert len(spans) == 14
    assert spans[0] == (NOW - dt.timedelta(hours=24, minutes=30), NOW - dt.timedelta(hours=23.5))
