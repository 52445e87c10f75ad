"""The operations page: who may look, what it says, and what an administrator does there."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from accounts.roles import Role
from creditquery.models import Attempt, CreditQuery, Endpoint
from creditquery.selectors import operations as selectors
from creditquery.services import operations
from creditquery.services.routes import BACKLOG
from creditquery.states import AttemptState, QueryState
from creditquery.tests.crowd import crowd
from creditquery.tests.staff import member
from evidence.models import Record
from portal.routing.models import MaintenanceWindow, RouteOverride, RouteTransition
from portal.routing.selectors import forced
from portal.routing.states import Result, RouteState
from portal.watch import services as watch
from portal.watch.kinds import CERTIFICATE, CLOCK_SKEW, KEYS_REDERIVED, KEYS_REFUSED, KINDS
from portal.watch.models import Severity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("entrances")]
PAGE = "/en/operations/"
LIVE = "/en/operations/live.json"
CUT = "/en/operations/force/pboc.east/open/"
REASON = {"hours": "1", "reason": "certificate expired"}


def text(answer: Any) -> str:
    """What a person reads of a page, on one line."""
    assert answer.status_code == 200
    page = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(page))


@pytest.fixture
def administrator() -> Client:
    return member(Role.ADMINISTRATOR)


@pytest.fixture
def root() -> User:
    return User.objects.create(username="root", role=Role.ADMINISTRATOR, joined_at=timezone.now())


def call(
    query: CreditQuery, now: dt.datetime, ms: int, *, result: str = Result.OK, age: int = 60
) -> None:
    at = now - dt.timedelta(seconds=age)
    Attempt.objects.create(
        ref=f"{query.request_no}.{Attempt.objects.count()}",
        query=query,
        kind=Attempt.Kind.INQUIRE,
        channel="pboc",
        endpoint="east",
        state=AttemptState.ANSWERED,
        result=result,
        sent_at=at,
        finished_at=at + dt.timedelta(milliseconds=ms),
    )


# --- Looking --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role",
    [
        Role.LOAN_OFFICER,
        Role.RISK_OFFICER,
        Role.COMPLIANCE_OFFICER,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    ],
)
def test_officers_and_auditors_look_and_only_administrators_act(role: str) -> None:
    browser = member(role)
    page = browser.get(PAGE)
    acts = role == Role.ADMINISTRATOR
    assert ("/operations/force/" in page.content.decode()) is acts
    assert browser.get(LIVE).status_code == 200
    for address in (CUT, "/en/operations/maintenance/"):
        assert browser.get(address).status_code == (200 if acts else 403)
    assert browser.post(CUT, REASON).status_code == (302 if acts else 403)
    assert RouteOverride.objects.exists() is acts


def test_a_lender_and_a_borrower_see_nothing_of_it(client: Client, person: User) -> None:
    assert member(Role.LENDER_USER).get(PAGE).status_code == 403
    assert "/staff/login/" in client.get(PAGE)["Location"]
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(LIVE).status_code in (302, 403)


def test_no_act_is_done_by_somebody_else_s_page() -> None:
    browser = member(Role.ADMINISTRATOR)
    browser.handler.enforce_csrf_checks = True
    assert browser.post(CUT, REASON).status_code == 403
    assert not RouteOverride.objects.exists()


def test_the_page_names_every_entrance_and_its_state(administrator: Client) -> None:
    page = text(administrator.get(PAGE))
    for route in Endpoint.objects.select_related("channel"):
        assert f"{route.route} in use" in page
    assert "Routes in use 6 / 6" in page
    assert "Nothing is parked." in page


def test_rates_and_percentiles_are_of_the_last_five_minutes(
    query: CreditQuery, now: dt.datetime
) -> None:
    for ms in range(10, 1010, 10):
        call(query, now, ms)
    call(query, now, 9000, age=400)
    call(query, now, 0, result=Result.NOTHING)
    line = next(each for each in selectors.lines(now) if each.route == "pboc.east")
    assert (line.answers.calls, line.answers.failures, line.rate) == (100, 0, 20.0)
    assert [round(each) for each in (line.answers.p50, line.answers.p95, line.answers.p99)] == [
        505, 950, 990,
    ]  # fmt: skip


def test_failures_are_counted_apart(query: CreditQuery, now: dt.datetime) -> None:
    call(query, now, 10)
    call(query, now, 10, result=Result.FAILED)
    call(query, now, 10, result=Result.THROTTLED)
    line = next(each for each in selectors.lines(now) if each.route == "pboc.east")
    assert (line.answers.calls, line.answers.failures) == (3, 1)


@override("en")
def test_an_alarm_says_what_it_is_and_what_to_do(administrator: Client, now: dt.datetime) -> None:
    watch.raise_alarm(kind=CERTIFICATE, subject="pboc.east", severity=Severity.CRITICAL, now=now)
    page = text(administrator.get(PAGE))
    assert "Open alarms 1" in page
    assert f"{KINDS[CERTIFICATE].title}: pboc.east {KINDS[CERTIFICATE].what_to_do}" in page


def test_what_was_put_right_by_itself_is_told(administrator: Client, now: dt.datetime) -> None:
    watch.raise_alarm(kind=KEYS_REFUSED, subject="bank.south", severity=Severity.WARNING, now=now)
    watch.clear(kind=KEYS_REFUSED, subject="bank.south", repair=KEYS_REDERIVED, now=now)
    page = text(administrator.get(PAGE))
    assert "Open alarms 0" in page
    assert "A channel refuses our keys bank.south Keys were derived again." in page


def test_the_script_gets_what_the_page_says(administrator: Client) -> None:
    page = administrator.get(PAGE).content.decode()
    news = administrator.get(LIVE).json()
    shown = dict(re.findall(r'<span data-figure="([^"]+)">([^<]*)</span>', page))
    assert set(shown) <= set(news["figures"])
    assert shown["pboc.east state"] == news["figures"]["pboc.east state"] == "in use"
    assert set(news["tones"]) == set(re.findall(r'data-tone="([^"]+)"', page))
    assert f'data-shape="{news["shape"]}"' in page


def test_looking_costs_the_same_however_much_there_is(
    administrator: Client, query: CreditQuery, now: dt.datetime
) -> None:
    administrator.get(PAGE)  # the first look restores what Redis does not know
    with CaptureQueriesContext(connection) as little:
        administrator.get(PAGE)
    for n in range(30):
        call(query, now, 10)
        watch.raise_alarm(kind=CERTIFICATE, subject=f"{n}", severity=Severity.WARNING, now=now)
        watch.beat(name=f"worker:{n}", kind="worker", now=now)
    with CaptureQueriesContext(connection) as much:
        administrator.get(PAGE)
    assert len(much) == len(little) < 30


# --- The backlog ----------------------------------------------------------------------------


def forecast(now: dt.datetime, *, parked: int) -> selectors.Forecast:
    held = selectors.overrides_by_route(now).get(BACKLOG)
    return selectors.forecast(parked=parked, shown=selectors.lines(now), held=held, now=now)


def answered_lately(number: int, now: dt.datetime) -> None:
    crowd(number, state=QueryState.SUCCEEDED)
    CreditQuery.objects.filter(state=QueryState.SUCCEEDED).update(
        changed_at=now - dt.timedelta(minutes=1)
    )


def test_the_forecast_goes_by_the_answers_of_the_last_minutes(now: dt.datetime) -> None:
    answered_lately(6, now)
    told = forecast(now, parked=12)
    assert told.per_minute == pytest.approx(6)
    assert told.ends_at == now + dt.timedelta(minutes=2)


def test_without_a_route_there_is_no_forecast(root: User, now: dt.datetime) -> None:
    answered_lately(6, now)
    for channel in ("pboc", "bank"):
        operations.force(
            route=channel, state="open", until=now + dt.timedelta(hours=1), reason="test", by=root,
            now=now,
        )  # fmt: skip
    told = forecast(now, parked=12)
    assert (told.in_use, told.ends_at) == (False, None)


def test_a_backlog_that_is_held_back_has_no_end(root: User, now: dt.datetime) -> None:
    answered_lately(6, now)
    operations.force(
        route=BACKLOG, state="open", until=now + dt.timedelta(hours=1), reason="test", by=root,
        now=now,
    )  # fmt: skip
    assert forecast(now, parked=12).ends_at is None


# --- In Chinese -----------------------------------------------------------------------------


def test_sentences_put_together_have_chinese_signs_and_figures_their_names(
    administrator: Client,
) -> None:
    now = timezone.now()
    detail = {"clock": "ahead", "seconds": 45}
    watch.raise_alarm(
        kind=CLOCK_SKEW, subject="pboc", severity=Severity.WARNING, detail=detail, now=now
    )
    RouteTransition.objects.create(
        route="pboc.south", host="", epoch=1, from_state=RouteState.CLOSED,
        to_state=RouteState.OPEN, reason="consecutive", at=now, figures={},
    )  # fmt: skip
    administrator.post(CUT, {"hours": "1", "reason": "对方系统故障"})
    page = text(administrator.get("/operations/"))
    assert "本方与对方时钟不一致：pboc" in page
    assert "本方时钟：偏快，秒数：45" in page
    assert re.search(r"由administrator强制，至\d\d-\d\d \d\d:\d\d：对方系统故障", page)
    assert "时间 路由 当前状态 原因" in page
    assert ": " not in page


# --- Acts -----------------------------------------------------------------------------------


def test_cutting_off_is_a_row_with_its_evidence_and_stands_on_the_page(
    administrator: Client,
) -> None:
    assert "No call begins there any more" in text(administrator.get(CUT))
    before = timezone.now()
    answer = administrator.post(CUT, REASON, follow=True)
    assert "Done. It is on record, with the reason." in text(answer)
    assert "Forced by administrator until" in text(answer)
    assert "certificate expired" in text(answer)
    assert "Routes in use 5 / 6" in text(answer)
    override = RouteOverride.objects.get()
    assert override.until - before >= dt.timedelta(hours=1)
    assert forced(["pboc.east", "pboc.south"], timezone.now()) == {"pboc.east": "open"}
    record = Record.objects.get(kind="creditquery.route.forced")
    assert record.subject == "pboc.east"
    assert record.body["state"] == "open"
    assert record.body["by"] == override.actor_id
    assert record.body["reason"] == "certificate expired"


def test_the_second_press_changes_nothing(administrator: Client) -> None:
    for _ in range(2):
        assert administrator.post(CUT, REASON).status_code == 302
    assert RouteOverride.objects.count() == 1
    assert Record.objects.filter(kind="creditquery.route.forced").count() == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"hours": "1", "reason": ""}, "Write down the reason."),
        ({"hours": "1", "reason": "abc"}, "Write the reason in at least 4 characters."),
        ({"hours": "1", "reason": "x" * 201}, "Write the reason in at most 200 characters."),
        ({"hours": "25", "reason": "long night"}, "Choose for how long."),
        ({"reason": "long night"}, "Choose for how long."),
    ],
)
def test_without_reason_or_end_nothing_is_forced(
    administrator: Client, given: dict[str, str], message: str
) -> None:
    assert message in text(administrator.post(CUT, given))
    assert not RouteOverride.objects.exists()


@pytest.mark.parametrize(
    "path", ["pboc.nowhere/open", "pboc.east/half_open", "pboc.east/x", "backlog/closed"]
)
def test_what_cannot_be_forced_is_not_found(administrator: Client, path: str) -> None:
    assert administrator.post(f"/en/operations/force/{path}/", REASON).status_code == 404


@pytest.mark.parametrize("hours", [0, -1, 24.001])
def test_no_force_without_an_end_within_a_day(root: User, now: dt.datetime, hours: float) -> None:
    with pytest.raises(operations.Impossible):
        operations.force(
            route="pboc", state="open", until=now + dt.timedelta(hours=hours), reason="test",
            by=root, now=now,
        )  # fmt: skip
    assert not Record.objects.filter(kind="creditquery.route.forced").exists()


def test_the_last_route_in_use_is_named_as_such(administrator: Client) -> None:
    assert "No other route is in use" not in text(administrator.get(CUT))
    administrator.post("/en/operations/force/bank/open/", REASON)
    page = text(administrator.get("/en/operations/force/pboc/open/"))
    assert "No other route is in use" in page
    assert "pboc.east · in use" in page


def test_releasing_early_lets_the_breaker_decide_and_is_on_record(administrator: Client) -> None:
    administrator.post(CUT, REASON)
    address = f"/en/operations/forced/{RouteOverride.objects.get().pk}/release/"
    assert "certificate expired" in text(administrator.get(address))
    assert "Released" in text(administrator.post(address, follow=True))
    assert forced(["pboc.east"], timezone.now()) == {}
    assert "It had ended already." in text(administrator.post(address, follow=True))
    assert Record.objects.filter(kind="creditquery.route.released").count() == 1


def test_the_backlog_is_held_back_and_let_go(administrator: Client) -> None:
    administrator.post("/en/operations/force/backlog/open/", REASON)
    assert forced([BACKLOG], timezone.now()) == {BACKLOG: RouteState.OPEN}
    held = RouteOverride.objects.get()
    assert "Let the backlog go on" in text(administrator.get(PAGE))
    administrator.post(f"/en/operations/forced/{held.pk}/release/")
    assert forced([BACKLOG], timezone.now()) == {}


def planned(**given: str) -> dict[str, str]:
    begin = timezone.localtime() + dt.timedelta(hours=2)
    usual = {
        "route": "bank",
        "starts_at": f"{begin:%Y-%m-%dT%H:%M}",
        "ends_at": f"{begin + dt.timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "reason": "new certificates",
    }
    return usual | given


def test_maintenance_is_planned_shown_and_taken_back(administrator: Client) -> None:
    answer = administrator.post("/en/operations/maintenance/", planned(), follow=True)
    assert "Maintenance is planned and announced." in text(answer)
    assert "new certificates · administrator" in text(answer)
    window = MaintenanceWindow.objects.get()
    record = Record.objects.get(kind="creditquery.maintenance.planned")
    assert record.body["starts_at"] == window.starts_at.isoformat()
    administrator.post("/en/operations/maintenance/", planned())
    assert MaintenanceWindow.objects.count() == 1
    address = f"/en/operations/maintenance/{window.pk}/cancel/"
    assert "taken back" in text(administrator.post(address, follow=True))
    assert "It had ended already." in text(administrator.post(address, follow=True))
    assert "None is planned." in text(administrator.get(PAGE))
    assert Record.objects.filter(kind="creditquery.maintenance.cancelled").count() == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"route": "moon"}, "Choose what will be away."),
        ({"starts_at": ""}, "Enter when it begins."),
        ({"ends_at": "tomorrow"}, "Enter day and time, such as 2026-08-23 14:08."),
        ({"ends_at": "2020-01-01T00:00"}, "Enter an end after the beginning."),
        (
            {"starts_at": "2020-01-01T00:00", "ends_at": "2020-01-01T01:00"},
            "Enter an end that is not over yet.",
        ),
        ({"ends_at": "2099-01-01T00:00"}, "Plan at most 7 days at once."),
    ],
)
def test_maintenance_that_cannot_be_is_refused_with_a_reason(
    administrator: Client, given: dict[str, str], message: str
) -> None:
    page = text(administrator.post("/en/operations/maintenance/", planned(**given)))
    assert message in page
    assert not MaintenanceWindow.objects.exists()


def test_evidence_holds_no_phone_whatever_somebody_writes(
    administrator: Client, now: dt.datetime
) -> None:
    administrator.post(CUT, {"hours": "1", "reason": "asked by 13812345678"})
    record = Record.objects.get(kind="creditquery.route.forced")
    assert record.body["reason"] == "asked by 138 **** 5678"
