"""What a drill calls lost, doubled, astray and drained: each count can be other than it should."""

import datetime as dt
import itertools

import pytest
from django.utils import timezone

from accounts.models import Delivery
from creditquery.models import Attempt, CreditQuery
from creditquery.services import reports
from creditquery.states import AttemptState, QueryState
from drills import judge
from drills.observer import Observer, Sample, percentile
from drills.people import apply_for_loans, sign
from drills.recovery import Recovery
from portal.routing.models import RouteTransition
from portal.routing.states import RouteState

OPEN, HALF_OPEN, CLOSED = RouteState.OPEN, RouteState.HALF_OPEN, RouteState.CLOSED

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def signed():
    """Three people who signed."""
    return [sign(loan) for loan in apply_for_loans(3)]


def in_state(query, state):
    CreditQuery.objects.filter(pk=query.pk).update(state=state)


def report(query, now):
    reports.keep(query=query, number="1" * 22, source=b"<Document/>", now=now)
    in_state(query, QueryState.SUCCEEDED)


def inquiry(query, **changes):
    at = timezone.now().isoformat()
    return {"request_no": query.request_no, "channel": "pboc", "at": at, **changes}


def attempt(query, number, state=AttemptState.UNKNOWN, channel="blind"):
    now = timezone.now()
    return Attempt.objects.create(
        ref=f"{query.request_no}.{number}",
        query=query,
        kind=Attempt.Kind.INQUIRE,
        channel=channel,
        endpoint="east",
        state=state,
        sent_at=now,
        finished_at=now,
    )


def moved(route, *states, at, host=""):
    """Transitions along these states, a second apart."""
    for number, (came_from, to) in enumerate(itertools.pairwise(states)):
        RouteTransition.objects.create(
            route=route,
            host=host,
            epoch=RouteTransition.objects.count() + 1,
            from_state=came_from,
            to_state=to,
            reason="test",
            at=at + dt.timedelta(seconds=number),
        )


# --- Lost and doubled -----------------------------------------------------------------------


def test_lost_is_who_has_neither_report_nor_person(signed, now):
    assert judge.lost() == 3
    report(signed[0], now)
    in_state(signed[1], QueryState.NEEDS_PERSON)
    assert judge.lost() == 1
    assert not judge.settled()
    report(signed[2], now)
    assert judge.settled()


def test_who_never_signed_is_not_lost(signed, now):
    report(signed[0], now)
    report(signed[1], now)
    in_state(signed[2], QueryState.CREATED)
    assert judge.settled()


def test_one_inquiry_each_is_not_doubled(signed):
    assert judge.doubled([inquiry(query) for query in signed]).total() == 0


def test_two_inquiries_count_whatever_their_channels(signed):
    twice = [inquiry(signed[0]), inquiry(signed[0], channel="bank")]
    assert judge.doubled(twice) == {"inquiries": 1, "strangers": 0, "messages": 0}


def test_a_number_that_we_never_gave_counts(signed):
    assert judge.doubled([inquiry(signed[0], request_no="X" * 24)])["strangers"] == 1


def test_two_messages_of_one_kind_to_one_person_count(signed, now):
    for kind in ("creditquery.report_ready", "creditquery.report_ready", "creditquery.other"):
        Delivery.objects.create(
            user=signed[0].person, kind=kind, channel="sms", vendor="aliyun", created_at=now
        )
    assert judge.doubled([])["messages"] == 1


# --- The blind channel ----------------------------------------------------------------------


def test_an_unknown_on_the_blind_channel_belongs_to_a_person(signed):
    attempt(signed[0], 1)
    figures = judge.blind("blind")
    assert figures["unknown_on_blind"].value == 1
    assert figures["unknown_on_blind_without_person"].value == 1
    in_state(signed[0], QueryState.NEEDS_PERSON)
    assert all(figure.ok for figure in judge.blind("blind").values())


def test_an_unknown_on_the_blind_channel_is_never_sent_again(signed):
    attempt(signed[0], 1)
    attempt(signed[0], 2, channel="pboc", state=AttemptState.ANSWERED)
    assert not judge.blind("blind")["sent_again_on_blind"].ok


def test_a_person_for_what_was_not_unknown_there_is_one_too_many(signed):
    in_state(signed[0], QueryState.NEEDS_PERSON)
    assert judge.blind("blind")["to_a_person_elsewhere"].value == 1


# --- The breaker ----------------------------------------------------------------------------


def test_detection_is_timed_from_the_fault_to_the_cut(now):
    moved("pboc.east", CLOSED, OPEN, at=now + dt.timedelta(seconds=4))
    (figure,) = judge.detection("seconds", "pboc.east", now, 5).values()
    assert (figure.value, figure.ok) == (4.0, True)
    (figure,) = judge.detection("seconds", "pboc.east", now - dt.timedelta(seconds=2), 5).values()
    assert (figure.value, figure.ok) == (6.0, False)


def test_what_was_never_detected_is_missed(now):
    moved("pboc.east", HALF_OPEN, OPEN, at=now)
    (figure,) = judge.detection("seconds", "pboc.east", now, 5).values()
    assert not figure.ok


def test_a_retrip_is_a_cut_after_the_route_was_back(now):
    moved("pboc.east", OPEN, HALF_OPEN, OPEN, HALF_OPEN, CLOSED, at=now)
    assert judge.retrips("pboc", after=now).value == 0
    moved("pboc.east", CLOSED, OPEN, at=now + dt.timedelta(seconds=9))
    moved("bank.east", OPEN, HALF_OPEN, CLOSED, OPEN, at=now)
    assert judge.retrips("pboc", after=now).value == 1


# --- The drain ------------------------------------------------------------------------------


class Nothing:
    """Weather that obeys."""

    def capacity(self, service, **values):
        pass


def test_the_share_is_what_was_done_of_what_could_have_been_done(signed):
    recovery = Recovery("pboc", per_second=10, warm_seconds=20, warm_from=0.5)
    recovery.begin(Nothing())
    start = recovery.began
    moved("pboc.east", HALF_OPEN, CLOSED, at=start)
    observer = Observer()
    for second, parked in ((0, 100), (10, 40), (20, 0), (30, 0)):
        states = {QueryState.PARKED: parked, QueryState.SUCCEEDED: second}
        observer.samples.append(Sample(start.timestamp() + second, states))
    assert recovery.is_over(observer)
    moments = [start + dt.timedelta(seconds=20 * k / 120) for k in range(120)]
    done = [inquiry(signed[0], at=moment.isoformat()) for moment in moments]
    elsewhere = [inquiry(signed[0], channel="bank")]
    figures = recovery.figures(observer, done + elsewhere)
    # From half to all of 10 a second in 20 seconds: 150 could have been done.
    assert figures["drain_share_of_capacity"].value == pytest.approx(120 / 150, abs=0.01)
    assert not figures["drain_share_of_capacity"].ok
    assert (figures["drain_seconds"].value, figures["drained"].value) == (20, 120)


def test_a_backlog_that_is_never_drained_is_missed():
    recovery = Recovery("pboc", per_second=10, warm_seconds=0, warm_from=1)
    recovery.begin(Nothing())
    moved("pboc.east", HALF_OPEN, CLOSED, at=recovery.began)
    observer = Observer()
    observer.samples.append(Sample(recovery.began.timestamp() + 5, {QueryState.PARKED: 1}))
    assert not recovery.is_over(observer)
    assert not recovery.figures(observer, [])["drained"].ok


def test_a_percentile_is_one_of_the_values():
    assert percentile(range(1, 101), 0.95) == 95
    assert percentile([7.0], 0.95) == 7.0
    assert percentile([], 0.95) == 0
