"""How the desk fares: who may see it, and that each figure is right."""

import csv
import datetime as dt
import io

import pytest
from django.utils import timezone

from accounts.roles import Role
from creditquery.models import CreditQuery
from creditquery.tests.staff import member
from reviews.models import ReviewTask
from reviews.selectors import workload
from reviews.services import claims, handling, submission, timeline
from reviews.states.cases import StepKind
from reviews.tests.officers import (
    REFUSE,
    agreed,
    decided,
    officer,
    recommended,
    submitted,
    waiting,
)

pytestmark = pytest.mark.django_db
PAGE = "/en/desk/reviews/workload/"
DAY = dt.timedelta(days=1)


def days(now: dt.datetime, count: int = 30) -> workload.Period:
    return workload.period(timezone.localdate(now), count)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.RISK_OFFICER, 200),
        (Role.COMPLIANCE_OFFICER, 200),
        (Role.AUDITOR, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.LOAN_OFFICER, 403),
        (Role.LENDER_USER, 403),
    ],
)
def test_who_may_see_the_work_of_others(role: str, status: int) -> None:
    browser = member(role)
    assert browser.get(PAGE).status_code == status
    assert browser.get("/en/desk/reviews/workload.csv").status_code == status


def test_the_backlog_counts_states_late_ones_and_the_priority_lane(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = submitted(query, now - DAY)
    waiting(task, now, 2, express="incident")
    ReviewTask.objects.filter(pk=task.pk).update(due_at=now)
    first, *others = workload.backlog(now)
    assert (first.state, first.count, first.overdue, first.express) == ("open", 3, 1, 2)
    assert first.oldest == now - DAY
    assert [(one.count, one.oldest) for one in others] == [(0, None)] * 4


def test_what_waits_for_its_borrower_is_not_overdue(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    ReviewTask.objects.filter(pk=task.pk).update(due_at=now, paused_at=now, state="awaiting")
    assert [(one.state, one.overdue) for one in workload.backlog(now) if one.count] == [
        ("awaiting", 0)
    ]


@pytest.mark.parametrize(("old", "place"), [(0, 0), (1, 1), (2, 2), (3, 3), (5, 3), (6, 4)])
def test_ages_are_days_of_the_calendar(
    query: CreditQuery, now: dt.datetime, old: int, place: int
) -> None:
    submitted(query, now - old * DAY)
    counted = list(workload.ages(now).values())
    assert (sum(counted), counted.index(1)) == (1, place)


def test_cases_handed_in_and_decided_a_day(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    timeline.add(task, kind=StepKind.SUBMITTED, now=now - DAY)
    decided(task, now)
    shown = days(now, 3)
    assert workload.flow(shown) == {"submitted": [0, 1, 0], "decided": [0, 0, 1]}


def test_speed(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now - dt.timedelta(hours=5))
    late, *_ = waiting(task, now - dt.timedelta(hours=7), 1)
    decided(task, now)
    values = {
        "state": "refused",
        "proposal": "refuse",
        "maker": task.maker,
        "checker": task.checker,
    }
    ReviewTask.objects.filter(pk=late.pk).update(decided_at=now, due_at=now, **values)
    speed = workload.speed(days(now))
    assert (speed.decided, speed.in_time, speed.hours) == (2, 1, 6.0)
    assert workload.speed(days(now - 40 * DAY, 1)).decided == 2


def test_an_objection_is_timed_from_the_day_it_was_made(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = decided(submitted(query, now - 9 * DAY), now - 8 * DAY, REFUSE)
    submission.object_to(task=task, text="请再看一次", now=now - dt.timedelta(hours=3))
    task.refresh_from_db()
    recommended(task, officer("second-maker"), now, REFUSE)
    agreed(task, officer("second-checker"), now)
    speed = workload.speed(days(now))
    assert (speed.decided, speed.hours) == (1, 3.0)


def test_reasons_are_counted_by_what_they_were_given_for(
    query: CreditQuery, now: dt.datetime
) -> None:
    decided(submitted(query, now), now, REFUSE)
    assert [(one.act, one.count) for one in workload.given_reasons(days(now))] == [("refuse", 1)]


def test_who_gives_back_what_was_taken_stands_first(query: CreditQuery, now: dt.datetime) -> None:
    picky, steady = officer("picky"), officer("steady")
    task = submitted(query, now)
    for by, gives_back in ((picky, True), (steady, False)):
        claims.claim(task=task, officer=by, now=now)
        if gives_back:
            claims.release(task=task, by=by, fence=task.fence, now=now)
    first, second = workload.officers(days(now))
    assert (first.name, first.taken, first.given_back, first.share) == ("picky", 1, 1, 100)
    assert (second.name, second.taken, second.given_back, second.share) == ("steady", 1, 0, 0)


def test_whoever_stands_aside_gives_nothing_back(query: CreditQuery, now: dt.datetime) -> None:
    biased, task = officer("biased"), submitted(query, now)
    other, *_ = waiting(task, now, 1)
    for case in (task, other):
        claims.claim(task=case, officer=biased, now=now)
    handling.recuse(task=task, by=biased, text="my neighbour", now=now)
    claims.release(task=other, by=biased, fence=other.fence, now=now + dt.timedelta(minutes=1))
    [found] = workload.officers(days(now))
    assert (found.taken, found.given_back, found.share) == (2, 1, 50)


def test_the_file_has_the_figures_of_the_page_and_no_formula(
    query: CreditQuery, now: dt.datetime
) -> None:
    claims.claim(task=submitted(query, now), officer=officer("=HYPERLINK(1)"), now=now)
    answer = member(Role.RISK_OFFICER).get("/en/desk/reviews/workload.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode().lstrip("\ufeff"))))
    assert rows[0] == ["figure", "of", "value"]
    assert ["taken", "'=HYPERLINK(1)", "1"] in rows
    for figure in (
        ["waiting", "An officer works on it", "1"],
        ["express", "An officer works on it", "0"],
        ["oldest", "An officer works on it", now.isoformat()],
        ["age", "today", "1"],
        ["decided", timezone.localdate(now).isoformat(), "0"],
        ["decided_in_all", "", "0"],
        ["share", "'=HYPERLINK(1)", "0"],
    ):
        assert figure in rows, figure


def test_names_of_figures_are_the_same_in_every_language(
    query: CreditQuery, now: dt.datetime
) -> None:
    submitted(query, now)
    lead = member(Role.RISK_OFFICER)
    names = []
    for path in ("/en/desk/reviews/workload.csv", "/desk/reviews/workload.csv"):
        lines = lead.get(path).content.decode().lstrip("\ufeff").splitlines()
        names.append([line.partition(",")[0] for line in lines])
    assert names[0] == names[1]


@pytest.mark.parametrize("typed", ["0", "-1", "x", "99999999999999999999", "367"])
def test_days_that_make_no_sense_are_said_so_and_the_usual_ones_shown(typed: str) -> None:
    answer = member(Role.RISK_OFFICER).get(PAGE, {"days": typed})
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
