"""Whom an incident touched: exactly those, to the second, and the same as a delta."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import LoginChallenge, User
from complaints.incident.severity import Piece
from complaints.models import Component, Incident, IncidentImpact
from complaints.services import impacts, incidents
from complaints.services.impacts import Summary
from complaints.states.incidents import ComponentStatus
from complaints.tests.measured import (
    MAJOR,
    PARTIAL,
    T0,
    asked_for_code,
    at,
    incident,
    sent,
    tried,
    waited,
)
from creditquery.models import CreditQuery
from creditquery.services import moves
from creditquery.tests.crowd import crowd
from evidence.models import Record
from portal.work.models import Work
from portal.work.states import Lane, Priority

pytestmark = pytest.mark.django_db
LATER = at(100_000)


@pytest.fixture
def codes(db: None) -> Component:
    return Component.objects.get(key="codes")


def compute(of: Incident, now: dt.datetime = LATER) -> Summary:
    return impacts.compute(incident=of, now=now)


def spans(of: Incident) -> list[tuple[dt.datetime, dt.datetime | None]]:
    rows = of.impacts.filter(withdrawn_in=None).order_by("touched_from")
    return list(rows.values_list("touched_from", "touched_until"))


# --- Queries --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "touched"),
    [
        (1000, 1060, False),  # exactly the grace
        (1000, 1061, True),
        (0, 1060, False),  # sixty seconds of it within the outage
        (0, 1061, True),
        (1940, 3000, False),
        (1939, 3000, True),
        (0, 900, False),  # answered before
        (2000, 3000, False),  # queued when it was over
    ],
)
def test_a_query_is_touched_when_it_waited_longer_than_the_grace(
    query: CreditQuery, bureau: Component, since: int, until: int, touched: bool
) -> None:
    waited(query, since, until)
    outage = incident((bureau, MAJOR, 1000, 2000))
    compute(outage)
    expected = [(at(max(since, 1000)), at(min(until, 2000)))] if touched else []
    assert spans(outage) == expected


def test_a_window_no_longer_than_the_grace_touches_nobody(
    query: CreditQuery, bureau: Component
) -> None:
    waited(query, 0, None, "parked")
    assert compute(incident((bureau, MAJOR, 1000, 1060))) == Summary()
    assert compute(incident((bureau, MAJOR, 1000, 1061), number="IN-2")) == Summary(added=1)


def test_whoever_still_waits_is_touched_without_an_end_while_it_goes_on(
    query: CreditQuery, bureau: Component
) -> None:
    waited(query, 0, None, "parked")
    outage = incident((bureau, MAJOR, 1000, None), state="investigating")
    compute(outage, at(1060))
    assert spans(outage) == []
    compute(outage, at(1061))
    assert spans(outage) == [(at(1000), None)]
    assert compute(outage, at(5000)) == Summary()


def test_the_row_names_person_loan_and_component(query: CreditQuery, bureau: Component) -> None:
    waited(query, 0, None, "parked")
    outage = incident((bureau, MAJOR, 1000, 2000))
    compute(outage)
    found = outage.impacts.get()
    assert (found.person, found.loan, found.query, found.component) == (
        query.person,
        query.loan,
        query,
        bureau,
    )
    assert found.account_hash == query.person.phone_hash


def test_in_a_partial_outage_only_whoever_failed_or_was_parked_is_touched(
    bureau: Component,
) -> None:
    lucky, failed, parked, elsewhere = crowd(4, state="queued")
    for each in (lucky, failed, parked, elsewhere):
        waited(each, 0, None, "queued")
    tried(failed, 1500, state="not_executed")
    tried(elsewhere, 900, state="not_executed")  # before it began
    CreditQuery.objects.filter(pk=parked.pk).update(state="parked", changed_at=at(1200))
    outage = incident((bureau, PARTIAL, 1000, 2000))
    compute(outage)
    assert set(outage.impacts.values_list("query", flat=True)) == {failed.pk, parked.pk}


def test_whoever_was_parked_from_before_and_went_on_after_is_touched(
    query: CreditQuery, bureau: Component
) -> None:
    """As the evidence of its moves tells, which no later move overwrites."""
    CreditQuery.objects.filter(pk=query.pk).update(queued_at=at(0))
    query.refresh_from_db()
    moves.query(query, to="parked", now=at(500))
    moves.query(query, to="queued", now=at(2500))
    moves.query(query, to="cancelled", now=at(2600))
    outage = incident((bureau, PARTIAL, 1000, 2000))
    assert compute(outage).added == 1
    late = incident((bureau, PARTIAL, 2510, 2590), number="IN-2")
    assert compute(late) == Summary()


@pytest.mark.parametrize("state", ["cancelled", "expired", "manual_review"])
def test_whoever_left_waited_until_then(query: CreditQuery, bureau: Component, state: str) -> None:
    waited(query, 1000, 1030, state)
    early = incident((bureau, MAJOR, 900, 2000))
    assert compute(early) == Summary()
    CreditQuery.objects.filter(pk=query.pk).update(changed_at=at(1100))
    assert compute(early) == Summary(added=1)
    assert spans(early) == [(at(1000), at(1100))]


def test_planned_maintenance_touches_nobody(query: CreditQuery, bureau: Component) -> None:
    waited(query, 0, None, "parked")
    away = ComponentStatus.MAINTENANCE
    planned = incident((bureau, away, 1000, 2000), kind="maintenance", state="completed")
    assert compute(planned) == Summary()
    assert not Work.objects.filter(subject=str(planned.pk)).exists()


# --- Logins ---------------------------------------------------------------------------------


def test_a_login_is_touched_when_its_code_neither_came_nor_was_used_in_time(
    codes: Component,
) -> None:
    for name, used in (("never", None), ("in time", 1160), ("too late", 1161)):
        asked_for_code(name, 1100, used=used)
    sent(asked_for_code("came", 1100), 1100, state="delivered", took=60)
    sent(asked_for_code("came late", 1100), 1100, state="delivered", took=61)
    sent(asked_for_code("refused", 1100), 1100, state="refused")
    asked_for_code("before", 999)
    asked_for_code("after", 2000)
    outage = incident((codes, MAJOR, 1000, 2000))
    compute(outage)
    names = set(outage.impacts.values_list("account_hash", flat=True))
    assert names == {"never", "too late", "came late", "refused"}


def test_many_tries_of_one_phone_are_one_login_that_ends_when_it_succeeds(
    codes: Component,
) -> None:
    for when in (1100, 1300, 1200):
        asked_for_code("somebody", when)
    asked_for_code("somebody", 1500, used=1520)
    outage = incident((codes, MAJOR, 1000, 2000))
    compute(outage)
    assert spans(outage) == [(at(1100), at(1520))]


def test_whoever_opens_an_account_later_is_found_by_the_phone(
    codes: Component, make_person: Callable[..., User]
) -> None:
    newcomer = make_person("13900000009")
    asked_for_code(newcomer.phone_hash or "", 1100)
    newcomer.phone_hash = "another"
    newcomer.save()
    outage = incident((codes, MAJOR, 1000, 2000))
    compute(outage)
    found = outage.impacts.get()
    assert found.person is None
    newcomer.phone_hash = found.account_hash
    newcomer.save()
    assert impacts.introduce(now=LATER) == 1
    found.refresh_from_db()
    assert found.person == newcomer
    assert followers(outage) == set(impacts.FOLLOWERS)
    assert impacts.introduce(now=LATER) == 0


def test_a_login_whose_trace_was_deleted_on_schedule_is_not_taken_back(codes: Component) -> None:
    asked_for_code("somebody", 1100)
    outage = incident((codes, MAJOR, 1000, 2000))
    compute(outage)
    LoginChallenge.objects.all().delete()
    assert compute(outage) == Summary()
    rewrite(outage, [Piece(codes.pk, MAJOR, at(1200), at(2000))])
    assert compute(outage) == Summary(withdrawn=1)


# --- The delta ------------------------------------------------------------------------------


def rewrite(of: Incident, pieces: list[Piece]) -> None:
    incidents.rewrite(of, new=pieces, by=None, reason="corrected", now=LATER)


def test_a_correction_adds_takes_back_brings_back_and_changes(bureau: Component) -> None:
    early, late = crowd(2, state="succeeded")
    waited(early, 1000, 1500)
    waited(late, 2500, 2700)
    outage = incident((bureau, MAJOR, 1000, 2000))
    assert compute(outage) == Summary(added=1)
    rewrite(outage, [Piece(bureau.pk, MAJOR, at(2000), at(3000))])
    assert compute(outage) == Summary(added=1, withdrawn=1)
    assert early.impacts.get().withdrawn_in == 2
    rewrite(outage, [Piece(bureau.pk, MAJOR, at(1100), at(2600))])
    assert compute(outage) == Summary(reinstated=1, changed=1)
    assert spans(outage) == [(at(1100), at(1500)), (at(2500), at(2600))]
    assert (early.impacts.get().revision, late.impacts.get().revision) == (1, 2)
    told = Record.objects.filter(kind="complaints.incident.impacts").order_by("at", "pk")
    assert sorted(each.body["revision"] for each in told) == [1, 2, 3]


MOMENTS = st.integers(0, 40).map(lambda n: n * 50)
STRETCH = st.tuples(MOMENTS, MOMENTS).map(sorted).filter(lambda pair: pair[0] < pair[1])
WINDOWS = st.lists(st.tuples(STRETCH, st.sampled_from([MAJOR, PARTIAL])), max_size=4)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    waits=st.lists(STRETCH, min_size=4, max_size=4),
    versions=st.lists(WINDOWS, min_size=2, max_size=4),
)
def test_the_delta_comes_to_the_same_as_computing_anew(
    bureau: Component, waits: list[list[int]], versions: list[list[tuple[list[int], str]]]
) -> None:
    IncidentImpact.objects.all().delete()
    queries = list(CreditQuery.objects.all()) or crowd(4, state="succeeded")
    for asked, (since, until) in zip(queries, waits, strict=True):
        asked.attempts.all().delete()
        waited(asked, since, until)
    number = f"D{Incident.objects.count()}"
    outage = incident(number=number)
    for version in versions:
        pieces = [Piece(bureau.pk, status, at(a), at(b)) for (a, b), status in version]
        rewrite(outage, pieces)
        compute(outage)
    anew = incident(number=f"A{number}", revision=1)
    rewrite(anew, pieces)
    compute(anew)
    rows = ("account_hash", "query", "touched_from", "touched_until", "component")

    def touched(of: Incident) -> set[tuple[object, ...]]:
        return set(of.impacts.filter(withdrawn_in=None).values_list(*rows))

    assert touched(outage) == touched(anew) == expected(queries, waits, incidents.pieces(anew))


def expected(
    queries: list[CreditQuery], waits: list[list[int]], pieces: list[Piece]
) -> set[object]:
    """Reckoned one by one: whoever waited more than a minute while nobody got through."""
    found: set[object] = set()
    for asked, (since, until) in zip(queries, waits, strict=True):
        spells = [
            (max(p.starts_at, at(since)), min(p.ends_at or LATER, at(until)))
            for p in pieces
            if p.status == MAJOR
        ]
        spells = [(a, b) for a, b in spells if a < b]
        if sum(((b - a) for a, b in spells), dt.timedelta()) > dt.timedelta(seconds=60):
            start, end = min(a for a, _ in spells), max(b for _, b in spells)
            key = asked.person.phone_hash
            found.add((key, asked.pk, start, end, pieces[0].component))
    return found


# --- What follows, and what it costs ---------------------------------------------------------


def followers(of: Incident) -> set[str]:
    return set(of.followups.values_list("kind", flat=True))


def times_followed(of: Incident) -> int:
    return of.followups.filter(kind=impacts.LETTERS).count()


def test_nothing_follows_while_it_is_open_and_everything_once_it_is_over(
    query: CreditQuery, bureau: Component
) -> None:
    waited(query, 0, None, "parked")
    outage = incident((bureau, MAJOR, 1000, 2000), state="monitoring")
    compute(outage)
    assert followers(outage) == set()
    Incident.objects.filter(pk=outage.pk).update(state="resolved")
    compute(outage)
    compute(outage)
    assert followers(outage) == set(impacts.FOLLOWERS)
    assert times_followed(outage) == 1
    rewrite(outage, [Piece(bureau.pk, MAJOR, at(1000), at(2100))])
    compute(outage)
    compute(outage)
    assert times_followed(outage) == 2
    assert set(Work.objects.filter(kind__in=impacts.FOLLOWERS).values_list("lane", "priority")) == {
        (Lane.UPKEEP, Priority.BACKLOG),
        (Lane.UPKEEP, Priority.FRESH),  # compensation, one step after the other
    }


def test_what_shows_after_the_end_is_found_and_followed_too(codes: Component) -> None:
    """Whether a code of the last minute came in time is known a minute later; the end was computed
    before, and what followed from it had been done."""
    asked_for_code("early", 1100)
    asked_for_code("late", 1990)
    outage = incident((codes, MAJOR, 1000, 2000))
    for phone, name in (("13900000001", "early"), ("13900000002", "late")):
        User.objects.create(phone=phone, phone_hash=name, joined_at=T0)
    assert compute(outage, at(2001)) == Summary(added=1)
    assert (compute(outage, at(2002)), times_followed(outage)) == (Summary(), 1)
    assert compute(outage, at(2100)) == Summary(added=1)
    assert times_followed(outage) == 2
    assert (compute(outage, at(5000)), times_followed(outage)) == (Summary(), 2)


def test_a_call_whose_outcome_was_settled_after_the_end_is_found(
    query: CreditQuery, bureau: Component
) -> None:
    waited(query, 1000, None, "sending")
    call = tried(query, 1500, state="unknown")
    calls = type(call).objects.filter(pk=call.pk)
    calls.update(state="sending", finished_at=None)
    outage = incident((bureau, PARTIAL, 1000, 2000))
    assert compute(outage, at(2001)) == Summary()
    calls.update(state="unknown", finished_at=call.finished_at)
    assert compute(outage, at(2300)) == Summary(added=1)
    assert followers(outage) == set(impacts.FOLLOWERS)


def test_when_it_is_over_it_is_computed_at_once_and_three_times_later(bureau: Component) -> None:
    outage = incident((bureau, MAJOR, 1000, 2000))
    for _ in range(2):
        impacts.order(incident=outage, now=at(2001))
    due = Work.objects.filter(kind=impacts.COMPUTE).order_by("run_after")
    expected = [at(2001), *(at(2001) + wait for wait in impacts.AGAIN)]
    assert list(due.values_list("run_after", flat=True)) == expected


@pytest.mark.parametrize("number", [1, 50])
def test_the_number_of_statements_does_not_grow_with_the_touched(
    bureau: Component, number: int
) -> None:
    for asked in crowd(number, state="parked"):
        waited(asked, 0, None, "parked")
    outage = incident((bureau, MAJOR, 1000, 2000))
    with CaptureQueriesContext(
        connection,
    ) as statements:
        assert compute(outage).added == number
    assert len(statements) <= 40
