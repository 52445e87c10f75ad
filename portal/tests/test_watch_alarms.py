"""An alarm is one row while its cause lasts, and the same one when it comes back at once."""

import datetime as dt
import logging

import pytest

from portal.tests.racing import at_once
from portal.watch import selectors, services
from portal.watch.models import Alarm, Severity

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def after(**span):
    return NOW + dt.timedelta(**span)


def raised(*, subject="pboc.east", at=NOW, severity=Severity.WARNING, **more):
    return services.raise_alarm(
        kind="clock-skew", subject=subject, severity=severity, now=at, **more
    )


def test_an_alarm_is_one_row_while_its_cause_lasts():
    first = raised(detail={"seconds": 40})
    again = raised(detail={"seconds": 50}, at=after(minutes=1), severity=Severity.CRITICAL)
    assert (again.pk, again.raised_at, again.seen_at) == (first.pk, NOW, after(minutes=1))
    assert (again.detail, again.severity) == ({"seconds": 50}, "critical")
    raised(subject="bank.east")
    assert [alarm.subject for alarm in selectors.open_alarms()] == ["pboc.east", "bank.east"]


def test_what_is_over_is_cleared_with_what_ended_it():
    raised()
    assert services.clear(
        kind="clock-skew", subject="pboc.east", repair="keys-rederived", now=after(minutes=1)
    )
    assert not services.clear(kind="clock-skew", subject="pboc.east", now=after(minutes=2))
    (alarm,) = Alarm.objects.all()
    assert (alarm.cleared_at, alarm.repair) == (after(minutes=1), "keys-rederived")
    assert list(selectors.repairs(since=NOW)) == [alarm]
    assert not selectors.open_alarms().exists()


def test_a_repair_is_not_forgotten_by_the_next_look():
    raised(repair="lane-restarted")
    assert raised(at=after(seconds=5)).repair == "lane-restarted"


@pytest.mark.parametrize(("minutes", "rows"), [(9, 1), (10, 2)])
def test_what_comes_back_soon_is_the_same_alarm(minutes, rows):
    first = raised()
    services.told(pks=[first.pk], now=NOW)
    services.clear(kind="clock-skew", subject="pboc.east", now=NOW)
    again = raised(at=after(minutes=minutes))
    assert Alarm.objects.count() == rows
    assert again.cleared_at is None
    assert (again.told_at is not None) == (rows == 1)


def test_all_but_what_still_lasts_is_settled():
    for subject in ("a 1", "a 2", "b 1"):
        raised(subject=subject)
    assert services.settle(kind="clock-skew", still=["a 1"], place="a", now=NOW) == 1
    assert {alarm.subject for alarm in selectors.open_alarms()} == {"a 1", "b 1"}
    assert services.settle(kind="anomaly", now=NOW) == 0
    assert services.settle(kind="clock-skew", now=NOW) == 2


def test_the_log_says_it_once_and_as_loud_as_it_is(caplog):
    caplog.set_level(logging.INFO)
    for _ in range(2):
        raised(severity=Severity.CRITICAL, detail={"seconds": 300})
        raised(subject="bank.south")
    lines = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert lines == [
        ("ERROR", "alarm clock-skew pboc.east: {'seconds': 300}"),
        ("WARNING", "alarm clock-skew bank.south: {}"),
    ]


def test_a_long_subject_is_cut_and_still_found():
    raised(subject="x" * 200)
    raised(subject="x" * 200)
    assert services.clear(kind="clock-skew", subject="x" * 200, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_sixteen_who_see_it_at_once_raise_one_alarm():
    made = at_once(16, lambda _: raised().pk)
    assert len(set(made)) == 1


def test_old_rows_are_forgotten_and_open_alarms_never():
    for days, name in ((0, "young"), (2, "old")):
        services.beat(name=name, kind="worker", now=after(days=-days))
    services.beat(name="beat", kind="beat", now=after(days=-2))
    raised(at=after(days=-400))
    done = raised(subject="done", at=after(days=-400))
    services.clear(kind="clock-skew", subject="done", now=after(days=-366))
    services.forget(now=NOW)
    assert {row.name for row in selectors.heartbeats()} == {"young", "beat"}
    assert not Alarm.objects.filter(pk=done.pk).exists()
    assert selectors.open_alarms().count() == 1
