"""A query runs once, whatever breaks: the bureau counts one inquiry."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from creditquery import channels
from creditquery.models import Attempt, CreditQuery, CreditReport
from creditquery.services import attempts, moves
from creditquery.states import QueryState
from creditquery.tests.conftest import work_off
from evidence.models import Record
from portal.tests.outside import Outside
from portal.work.models import Work
from portal.work.services import claim, collect_expired
from portal.work.states import Lane, WorkState
from portal.work.tasks import perform


class Killed(BaseException):
    """kill -9: nothing of ours handles it, so nothing is written after it."""


def killed(*args: Any, **kwargs: Any) -> None:
    raise Killed


def run_on(query: CreditQuery) -> CreditQuery:
    work_off(Lane.UPSTREAM, at=timezone.now() + dt.timedelta(hours=1))
    query.refresh_from_db()
    return query


def test_success_leaves_report_evidence_and_one_inquiry(query: CreditQuery, world: Outside) -> None:
    assert work_off(Lane.UPSTREAM) == 1
    query.refresh_from_db()
    assert query.state == QueryState.SUCCEEDED
    assert len(world.inquiries(query.request_no)) == 1
    assert Work.objects.get(subject=query.request_no).state == WorkState.DONE
    kinds = Record.objects.filter(subject=query.request_no).order_by("at", "kind")
    assert {record.kind.removeprefix("creditquery.") for record in kinds} == {
        "creditquery.created",
        "consent.signed",
        "creditquery.consented",
        "creditquery.queued",
        "creditquery.sending",
        "report.received",
        "creditquery.succeeded",
    }


KILLS: dict[str, tuple[object, str]] = {
    "before the call": (channels, "make"),
    "in the middle of the call": (channels, "_send"),
    "after the call": (attempts, "settle"),
    "while the result is written": (moves, "attempt"),
    "after the report is stored": (attempts, "_tell"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", KILLS)
def test_a_kill_leaves_one_inquiry_and_the_report(
    moment: str, query: CreditQuery, world: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder, name = KILLS[moment]
    with monkeypatch.context() as patched:
        patched.setattr(holder, name, killed)
        taken = claim(lane=Lane.UPSTREAM, now=timezone.now(), holder="dies")
        with pytest.raises(Killed):
            perform(taken[0])
    Work.objects.filter(pk=taken[0].id).update(lease_until=timezone.now())
    _collect()
    assert run_on(query).state == QueryState.SUCCEEDED
    assert len(world.inquiries(query.request_no)) == 1
    assert CreditReport.objects.filter(query=query).count() == 1
    assert not Attempt.objects.filter(query=query, finished_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_kill_after_the_bureau_answered_is_found_by_asking(
    query: CreditQuery, world: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = channels.make

    def answered_then_killed(call: channels.Call) -> None:
        make(call)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(channels, "make", answered_then_killed)
        taken = claim(lane=Lane.UPSTREAM, now=timezone.now(), holder="dies")
        with pytest.raises(Killed):
            perform(taken[0])
    Work.objects.filter(pk=taken[0].id).update(lease_until=timezone.now())
    _collect()
    assert run_on(query).state == QueryState.SUCCEEDED
    kinds = list(Attempt.objects.filter(query=query).order_by("pk").values_list("kind", "state"))
    assert kinds == [("inquire", "unknown"), ("ask", "answered")]
    assert len(world.inquiries(query.request_no)) == 1


def _collect() -> None:
    collect_expired(lane=Lane.UPSTREAM, now=timezone.now() + dt.timedelta(seconds=1))
