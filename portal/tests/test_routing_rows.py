"""Rows about routes: transitions, forced states, planned maintenance; who sees and who may."""

import datetime as dt
import secrets

import pytest
from django.contrib.admin import site
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from accounts.models import User
from accounts.roles import STAFF, Role, permissions
from portal.routing import selectors, services
from portal.routing.models import MaintenanceWindow, RouteOverride, RouteTransition
from portal.routing.policy import Policy
from portal.routing.route import NoRoute, Past, Route, Transition
from portal.routing.router import Router
from portal.routing.states import RouteState
from portal.tests.racing import at_once

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
NAMES = ["pboc.east", "pboc.south", "bank.east"]


@pytest.fixture
def actor():
    return User.objects.create(username="wang.wu", role=Role.ADMINISTRATOR, joined_at=NOW)


def seen(epoch=3, *, route="pboc.east", host="", at=NOW, to=RouteState.OPEN, **figures):
    came_from = RouteState.HALF_OPEN if to == RouteState.CLOSED else RouteState.CLOSED
    return Transition(route, epoch, at, came_from, to, "share", {"seconds": 30, **figures}, host)


def force(actor, route="pboc.east", state="open", *, now=NOW, until=None):
    until = until or now + HOUR
    return services.force(
        route=route, state=state, until=until, reason="test", actor=actor, now=now
    )


def plan(actor, route="pboc", *, starts=HOUR, ends=2 * HOUR):
    times = {"starts_at": NOW + starts, "ends_at": NOW + ends}
    return services.plan_maintenance(route=route, reason="move", actor=actor, now=NOW, **times)


# --- Transitions ----------------------------------------------------------------------------


def test_a_transition_is_written_once():
    first = services.note(seen())
    assert (first.route, first.to_state, first.figures) == ("pboc.east", "open", {"seconds": 30})
    assert services.note(seen(calls=9)) is None
    assert RouteTransition.objects.count() == 1


@pytest.mark.parametrize(
    "other", [seen(4), seen(route="bank.east"), seen(host="h2")], ids=["epoch", "route", "host"]
)
def test_another_transition_is_another_row(other):
    services.note(seen())
    assert services.note(other) is not None


@pytest.mark.django_db(transaction=True)
def test_of_many_who_note_the_same_one_writes_it():
    rows = at_once(8, lambda place: services.note(seen()))
    assert sum(row is not None for row in rows) == 1


def test_transitions_of_a_channel_are_those_of_its_routes():
    for epoch, name in enumerate([*NAMES, "pbocx.east"]):
        services.note(seen(epoch, route=name, at=NOW + epoch * MINUTE))
    assert [t.route for t in selectors.transitions(route="pboc")] == ["pboc.south", "pboc.east"]
    assert [t.route for t in selectors.transitions(route="bank.east")] == ["bank.east"]
    assert selectors.transitions(since=NOW + 2 * MINUTE).count() == 2


def test_what_rows_left_of_a_route():
    services.note(seen(3, seconds=60))
    services.note(seen(4, host="h2"))
    past = (Past(NOW, False),)
    window = selectors.left("pboc.east", past=past)
    assert (window.state, window.epoch, window.since) == ("open", 4, NOW)
    assert (window.figures["seconds"], window.past) == (60, past)


def test_a_route_without_rows_is_in_use_from_the_beginning():
    assert selectors.left("pboc.east").state == "closed"
    assert selectors.left("pboc.east").epoch == 0


def test_the_breaker_goes_on_from_rows():
    now = dt.datetime.now(dt.UTC)
    route = Route(f"rows{secrets.token_hex(4)}.east", Policy())
    services.note(seen(7, route=route.name, at=now, seconds=200))
    router = Router(note=services.note, history=selectors.left)
    answer = router.admit([route])
    assert isinstance(answer, NoRoute)
    assert 150 < answer.after <= 200


# --- Forced ---------------------------------------------------------------------------------


def test_a_channel_covers_its_endpoints(actor):
    force(actor, "pboc")
    assert selectors.forced(NAMES, NOW) == {"pboc.east": "open", "pboc.south": "open"}


def test_a_word_on_an_endpoint_goes_before_one_on_its_channel(actor):
    force(actor, "pboc.south", "closed")
    force(actor, "pboc", "open", now=NOW + MINUTE)
    assert selectors.forced(NAMES, NOW + MINUTE)["pboc.south"] == "closed"


@pytest.mark.parametrize(("minutes", "held"), [(-1, False), (0, True), (59, True), (60, False)])
def test_a_forced_state_holds_until_its_time(actor, minutes, held):
    force(actor)
    assert bool(selectors.forced(NAMES, NOW + minutes * MINUTE)) == held


def test_the_newest_word_on_a_name_counts(actor):
    old = force(actor)
    force(actor, state="closed", now=NOW + MINUTE)
    old.refresh_from_db()
    assert old.ended_at == NOW + MINUTE
    assert selectors.forced(NAMES, NOW + MINUTE) == {"pboc.east": "closed"}


def test_releasing_lets_the_breaker_decide_again(actor):
    force(actor)
    force(actor, "bank")
    assert services.release(route="pboc.east", now=NOW + MINUTE) == 1
    assert services.release(route="pboc.east", now=NOW + MINUTE) == 0
    assert selectors.forced(NAMES, NOW + MINUTE) == {"bank.east": "open"}
    assert [o.route for o in selectors.current_overrides(NOW + MINUTE)] == ["bank"]


def test_a_forced_state_needs_an_end_ahead_and_a_reason(actor):
    with pytest.raises(services.Refused):
        force(actor, until=NOW)
    wish = {"route": "pboc", "state": "open", "until": NOW + HOUR, "actor": actor, "now": NOW}
    with pytest.raises(services.Refused):
        services.force(reason=" ", **wish)
    assert not RouteOverride.objects.exists()


def test_nothing_is_forced_into_being_tried(actor):
    with pytest.raises(IntegrityError), transaction.atomic():
        force(actor, state="half_open")


# --- Planned maintenance --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "held"),
    [(3600 - 31, False), (3600 - 30, True), (3600, True), (7199, True), (7200, False)],
)
def test_maintenance_begins_as_long_before_as_a_call_takes(actor, settings, seconds, held):
    settings.QUERY_DEADLINE_SECONDS = 30
    plan(actor)
    now = NOW + dt.timedelta(seconds=seconds)
    assert selectors.forced(["pboc.east"], now) == ({"pboc.east": "open"} if held else {})
    assert selectors.forced(["bank.east"], now) == {}


def test_a_person_s_word_goes_before_planned_maintenance(actor):
    plan(actor)
    force(actor, state="closed", now=NOW + HOUR)
    assert selectors.forced(["pboc.east", "pboc.south"], NOW + HOUR) == {
        "pboc.east": "closed",
        "pboc.south": "open",
    }


def test_cancelled_maintenance_holds_nothing(actor):
    window = plan(actor)
    assert list(selectors.planned(NOW)) == [window]
    assert services.cancel_maintenance(window, now=NOW)
    assert not services.cancel_maintenance(window, now=NOW)
    assert not selectors.planned(NOW).exists()
    assert selectors.forced(NAMES, NOW + HOUR) == {}


def test_maintenance_that_is_over_is_not_cancelled(actor):
    assert not services.cancel_maintenance(plan(actor), now=NOW + 2 * HOUR)


@pytest.mark.parametrize(("starts", "ends"), [(2 * HOUR, HOUR), (HOUR, HOUR), (-2 * HOUR, -HOUR)])
def test_maintenance_at_impossible_times_is_refused(actor, starts, ends):
    with pytest.raises(services.Refused):
        plan(actor, starts=starts, ends=ends)
    assert not MaintenanceWindow.objects.exists()


# --- Who ------------------------------------------------------------------------------------


def test_only_an_administrator_may_force_a_route():
    assert [role for role in STAFF if "portal.force_route" in permissions(role)] == [
        Role.ADMINISTRATOR
    ]


@pytest.fixture
def request_of_admin(actor):
    made = RequestFactory().get("/")
    made.user = actor
    actor.is_verified = lambda: True
    return made


@pytest.mark.parametrize("model", [RouteTransition, RouteOverride, MaintenanceWindow])
def test_the_admin_shows_rows_and_changes_none(actor, request_of_admin, model):
    services.note(seen())
    force(actor)
    plan(actor)
    page = site._registry[model]
    assert "pboc" in page.changelist_view(request_of_admin).render().content.decode()
    assert not page.has_add_permission(request_of_admin)
    assert not page.has_change_permission(request_of_admin)
    assert not page.has_delete_permission(request_of_admin)
