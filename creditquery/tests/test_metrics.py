"""What Prometheus reads: the right figures, for whoever shows the token, whatever is down."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import User
from creditquery.models import Attempt, CreditQuery
from creditquery.selectors import channels
from creditquery.services import operations, routes
from creditquery.states import AttemptState, QueryState
from creditquery.tests.test_operations import call
from evidence.models import Record
from portal import metrics
from portal.routing.route import Route
from portal.routing.router import Router
from portal.routing.states import Result
from portal.watch import services as watch
from portal.watch.models import Severity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("entrances")]
RULES = settings.BASE_DIR / "deploy/prometheus/portal.rules.yml"
LARGE = ("creditquery_creditquery", "creditquery_attempt", "portal_work", "evidence_record")


def scrape(token: str = "development-metrics-token") -> Any:
    return Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})


def figures() -> dict[tuple[str, ...], float]:
    """By name and label values, in the order of the labels' names."""
    answer = scrape()
    assert answer.status_code == 200
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize("token", ["", "wrong", "développement", "development-metrics-token "])
def test_without_the_token_nothing_is_told(token: str) -> None:
    answer = scrape(token)
    assert (answer.status_code, answer.content) == (403, b"forbidden\n")
    assert Client().get("/metrics").status_code == 403


def test_the_figures_are_those_of_the_tables(query: CreditQuery, now: dt.datetime) -> None:
    watch.beat(name="beat", kind="beat", now=now - dt.timedelta(seconds=40))
    watch.raise_alarm(kind="no-route", severity=Severity.CRITICAL, now=now)
    seen = figures()
    assert seen["portal_queries", "queued"] == 1
    assert seen["portal_queries", "parked"] == 0
    assert seen["portal_work", "upstream", "ready"] == 1
    assert 40 <= seen["portal_heartbeat_age_seconds", "beat", "beat"] < 100
    assert seen["portal_alarms_open", "critical"] == 1
    assert seen["portal_alarms_open", "warning"] == 0
    assert seen["portal_redis_up",] == 1
    assert seen["portal_scrape_failed", "creditquery"] == 0


def test_a_route_is_in_one_state_and_a_persons_word_counts(person: User, now: dt.datetime) -> None:
    operations.force(
        route="bank", state="open", until=now + dt.timedelta(hours=1), reason="night", by=person,
        now=now,
    )  # fmt: skip
    seen = figures()
    states = {key[1:]: value for key, value in seen.items() if key[0] == "portal_route_state"}
    assert len(states) == 6 * 3
    assert [name for name, value in states.items() if value] == [
        ("pboc.east", "closed"),
        ("pboc.south", "closed"),
        ("pboc.southwest", "closed"),
        ("bank.east", "open"),
        ("bank.south", "open"),
        ("bank.southwest", "open"),
    ]


def test_durations_fall_into_their_buckets(query: CreditQuery, now: dt.datetime) -> None:
    for ms in (10, 50, 60, 2000, 40_000):
        call(query, now, ms, age=50)
    call(query, now, 10, age=90)  # longer ago than the minute
    call(query, now, 10, age=50, result=Result.NOTHING)  # and one that was never made
    seen = figures()

    def bucket(limit: str) -> float:
        return seen["portal_call_seconds_bucket", limit, "pboc.east"]

    assert [bucket(limit) for limit in ("0.05", "0.1", "1.0", "2.5", "30.0", "+Inf")] == [
        2, 3, 3, 4, 4, 5,
    ]  # fmt: skip
    assert seen["portal_call_seconds_gcount", "pboc.east"] == 5
    assert seen["portal_call_seconds_gsum", "pboc.east"] == pytest.approx(42.12)
    assert seen["portal_call_seconds_gcount", "pboc.south"] == 0


def test_calls_of_unknown_outcome_are_counted_until_they_are_settled(
    query: CreditQuery, now: dt.datetime
) -> None:
    call(query, now, 10)
    Attempt.objects.update(state=AttemptState.UNKNOWN)
    for state, count in ((QueryState.AMBIGUOUS, 1), (QueryState.SUCCEEDED, 0)):
        CreditQuery.objects.update(state=state)
        assert figures()["portal_ambiguous_attempts",] == count


def test_what_was_parked_first_says_how_long_it_waits(query: CreditQuery, now: dt.datetime) -> None:
    assert figures()["portal_parked_oldest_seconds",] == 0
    CreditQuery.objects.update(state=QueryState.PARKED, changed_at=now - dt.timedelta(hours=2))
    assert 7200 <= figures()["portal_parked_oldest_seconds",] < 7300


def test_without_redis_the_rest_is_told(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"
    monkeypatch.setattr(metrics, "_redis", metrics.redis.client)
    alone = Router(note=routes.note, history=channels.history)
    monkeypatch.setattr("creditquery.metrics.bureau", alone)
    seen = figures()
    (snapshot,) = alone.look([Route("pboc.east", settings.ROUTING)]).values()
    assert not snapshot.known
    assert seen["portal_redis_up",] == 0
    assert seen["portal_route_state", "pboc.east", "closed"] == 1
    assert seen["portal_scrape_failed", "creditquery"] == 0


def test_what_cannot_be_read_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(now: dt.datetime) -> list[Any]:
        raise DatabaseError("gone")

    whole = metrics._parts()
    parts = [(app, broken if app == "evidence" else families) for app, families in whole]
    monkeypatch.setattr(metrics, "_parts", lambda: parts)
    seen = figures()
    assert seen["portal_scrape_failed", "evidence"] == 1
    assert seen["portal_scrape_failed", "creditquery"] == 0
    assert ("portal_evidence_records",) not in seen


def test_no_figure_reads_a_large_table_from_end_to_end(
    query: CreditQuery, now: dt.datetime
) -> None:
    """Each statement of a scrape is explained after the planner was told that tables are large."""
    with CaptureQueriesContext(connection) as asked:
        figures()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for captured in asked.captured_queries:
            if not any(table in captured["sql"] for table in LARGE):
                continue
            if "pg_class" in captured["sql"]:
                continue
            cursor.execute("EXPLAIN " + captured["sql"])
            plan = "\n".join(row[0] for row in cursor.fetchall())
            for table in LARGE:
                assert f"Seq Scan on {table}" not in plan, plan


def test_the_records_of_evidence_are_estimated(query: CreditQuery) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE evidence_record")
    assert figures()["portal_evidence_records",] == Record.objects.count() > 0


# --- The alert rules ------------------------------------------------------------------------


def rules() -> list[dict[str, Any]]:
    return yaml.safe_load(RULES.read_text("utf-8"))["groups"][0]["rules"]


def test_every_rule_asks_for_figures_that_exist() -> None:
    known = {key[0] for key in figures()} | {
        "portal_heartbeat_age_seconds",  # there when somebody beats
        "portal_work_oldest_seconds",
        "portal_work",
        "portal_certificate_not_after_seconds",
    }
    asked = {name for rule in rules() for name in re.findall(r"portal_\w+", rule["expr"])}
    assert asked - known == set()
    assert len(asked) > 12


def test_every_rule_says_what_is_wrong_and_where_to_read_on() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names)) > 12
    for rule in rules():
        assert rule["labels"]["severity"] in Severity.values
        assert rule["annotations"]["summary"]
        page, _, anchor = rule["annotations"]["runbook_url"].partition("#")
        assert anchor in anchors(settings.BASE_DIR / page), rule["alert"]


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in headings}
