"""The queue in sum, as it is and as it was."""

import datetime as dt

import pytest
from django.db import connection

from portal.tests import work_probe
from portal.tests.work_probe import LATER, NOW, add, claim_one, park
from portal.watch import services
from portal.watch.selectors import lane_minutes
from portal.work.models import Work
from portal.work.selectors import Sum, census
from portal.work.states import Lane, WorkState
from portal.work.tasks import perform

pytestmark = pytest.mark.django_db
probes = work_probe.probes


def test_the_census_counts_by_lane_and_state_and_leaves_out_what_is_done(probes):
    add(park, subject="1")
    perform(claim_one())
    add(subject="2")
    perform(claim_one())
    add(subject="3", run_after=LATER)
    add(subject="4", lane=Lane.MESSAGE)
    add(subject="5", lane=Lane.MESSAGE)
    assert set(census()) == {
        Sum("upstream", "parked", 1, NOW),
        Sum("upstream", "ready", 1, LATER),
        Sum("message", "ready", 2, NOW),
    }


def test_the_census_never_reads_what_is_done(django_assert_num_queries):
    Work.objects.bulk_create(
        Work(kind="k", subject=str(n), lane=Lane.RENDER, state=WorkState.DONE, run_after=NOW,
             created_at=NOW, moved_at=NOW)
        for n in range(5000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE portal_work")
    with django_assert_num_queries(3) as asked:
        assert census() == []
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            cursor.execute("EXPLAIN " + query["sql"])
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan" not in plan, plan


def test_a_minute_of_a_lane_is_kept_once(probes):
    add(subject="1")
    add(subject="2")
    services.keep_lanes(sums=census(), now=NOW)
    services.keep_lanes(sums=[], now=NOW + dt.timedelta(seconds=30))
    rows = lane_minutes(lane=Lane.UPSTREAM, since=NOW)
    assert [(row.minute, row.ready, row.leased, row.parked) for row in rows] == [(NOW, 2, 0, 0)]


def test_lanes_of_long_ago_are_forgotten():
    services.keep_lanes(sums=[], now=NOW)
    services.forget(now=NOW + services.KEEP_MINUTES + dt.timedelta(minutes=1))
    assert not lane_minutes(lane=Lane.UPSTREAM, since=NOW).exists()
