"""Incidents that open, grow, join, close and merge by themselves."""

import datetime as dt

import pytest
from django.db import transaction

from complaints.incident.spans import seconds
from complaints.models import Component, Incident, IncidentSignal, IncidentUpdate
from complaints.selectors import detection as selectors
from complaints.selectors.impacts import down
from complaints.services import detection
from complaints.services.impacts import AGAIN, COMPUTE
from complaints.states.incidents import ComponentStatus, IncidentState, Source
from complaints.tests.measured import MAJOR, PARTIAL, asked_for_code, at, incident, sent, transition
from creditquery.models import Endpoint
from evidence.models import Record
from portal.routing import services as routing
from portal.tests.racing import at_once
from portal.watch import services as watch
from portal.work.models import Work

pytestmark = pytest.mark.django_db
PBOC = ("pboc.east", "pboc.south", "pboc.southwest")
BANK = ("bank.east", "bank.south", "bank.southwest")
DEGRADED = ComponentStatus.DEGRADED


def look(when: float) -> None:
    detection.watch(now=at(when))


def fail(*routes: str, when: float) -> None:
    for route in routes:
        transition(route, "open", at(when))


def back(*routes: str, when: float) -> None:
    for route in routes:
        transition(route, "half_open", at(when))
        transition(route, "closed", at(when))


def windows(of: Incident) -> list[tuple[str, str, dt.datetime, dt.datetime | None]]:
    of.refresh_from_db()
    rows = of.windows.filter(revision=of.revision).order_by("starts_at", "pk")
    return list(rows.values_list("component__key", "status", "starts_at", "ends_at"))


# --- Routes ---------------------------------------------------------------------------------


def test_one_entrance_degrades_a_channel_is_partial_and_all_are_major(entrances: None) -> None:
    fail("pboc.east", when=10)
    fail("pboc.south", "pboc.southwest", when=20)
    fail(*BANK, when=30)
    look(35)
    only = Incident.objects.get()
    assert windows(only) == [
        ("bureau", DEGRADED, at(10), at(20)),
        ("bureau", PARTIAL, at(20), at(30)),
        ("bureau", MAJOR, at(30), None),
    ]
    assert (only.state, only.impact, only.began_at) == ("investigating", "critical", at(10))
    assert only.number == "IN-20260302-001"


def test_what_has_been_seen_once_is_not_taken_in_again(entrances: None) -> None:
    fail(*PBOC, *BANK, when=10)
    look(15)
    look(25)
    assert IncidentSignal.objects.filter(source=Source.ROUTE).count() == 6
    assert Incident.objects.get().windows.count() == 1  # one instant is one change


def test_it_is_resolved_after_the_quiet_time_as_of_the_last_recovery(entrances: None) -> None:
    fail(*PBOC, *BANK, when=10)
    look(15)
    back("bank.south", when=7211)
    back(*PBOC, "bank.east", "bank.southwest", when=7211)
    look(7215)
    only = Incident.objects.get()
    assert (only.state, only.ended_at) == (IncidentState.MONITORING, None)
    look(7211 + 599)
    assert Incident.objects.get().state == IncidentState.MONITORING
    look(7211 + 600)
    only.refresh_from_db()
    assert only.state == IncidentState.RESOLVED
    assert only.ended_at == at(7211)
    assert Work.objects.filter(kind=COMPUTE, subject=str(only.pk)).count() == 1 + len(AGAIN)
    said = list(IncidentUpdate.objects.order_by("pk").values_list("state", flat=True))
    assert said == ["investigating", "monitoring", "resolved"]
    kinds = set(Record.objects.filter(subject=only.number).values_list("kind", flat=True))
    assert {"complaints.incident.opened", "complaints.incident.resolved"} <= kinds


@pytest.mark.parametrize("length", [7200, 7201])
def test_an_outage_is_as_long_as_the_breaker_says_to_the_second(
    entrances: None, length: int
) -> None:
    """Exactly two hours are not over two hours."""
    fail(*PBOC, *BANK, when=10)
    look(17)
    back(*PBOC, *BANK, when=10 + length)
    look(10 + length + 9)
    look(10 + length + 609)
    assert seconds(down(Incident.objects.get(), now=at(100_000))) == length


def test_what_comes_back_within_the_quiet_time_is_the_same_incident(entrances: None) -> None:
    fail("pboc.east", when=10)
    look(15)
    back("pboc.east", when=100)
    look(105)
    fail("pboc.east", when=400)
    look(405)
    only = Incident.objects.get()
    assert only.state == IncidentState.INVESTIGATING
    assert [(start, end) for *_, start, end in windows(only)] == [
        (at(10), at(100)),
        (at(400), None),
    ]


def test_after_the_quiet_time_it_is_a_new_one(entrances: None) -> None:
    fail("pboc.east", when=10)
    look(15)
    back("pboc.east", when=100)
    look(105)
    look(700)
    fail("pboc.east", when=800)
    look(805)
    assert Incident.objects.count() == 2


def test_a_host_that_is_left_out_is_no_failure_of_the_route(entrances: None) -> None:
    for route in (*PBOC, *BANK):
        transition(route, "open", at(10), host="one-host")
    look(15)
    assert not Incident.objects.exists()


def test_what_a_person_or_maintenance_holds_back_is_no_failure(
    entrances: None, make_person: object
) -> None:
    actor = make_person("13900000001")  # type: ignore[operator]
    routing.force(route="pboc", state="open", until=at(9000), reason="test", actor=actor, now=at(0))
    look(15)
    assert not Incident.objects.exists()
    fail(*BANK, when=20)  # all that is left
    look(25)
    assert windows(Incident.objects.get())[-1][1] == MAJOR


def test_an_entrance_that_is_switched_off_does_not_count(entrances: None) -> None:
    Endpoint.objects.filter(channel__name="bank").update(enabled=False)
    fail(*PBOC, when=10)
    look(15)
    assert windows(Incident.objects.get())[-1][1:3] == (MAJOR, at(10))


def test_probes_that_fail_in_a_row_count_as_a_route_that_is_cut_off(entrances: None) -> None:
    for second in (0, 30, 60):
        watch.keep_probe(route="pboc.east", at=at(second), ok=False, why="refused", ms=5)
        look(second + 1)
    assert windows(Incident.objects.get()) == [("bureau", DEGRADED, at(0), None)]
    watch.keep_probe(route="pboc.east", at=at(90), ok=True, why="", ms=5)
    look(91)
    assert windows(Incident.objects.get()) == [("bureau", DEGRADED, at(0), at(91))]


# --- Codes and logins -----------------------------------------------------------------------


def codes(number: int, failed: int, *, when: float = 0) -> None:
    """So many codes, a second apart; the first of them failed."""
    for place in range(number):
        state = "undelivered" if place < failed else "delivered"
        challenge = asked_for_code(f"{when}-{place}", when + place, used=when + place + 20)
        sent(challenge, when + place, state=state, took=5)


@pytest.mark.parametrize(
    ("number", "failed", "status"),
    [
        (20, 2, None),
        (20, 3, DEGRADED),  # 15 %
        (20, 9, DEGRADED),
        (20, 10, PARTIAL),
        (20, 19, PARTIAL),
        (20, 20, MAJOR),
        (19, 19, None),  # too few to tell
    ],
)
def test_the_share_of_codes_that_fail(number: int, failed: int, status: str | None) -> None:
    codes(number, failed)
    look(120)
    found = [each[:3] for one in Incident.objects.all() for each in windows(one)]
    assert found == ([("codes", status, at(0))] if status else [])


def test_a_code_that_has_not_left_in_time_has_failed() -> None:
    for place in range(20):
        sent(asked_for_code(str(place), place, used=place + 20), place, state="prepared")
    look(60)
    assert not Incident.objects.exists()  # the youngest may still go: too few are late
    look(81)
    assert windows(Incident.objects.get()) == [("codes", MAJOR, at(0), None)]


def test_codes_recover_with_the_first_that_arrives_after_the_last_failure() -> None:
    codes(20, 20)
    look(120)
    codes(5, 0, when=400)
    look(430)  # the failures are older than five minutes; few are enough to close
    assert windows(Incident.objects.get())[-1][3] == at(430)
    look(1031)
    assert Incident.objects.get().state == IncidentState.RESOLVED


def test_logins_that_nobody_can_finish() -> None:
    for place in range(20):
        sent(asked_for_code(str(place), place), place, state="accepted")
    look(320)
    assert [each[:2] for each in windows(Incident.objects.get())] == [("login", MAJOR)]


# --- Joining and merging --------------------------------------------------------------------


def test_what_fails_shortly_after_something_else_joins_it(entrances: None) -> None:
    fail(*PBOC, *BANK, when=10)
    look(15)
    codes(20, 20, when=1000)
    look(1100)
    only = Incident.objects.get()
    assert {each[0] for each in windows(only)} == {"bureau", "codes"}


def test_what_fails_much_later_is_an_incident_of_its_own(entrances: None) -> None:
    fail(*PBOC, *BANK, when=10)
    look(15)
    codes(20, 20, when=10 + 1801)
    look(1950)
    assert Incident.objects.count() == 2


def test_two_that_overlap_become_one(db: None) -> None:
    bureau = Component.objects.get(key="bureau")
    first = incident((bureau, PARTIAL, 0, 500), state="monitoring")
    other = incident((bureau, MAJOR, 400, 900), number="IN-20260302-002", state="monitoring")
    with transaction.atomic():
        detection.merge_overlapping(now=at(950))
    assert windows(first) == [
        ("bureau", PARTIAL, at(0), at(400)),
        ("bureau", MAJOR, at(400), at(900)),
    ]
    other.refresh_from_db()
    assert (other.state, other.merged_into, windows(other)) == ("merged", first, [])
    assert Work.objects.filter(kind=COMPUTE).count() == 2 + len(AGAIN)


def test_two_that_touch_stay_two(db: None) -> None:
    bureau = Component.objects.get(key="bureau")
    incident((bureau, MAJOR, 0, 500), state="monitoring")
    incident((bureau, MAJOR, 500, 900), number="IN-2", state="monitoring")
    with transaction.atomic():
        detection.merge_overlapping(now=at(950))
    assert not Incident.objects.filter(state="merged").exists()


def test_what_a_person_opened_is_made_worse_and_never_ended_by_measurements(
    entrances: None,
) -> None:
    bureau = Component.objects.get(key="bureau")
    by_hand = incident((bureau, DEGRADED, 0, None), state="investigating", source="hand")
    look(10)
    assert windows(by_hand) == [("bureau", DEGRADED, at(0), None)]
    fail(*PBOC, *BANK, when=20)
    look(25)
    back(*PBOC, *BANK, when=100)
    look(5000)
    assert windows(by_hand)[-1][1:] == (MAJOR, at(20), None)
    assert Incident.objects.count() == 1


# --- Several workers ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_however_many_look_at_once_it_is_one_incident(entrances: None) -> None:
    from_migration(entrances)
    fail(*PBOC, *BANK, when=10)
    at_once(6, lambda place: look(15 + place / 10))
    only = Incident.objects.get()
    assert [each[1] for each in windows(only)] == [MAJOR]
    assert IncidentSignal.objects.filter(source=Source.ROUTE).count() == 6


def from_migration(_: None) -> None:
    """A test with real transactions empties what the migrations brought."""
    Component.objects.get_or_create(key="bureau", defaults={"routes": ["pboc", "bank"]})
    selectors.IncidentPolicy.objects.get_or_create(version="2026-1", defaults={"adopted_at": at(0)})
