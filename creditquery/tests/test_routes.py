"""Which way a query takes, and what it does when there is none."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import User
from creditquery import channels as calls
from creditquery.models import Attempt, Channel, CreditQuery, Endpoint, Institution
from creditquery.selectors import callbacks, waiting
from creditquery.selectors import channels as selectors
from creditquery.services import attempts, moves, queries, routes
from creditquery.services.routes import Way, Wish
from creditquery.states import ChannelKind, QueryState
from creditquery.tasks import FEED
from creditquery.tests.conftest import applied, forget_routes, open_session, signed, work_off
from creditquery.tests.crowd import crowd
from evidence.models import Record
from portal.gateway import Rejected
from portal.routing import services as routing
from portal.routing.models import RouteOverride, RouteTransition
from portal.routing.route import NoRoute, Permit
from portal.routing.states import Result, RouteState
from portal.tests.outside import Outside
from portal.work import services as work
from portal.work.models import Work
from portal.work.states import Lane, Priority, WorkState

pytestmark = pytest.mark.django_db


def run(query: CreditQuery, *, hours: float = 1, most: int = 20) -> CreditQuery:
    work_off(Lane.UPSTREAM, at=timezone.now() + dt.timedelta(hours=hours), most=most)
    query.refresh_from_db()
    return query


def ways_of(query: CreditQuery) -> list[str]:
    tried = query.attempts.order_by("pk").values_list("channel", "endpoint")
    return [f"{channel}.{endpoint}" for channel, endpoint in tried]


def cut_off(*names: str) -> None:
    """Calls that fail until the breaker has heard enough."""
    for name in names:
        entrance = selectors.entrance(name)
        assert entrance is not None
        for _ in range(entrance.route.policy.consecutive):
            permit = routes.bureau.admit([entrance.route])
            if isinstance(permit, Permit):
                routes.bureau.report(permit, Result.FAILED, seconds=0.1)
        assert isinstance(routes.bureau.admit([entrance.route]), NoRoute)


def bring_back() -> None:
    """As if every route had been in use for long."""
    RouteTransition.objects.all().delete()
    forget_routes()


PBOC = ("pboc.east", "pboc.south", "pboc.southwest")
BANK = ("bank.east", "bank.south", "bank.southwest")


# --- The order --------------------------------------------------------------------------------


def test_the_channel_s_priority_counts_before_its_distance(entrances: None) -> None:
    measured = dict.fromkeys(PBOC, 200.0) | dict.fromkeys(BANK, 1.0)
    assert [each.channel for each in selectors.ordered(measured)] == ["pboc"] * 3 + ["bank"] * 3


def test_the_nearest_of_equals_comes_first(entrances: None) -> None:
    measured = {"pboc.east": 30.0, "pboc.south": 10.0, "pboc.southwest": 20.0}
    found = [each.route.name for each in selectors.ordered(measured)][:3]
    assert found == ["pboc.south", "pboc.southwest", "pboc.east"]


def test_weight_makes_up_for_distance(entrances: None) -> None:
    Endpoint.objects.filter(name="east").update(weight=400)
    selectors.forget()
    measured = {"pboc.east": 30.0, "pboc.south": 10.0, "pboc.southwest": 20.0}
    assert selectors.ordered(measured)[0].route.name == "pboc.east"


def test_what_was_not_measured_lately_is_tried(entrances: None) -> None:
    measured = {"pboc.east": 5.0, "pboc.south": 5.0}
    assert selectors.ordered(measured)[0].route.name == "pboc.southwest"


def test_whoever_is_bound_gets_only_that_channel(entrances: None) -> None:
    found = {each.channel for each in selectors.ordered({}, bound_to="bank")}
    assert found == {"bank"}


def test_what_has_just_failed_comes_last(entrances: None) -> None:
    assert selectors.ordered({}, avoid=PBOC)[0].channel == "bank"


def test_what_is_disabled_is_no_way(entrances: None) -> None:
    Channel.objects.filter(name="pboc").update(enabled=False)
    Endpoint.objects.filter(name="east").update(enabled=False)
    selectors.forget()
    assert [each.route.name for each in selectors.ordered({})] == ["bank.south", "bank.southwest"]


# --- Another way ------------------------------------------------------------------------------


def test_an_entrance_that_is_cut_off_is_passed_over(query: CreditQuery, world: Outside) -> None:
    cut_off("pboc.east", "pboc.south")
    assert run(query).state == QueryState.SUCCEEDED
    assert ways_of(query) == ["pboc.southwest"]


def test_a_call_that_was_not_sent_takes_the_next_entrance(
    query: CreditQuery, world: Outside
) -> None:
    Endpoint.objects.filter(channel__name="pboc").update(url="http://127.0.0.1:9/pboc")
    selectors.forget()
    assert run(query).state == QueryState.SUCCEEDED
    assert len(set(ways_of(query)[:3])) == 3
    assert ways_of(query)[3].startswith("bank.")
    assert len(world.inquiries(query.request_no)) == 1


def test_what_may_have_been_sent_stays_with_its_channel(
    query: CreditQuery, world: Outside, settings
) -> None:
    settings.QUERY_DEADLINE_SECONDS = 1
    open_session()
    world.fault("pboc", "effect_then_timeout")
    assert run(query, most=1).state == QueryState.AMBIGUOUS
    assert query.bound_to == "pboc"
    cut_off(*PBOC)
    run(query, most=5)
    assert (query.state, ways_of(query)) == (QueryState.AMBIGUOUS, ["pboc.east"])
    world.fault("pboc", "ok")
    bring_back()
    assert run(query).state == QueryState.SUCCEEDED
    assert len(world.inquiries(query.request_no)) == 1


def test_what_was_to_be_sent_again_is_asked_about_first_when_its_channel_was_away(
    query: CreditQuery, world: Outside, settings
) -> None:
    settings.QUERY_DEADLINE_SECONDS = 1
    open_session()
    world.fault("pboc", "effect_then_timeout")
    run(query, most=1)
    moves.query(query, to=QueryState.QUEUED, now=timezone.now())
    Channel.objects.filter(name="pboc").update(enabled=False)
    selectors.forget()
    run(query, most=2)
    assert (query.state, query.bound_to) == (QueryState.AMBIGUOUS, "pboc")
    query.changed_at -= dt.timedelta(hours=24)
    query.save()
    assert run(query, most=1).state == QueryState.NEEDS_PERSON
    assert len(world.inquiries(query.request_no)) == 1


# --- No way -----------------------------------------------------------------------------------


def test_without_any_way_it_is_parked_and_no_attempt_is_burnt(
    query: CreditQuery, world: Outside
) -> None:
    cut_off(*PBOC, *BANK)
    assert run(query).state == QueryState.PARKED
    row = Work.objects.get(subject=query.request_no)
    assert (row.state, row.attempts, ways_of(query)) == (WorkState.PARKED, 0, [])
    assert (query.reason, query.priority) == ("query-parked", Priority.BACKLOG)


def test_parked_work_that_a_person_sends_off_loses_nothing(
    query: CreditQuery, world: Outside
) -> None:
    cut_off(*PBOC, *BANK)
    run(query)
    row = Work.objects.get(subject=query.request_no)
    work.try_again(pks=[row.pk], actor="root", now=timezone.now())
    assert run(query, most=1).state == QueryState.PARKED
    row.refresh_from_db()
    assert row.state == WorkState.PARKED
    bring_back()
    work.try_again(pks=[row.pk], actor="root", now=timezone.now())
    assert run(query).state == QueryState.SUCCEEDED


def test_a_parked_query_goes_on_when_a_route_is_back(query: CreditQuery, world: Outside) -> None:
    cut_off(*PBOC, *BANK)
    run(query)
    assert routes.room(FEED) == 0
    bring_back()
    assert queries.feed(room=routes.room(FEED), now=timezone.now()) == 1
    row = Work.objects.get(subject=query.request_no)
    assert (row.state, row.priority) == (WorkState.READY, Priority.BACKLOG)
    assert run(query).state == QueryState.SUCCEEDED
    assert len(world.inquiries(query.request_no)) == 1


def test_the_urgent_go_first_then_whoever_waited_longest(
    make_person: Callable[..., User], institution: Institution, now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    backlog = Priority.BACKLOG
    waits = {"late": (1, backlog), "early": (9, backlog), "urgent": (0, Priority.URGENT)}
    for place, (name, (hours, priority)) in enumerate(waits.items()):
        person = make_person(f"1380000010{place}", name)
        at = now - dt.timedelta(hours=hours)
        made = signed(person, applied(person, institution, at), at)
        Work.objects.filter(subject=made.request_no).update(state=WorkState.PARKED)
        moves.query(made, to=QueryState.PARKED, now=now, priority=priority)
    order = []
    for room in (1, 2, 3):
        assert queries.feed(room=room, now=now) == 1
        queued = CreditQuery.objects.filter(state=QueryState.QUEUED).select_related("person")
        order += [each.person.name for each in queued if each.person.name not in order]
    assert order == ["urgent", "early", "late"]


def test_a_person_holds_the_backlog_back(entrances: None, person) -> None:
    assert routes.room(FEED) > 0
    routing.force(
        route=routes.BACKLOG,
        state=RouteState.OPEN,
        until=timezone.now() + dt.timedelta(hours=1),
        reason="maintenance at the lender",
        actor=person,
        now=timezone.now(),
    )
    assert routes.room(FEED) == 0
    assert RouteOverride.objects.count() == 1


def test_a_route_that_a_person_holds_open_has_no_room(entrances: None, person) -> None:
    now = timezone.now()
    for channel in ("pboc", "bank"):
        routing.force(
            route=channel, state=RouteState.OPEN, until=now + dt.timedelta(hours=1),
            reason="maintenance", actor=person, now=now,
        )  # fmt: skip
    selectors.forget()
    assert routes.room(FEED) == 0
    waiting.forget()
    assert not waiting.survey(now).in_use
    waiting.forget()


def test_who_waits_for_one_channel_takes_nobody_s_turn(
    query: CreditQuery, now: dt.datetime
) -> None:
    moves.query(query, to=QueryState.PARKED, now=now)
    crowd(4, state=QueryState.QUEUED, bound_to="bank")
    assert queries.feed(room=1, now=now) == 1


# --- What is written --------------------------------------------------------------------------


def test_a_transition_is_one_row_and_one_record(entrances: None) -> None:
    cut_off("pboc.south")
    row = RouteTransition.objects.get(route="pboc.south")
    assert (row.from_state, row.to_state, row.reason) == ("closed", "open", "consecutive")
    told = Record.objects.get(kind="creditquery.route.open")
    assert (told.subject, told.body["epoch"]) == ("pboc.south", row.epoch)


def test_redis_wiped_in_mid_outage_keeps_routes_cut_off(entrances: None) -> None:
    cut_off(*PBOC, *BANK)
    forget_routes()
    assert isinstance(routes.take(Wish()), NoRoute)


def test_a_call_that_was_never_made_tells_the_breaker_nothing(entrances: None) -> None:
    way = routes.take(Wish())
    assert isinstance(way, Way)
    with pytest.raises(ZeroDivisionError), routes.flight(way):
        raise ZeroDivisionError
    seen = routes.bureau.look([way.entrance.route])[way.entrance.route.name]
    assert (seen.calls, seen.in_flight) == (0, 0)


def test_a_blind_channel_is_never_asked_nor_sent_to_again(
    query: CreditQuery, world: Outside, settings
) -> None:
    settings.QUERY_DEADLINE_SECONDS = 1
    Channel.objects.filter(name="pboc").update(kind=ChannelKind.BLIND)
    selectors.forget()
    open_session()
    world.fault("pboc", "effect_then_timeout")
    assert run(query).state == QueryState.NEEDS_PERSON
    assert list(Attempt.objects.values_list("kind", "state")) == [("inquire", "unknown")]
    assert len(world.inquiries(query.request_no)) == 1


def test_a_result_that_was_called_back_is_used_without_asking(
    query: CreditQuery, world: Outside, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.QUERY_DEADLINE_SECONDS = 1
    open_session()
    world.fault("pboc", "effect_then_timeout")
    assert run(query, most=1).state == QueryState.AMBIGUOUS
    monkeypatch.setattr(callbacks, "answer_for", lambda *_: Rejected("BUS001"))
    cut_off(*PBOC, *BANK)
    assert run(query, most=1).state == QueryState.QUEUED
    told = query.attempts.order_by("pk").last()
    assert told is not None
    assert (told.kind, told.endpoint, told.state) == ("ask", "callback", "answered")
    assert query.bound_to == ""


def test_a_result_that_comes_after_it_was_given_up_is_used_all_the_same(
    query: CreditQuery, world: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    Endpoint.objects.update(url="http://127.0.0.1:9/nobody")
    selectors.forget()
    assert run(query, most=1).state == QueryState.QUEUED
    monkeypatch.setattr(callbacks, "answer_for", lambda *_: Rejected("BUS001"))
    assert run(query, most=1).state == QueryState.REFUSED
    assert ways_of(query)[1:] == ["pboc.callback"]
    assert world.inquiries(query.request_no) == []


def test_what_is_committed_before_the_call_is_no_measure_of_the_route(
    query: CreditQuery, world: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = [1000.0]
    monkeypatch.setattr(routes, "monotonic", lambda: passed[0])

    def taking(seconds, service):
        def slowly(*words, **given):
            passed[0] += seconds
            return service(*words, **given)

        return slowly

    monkeypatch.setattr(attempts, "begin", taking(9, attempts.begin))
    monkeypatch.setattr(calls, "make", taking(0.25, calls.make))
    assert run(query).state == QueryState.SUCCEEDED
    entrance = selectors.entrance("pboc.east")
    assert entrance is not None
    assert routes.bureau.look([entrance.route])["pboc.east"].latency_ms == 250


def test_work_that_is_made_anew_does_not_free_a_query(query: CreditQuery, world: Outside) -> None:
    CreditQuery.objects.filter(pk=query.pk).update(bound_to="bank")
    assert run(query, most=1).state == QueryState.AMBIGUOUS
    assert (query.bound_to, ways_of(query)) == ("bank", [])
    assert world.inquiries(query.request_no) == []
