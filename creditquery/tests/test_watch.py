"""Entrances are probed by free calls, and what these find out becomes rows and alarms."""

import datetime as dt
import ssl
from dataclasses import replace

import pytest
from django.utils import timezone

from creditquery.gateways.inquiry import Away, Health, Throttled
from creditquery.models import Attempt, Endpoint
from creditquery.selectors import channels
from creditquery.services import routes, watch
from creditquery.services.watch import Probed
from creditquery.states import AttemptState
from creditquery.tests.conftest import work_off
from portal import deadline
from portal.gateway import Unavailable
from portal.routing.route import Snapshot
from portal.routing.states import Result, RouteState
from portal.tests.tls_server import issue, serving
from portal.watch import kinds, selectors
from portal.watch.models import Alarm, Certificate, ProbeResult, RouteMinute
from portal.watch.services import keep_minutes
from portal.work.models import Work
from portal.work.states import Lane

pytestmark = pytest.mark.django_db
EAST = "pboc.east"
NOW = dt.datetime(2026, 3, 2, 9, 0, 10, tzinfo=dt.UTC)


def after(**span):
    return NOW + dt.timedelta(**span)


def alarms():
    return [(alarm.kind, alarm.subject) for alarm in selectors.open_alarms()]


def only_alarm():
    (alarm,) = selectors.open_alarms()
    return alarm


# --- Planning -------------------------------------------------------------------------------


@pytest.fixture
def known(entrances, monkeypatch):
    """What the breaker says of each route, for the test to change."""
    states = {
        name: Snapshot(name, RouteState.CLOSED, None, None, "", 0, 0, 0, 32, 0.0)
        for name in (row.route for row in Endpoint.objects.select_related("channel"))
    }
    monkeypatch.setattr(
        routes.bureau,
        "look",
        lambda asked: {each.name: replace(states[each.name], forced=each.forced) for each in asked},
    )

    def change(name, **values):
        states[name] = replace(states[name], **values)

    change.names = sorted(states)
    return change


def planned(now=NOW):
    Work.objects.filter(kind=watch.PROBE).delete()
    watch.plan_probes(now=now)
    rows = Work.objects.filter(kind=watch.PROBE, lane=Lane.UPKEEP).order_by("id")
    return list(rows.values_list("subject", "run_after"))


def test_a_route_in_use_whose_last_probe_failed_is_looked_at_each_second(known):
    ProbeResult.objects.create(route=EAST, at=after(seconds=-5), ok=False, ms=3)
    ProbeResult.objects.create(route="pboc.south", at=after(seconds=-9), ok=False, ms=3)
    ProbeResult.objects.create(route="pboc.south", at=after(seconds=-5), ok=True, ms=3)
    subjects = [subject for subject, _ in planned()]
    assert (subjects.count(EAST), subjects.count("pboc.south")) == (5, 1)


def test_each_entrance_has_one_probe_in_half_a_minute(known):
    for seconds in (0, 5, 10, 15, 19):
        watch.plan_probes(now=after(seconds=seconds))
    assert sorted(Work.objects.values_list("subject", flat=True)) == known.names
    watch.plan_probes(now=after(seconds=20))
    assert Work.objects.count() == 2 * len(known.names)


@pytest.mark.parametrize(
    ("state", "seconds", "probes"),
    [
        (RouteState.OPEN, 30, 0),
        (RouteState.OPEN, 0, 5),
        (RouteState.OPEN, -5, 5),
        (RouteState.HALF_OPEN, 30, 5),
    ],
)
def test_a_route_that_is_cut_off_is_tried_when_its_time_has_come(known, state, seconds, probes):
    known(EAST, state=state, until=after(seconds=seconds))
    times = [at for name, at in planned() if name == EAST]
    assert times == [after(seconds=n) for n in range(probes)]


def test_nothing_in_use_is_an_alarm_that_says_how_each_stands(known):
    for name in known.names:
        watch.plan_probes(now=NOW)
        assert alarms() == []
        known(name, state=RouteState.OPEN, until=after(minutes=1))
    watch.plan_probes(now=NOW)
    assert alarms() == [(kinds.NO_ROUTE, "")]
    assert only_alarm().detail == dict.fromkeys(known.names, "open")
    known(EAST, state=RouteState.CLOSED)
    watch.plan_probes(now=after(seconds=5))
    assert alarms() == []


def test_what_people_have_decided_is_no_alarm(known, monkeypatch):
    held = [replace(e, route=replace(e.route, forced="open")) for e in channels.entrances()]
    monkeypatch.setattr(channels, "entrances", lambda: tuple(held))
    watch.plan_probes(now=NOW)
    assert alarms() == []
    undecided = replace(held[0], route=replace(held[0].route, forced=""))
    monkeypatch.setattr(channels, "entrances", lambda: (undecided, *held[1:]))
    known(undecided.route.name, state=RouteState.OPEN)
    watch.plan_probes(now=NOW)
    assert alarms() == [(kinds.NO_ROUTE, "")]


def test_a_host_that_is_left_out_has_its_row(known):
    known(EAST, quarantined=("worker-2",))
    watch.plan_probes(now=NOW)
    assert (alarms(), only_alarm().repair) == (
        [(kinds.HOST_QUARANTINED, "pboc.east worker-2")],
        "host-left-out",
    )
    known(EAST, quarantined=())
    watch.plan_probes(now=after(seconds=5))
    assert alarms() == []
    assert Alarm.objects.get().repair == "host-left-out"


def test_without_redis_nothing_is_claimed_about_all_hosts(known):
    known(EAST, quarantined=("worker-2",))
    watch.plan_probes(now=NOW)
    for name in known.names:
        known(name, known=False, quarantined=(), state=RouteState.OPEN)
    watch.plan_probes(now=after(seconds=5))
    assert alarms() == [(kinds.HOST_QUARANTINED, "pboc.east worker-2")]


# --- Probing --------------------------------------------------------------------------------


def probe(name=EAST):
    probed = watch.probe(name)
    assert probed is not None
    watch.keep(probed, now=timezone.now())
    return ProbeResult.objects.latest("id")


def counted(name=EAST):
    snapshot = routes.bureau.look([channels.entrance(name).route])[name]
    return snapshot.calls, snapshot.failures


def test_a_probe_is_a_free_call_that_the_breaker_hears_of(world):
    row = probe()
    assert (row.route, row.ok, row.why, row.tls, row.certificate_days) == (EAST, True, "", "", None)
    assert abs(row.skew_seconds) < 5
    assert counted() == (1, 0)
    assert not Attempt.objects.exists()
    assert alarms() == []


def test_all_of_it_runs_as_work(world):
    watch.plan_probes(now=timezone.now())
    work_off(Lane.UPKEEP)
    found = ProbeResult.objects.values_list("route", "ok")
    assert set(found) == {(each.route.name, True) for each in channels.entrances()}
    assert not Work.objects.exclude(state="done").exists()


@pytest.mark.parametrize(
    ("mode", "why"), [("error", ""), ("refuse", "connection"), ("garbage", "")]
)
def test_a_probe_that_fails_is_a_failure_of_the_route(world, mode, why):
    world.fault(EAST, mode)
    row = probe()
    assert not row.ok
    assert why in row.why
    assert counted() == (1, 1)


def test_a_hanging_entrance_costs_the_probe_its_five_seconds(world, monkeypatch):
    monkeypatch.setattr(watch, "PROBE_SECONDS", 0.5)
    world.fault(EAST, "hang", seconds=30)
    row = probe()
    assert (row.ok, row.why) == (False, "timeout")
    assert 450 <= row.ms < 2000


def test_a_route_that_is_held_shut_is_not_probed(world, monkeypatch):
    held = channels.entrance(EAST)
    shut = replace(held, route=replace(held.route, forced="open"))
    monkeypatch.setattr(channels, "entrance", lambda name: shut)
    assert watch.probe(EAST) is None
    monkeypatch.setattr(channels, "entrance", lambda name: None)
    assert watch.probe("gone.east") is None


def test_a_skewed_clock_is_named_with_its_seconds_and_side(world):
    world.fault(EAST, "skewed", seconds=60)
    probe()
    alarm = only_alarm()
    assert (alarm.kind, alarm.subject, alarm.severity) == (kinds.CLOCK_SKEW, EAST, "warning")
    assert alarm.detail["clock"] == "behind"
    assert 58 <= alarm.detail["seconds"] <= 62
    world.fault(EAST, "ok")
    probe()
    assert alarms() == []


def test_a_clock_that_is_refused_is_urgent(world):
    world.fault(EAST, "skewed", seconds=600)
    row = probe()
    assert not row.ok
    assert "our clock is" in row.why
    assert (only_alarm().kind, only_alarm().severity) == (kinds.CLOCK_SKEW, "critical")


def test_keys_that_are_refused_alarm_and_deriving_them_again_is_the_repair(world):
    channel = Endpoint.objects.get(name="east", channel__name="pboc").channel
    good, channel.secret = channel.secret, "another secret"
    channel.save()
    channels.forget()
    probe()
    assert (alarms(), only_alarm().severity) == ([(kinds.KEYS_REFUSED, EAST)], "critical")
    channel.secret = good
    channel.save()
    channels.forget()
    assert probe().ok
    assert alarms() == []
    assert Alarm.objects.get().repair == "keys-rederived"


# --- What a probe says, without an outside world ---------------------------------------------


@pytest.fixture
def answers(entrances, monkeypatch):
    """Lets the gateway answer a probe with this, or raise it."""
    reports = []
    monkeypatch.setattr(
        routes.bureau, "report", lambda permit, result, **more: reports.append((result, more))
    )

    def answer(said):
        def probe(adapter, access, *, seconds):
            if isinstance(said, Exception):
                raise said
            return said

        monkeypatch.setattr(watch.channels, "probe", probe)
        probed = watch.probe(EAST)
        return reports.pop(), probed

    return answer


@pytest.mark.parametrize(
    ("said", "result", "wait", "why"),
    [
        (Health(open=True), Result.OK, 0, ""),
        (Health(open=False, why="status: X"), Result.FAILED, 0, "status: X"),
        (Throttled("busy", after=7), Result.THROTTLED, 7, "busy"),
        (Away("maintenance", after=60), Result.AWAY, 60, "maintenance"),
        (
            Unavailable("tls: certificate has expired", sent=False),
            Result.FAILED,
            0,
            "tls: certificate has expired",
        ),
    ],
)
def test_what_a_probe_tells_the_breaker(answers, said, result, wait, why):
    (reported, more), probed = answers(said)
    assert (reported, more["after"], probed.result, probed.why) == (result, wait, result, why)


def test_a_fault_of_ours_tells_the_breaker_nothing(answers):
    with pytest.raises(KeyError):
        answers(KeyError())


# --- Certificates ---------------------------------------------------------------------------


@pytest.fixture
def shown(entrances, tmp_path, monkeypatch):
    """A probe of an entrance that shows a certificate, made by an authority that we trust."""

    def shown(*, days):
        with serving(tmp_path, issue("bureau", days=days)) as url:
            trusting = ssl.create_default_context(cafile=tmp_path / "chain.pem")
            monkeypatch.setattr(deadline, "_verifying", lambda: trusting)
            Endpoint.objects.filter(name="east", channel__name="pboc").update(url=url)
            channels.forget()
            return probe()

    return shown


def test_an_expired_certificate_is_a_failure_that_says_so(shown):
    row = shown(days=(-40, -3))
    assert (row.ok, row.why) == (False, "tls: certificate has expired")
    assert (row.tls, row.http, row.certificate_days) == ("TLSv1.3", "HTTP/1.1", -4)
    assert alarms() == [(kinds.CERTIFICATE_EXPIRED, "pboc.east bureau")]
    assert only_alarm().detail["days"] == -4
    assert counted() == (1, 1)


def test_two_days_left_alarm(shown):
    row = shown(days=(-300, 2.5))
    assert row.certificate_days == 2
    assert alarms() == [(kinds.CERTIFICATE, "pboc.east bureau 3")]
    assert only_alarm().severity == "critical"
    assert Certificate.objects.get().place == EAST


# --- Minutes --------------------------------------------------------------------------------


@pytest.fixture
def calls(query):
    """Makes finished calls of a route that began at a moment."""

    def make(number, *, at, ms=100, result=Result.OK, endpoint="east"):
        made = Attempt.objects.count()
        Attempt.objects.bulk_create(
            Attempt(
                ref=f"{made + n}",
                query=query,
                kind="inquire",
                channel="pboc",
                endpoint=endpoint,
                state=AttemptState.ANSWERED,
                result=result,
                sent_at=at,
                finished_at=at + dt.timedelta(milliseconds=ms),
            )
            for n in range(number)
        )

    return make


def minutes():
    return [
        (row.route, row.minute, row.calls, row.failures, row.throttled, row.sum_ms, row.p95_ms)
        for row in RouteMinute.objects.order_by("route", "minute")
    ]


def test_calls_are_counted_by_the_minute_in_which_they_began(calls):
    begun = after(minutes=-2)
    calls(19, at=begun, ms=100)
    calls(1, at=begun, ms=1100, result=Result.FAILED)
    calls(2, at=begun, ms=10, result=Result.THROTTLED, endpoint="south")
    calls(5, at=NOW)  # this minute is not over
    calls(5, at=after(days=-2))  # nobody counts that far back
    watch.count(now=NOW)
    minute = begun.replace(second=0)
    assert minutes() == [
        (EAST, minute, 20, 1, 0, 3000, 150),
        ("pboc.south", minute, 2, 0, 2, 20, 10),
    ]


def test_a_call_that_ends_late_is_counted_then(calls):
    calls(1, at=after(minutes=-1))
    late = Attempt.objects.filter(pk=Attempt.objects.latest("id").pk)
    calls(1, at=after(minutes=-1))
    late.update(state=AttemptState.SENDING, finished_at=None)
    watch.count(now=NOW)
    assert [row[2] for row in minutes()] == [1]
    late.update(state=AttemptState.UNKNOWN, finished_at=NOW)
    watch.count(now=after(minutes=1))
    assert [row[2] for row in minutes()] == [2]


def test_after_a_standstill_the_gap_is_counted(calls):
    calls(1, at=after(hours=-3))
    watch.count(now=after(hours=-3, minutes=2))
    calls(1, at=after(hours=-2))
    watch.count(now=NOW)
    assert len(minutes()) == 2


def test_a_route_unlike_itself_warns_and_one_like_itself_does_not(calls):
    for days in range(1, 5):
        then = (NOW - dt.timedelta(days=days)).replace(second=0)
        row = RouteMinute(
            route=EAST, minute=then, calls=1000, failures=5, throttled=0, sum_ms=200_000, p95_ms=300
        )
        keep_minutes(rows=[row])
    calls(97, at=after(minutes=-3), ms=200)
    calls(3, at=after(minutes=-3), ms=200, result=Result.FAILED)
    watch.count(now=NOW)
    assert alarms() == [(kinds.ANOMALY, EAST)]
    assert only_alarm().severity == "warning"
    assert only_alarm().detail == {"failures": {"now": 0.03, "usual": 0.005, "limit": 0.015}}
    calls(400, at=after(minutes=1), ms=200)
    watch.count(now=after(minutes=2))
    assert alarms() == []


def test_counting_reads_by_index_however_many_attempts_there_are(
    calls, django_assert_max_num_queries
):
    calls(3, at=after(minutes=-1))
    with django_assert_max_num_queries(20):
        watch.count(now=NOW)


def test_a_probe_keeps_what_it_knows_when_there_was_no_answer(entrances):
    watch.keep(Probed(channels.entrance(EAST), Result.FAILED, "timeout" * 40, 5.0), now=NOW)
    row = ProbeResult.objects.get()
    assert (row.ok, row.skew_seconds, row.ms, len(row.why)) == (False, None, 5000, 100)
