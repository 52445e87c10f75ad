"""The working calendar in its tables: loading a year, a lender's own days, and the admin."""

import datetime as dt
import json

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from creditquery.tests.staff import member
from portal.workdays import services
from portal.workdays.models import WorkCalendarDay, WorkdayNotice
from portal.workdays.notices import BadNotice, Notice, shipped
from portal.workdays.selectors import calendar, notices

pytestmark = pytest.mark.django_db
LENDER = "A10311000H0001"
NEXT = Notice(2027, ("https://www.gov.cn/x",), (dt.date(2027, 1, 1), dt.date(2027, 1, 4)), ())


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def by() -> User:
    return User.objects.create(username="keeper", role="administrator", joined_at=timezone.now())


def test_a_new_portal_knows_what_the_release_knows():
    assert notices() == list(shipped())
    assert calendar().official_until == dt.date(2026, 12, 31)


def test_without_any_row_it_still_does(now):
    WorkCalendarDay.objects.all().delete()
    WorkdayNotice.objects.all().delete()
    assert notices() == list(shipped())
    services.load([NEXT], now=now)
    assert calendar().first == dt.date(2004, 1, 1)


def test_a_notice_ends_what_was_provisional(now):
    start = dt.date(2026, 12, 18)
    before = calendar().add(start, 15)
    services.load([NEXT], now=now)
    after = calendar().add(start, 15)
    assert (before.day, before.provisional) == (dt.date(2027, 1, 11), True)
    assert (after.day, after.provisional) == (dt.date(2027, 1, 12), False)
    assert before.version != after.version


def test_the_same_notice_is_loaded_once_and_a_changed_one_is_its_next_version(now):
    assert len(services.load([NEXT], now=now)) == 1
    assert services.load([NEXT], now=now) == []
    changed = Notice(2027, NEXT.urls, NEXT.off[:1], ())
    [row] = services.load([changed], now=now)
    assert (row.year, row.version) == (2027, 2)
    assert calendar().is_working(dt.date(2027, 1, 4))


def test_no_year_is_left_out(now):
    with pytest.raises(BadNotice, match="2027 comes first"):
        services.load([Notice(2028, ("x",), (), ())], now=now)


def test_a_lender_may_rest_on_a_day_that_makes_up_for_a_holiday(now, by):
    saturday = dt.date(2026, 10, 10)
    for works in (True, False):  # the last word counts
        services.override(
            scope=LENDER, day=saturday, is_working=works, reason="counters shut", by=by, now=now
        )
    assert calendar().is_working(saturday)
    assert not calendar(LENDER).is_working(saturday)
    assert calendar(LENDER).version != calendar().version


def test_a_day_is_of_a_notice_or_of_a_lender_with_its_reason(now):
    for scope in ("", LENDER):
        with pytest.raises(IntegrityError), transaction.atomic():
            WorkCalendarDay.objects.create(scope=scope, day=now.date(), is_working=True, at=now)


def test_reading_it_costs_one_statement(django_assert_num_queries):
    calendar()
    with django_assert_num_queries(1):
        calendar().is_working(dt.date(2026, 10, 10))


def test_the_command_loads_a_file(tmp_path, capsys):
    file = tmp_path / "2027.json"
    days = {"off": [str(day) for day in NEXT.off], "work": []}
    file.write_text(json.dumps([{"year": 2027, "urls": list(NEXT.urls), **days}]))
    call_command("load_workdays", file)
    assert capsys.readouterr().out.splitlines() == [
        "Loaded the notice of 2027.1.",
        "Official until 2027-12-31.",
    ]


def test_an_administrator_adds_a_day_and_nobody_changes_one():
    admin = member("administrator")
    page = "/admin/portal/workcalendarday/"
    given = {"scope": LENDER, "day": "2026-10-10", "reason": "counters shut"}
    assert admin.post(f"{page}add/", given).status_code == 302
    row = WorkCalendarDay.objects.get(scope=LENDER)
    assert (row.is_working, row.actor.username) == (False, "administrator")
    assert admin.post(f"{page}{row.pk}/change/", given).status_code == 403
    assert admin.post(f"{page}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert member("auditor").get(f"{page}add/").status_code == 403
    assert admin.get(page).status_code == 200
