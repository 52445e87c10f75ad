"""The fund: never promised twice, never negative, and what happens when it runs dry."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Sum

from accounts.refusals import Refused
from complaints.models import Compensation, Fund, FundChange, FundEntry
from complaints.services import compensation, compensation_batches, fund
from complaints.states.compensation import CompensationState, Waiting
from complaints.states.fund import EFFECT, ChangeKind
from complaints.tests.money import approved, assessed, compliance, offered, risk, rule, seed, top_up
from complaints.tests.people import touched
from creditquery.tests.conftest import applied, signed
from portal.tests.racing import at_once
from portal.watch.models import Alarm

S = CompensationState
SHARE = 790


def touch_people(incident, make_person, institution, now, number=3):
    for place in range(number):
        person = make_person(f"1390000000{place}")
        touched(incident, person, signed(person, applied(person, institution, now), now))


@pytest.fixture
def crowd(db, outage, make_person, institution, entrances, now):
    """An incident that touched three borrowers, each entitled to 7.90 yuan."""
    seed()
    incident = outage()
    touch_people(incident, make_person, institution, now)
    assessed(incident, now)
    return incident


def states():
    return list(Compensation.objects.order_by("pk").values_list("state", flat=True))


def add_up():
    """The fund says what its entries come to."""
    totals = FundEntry.objects.values("kind").annotate(total=Sum("amount_fen"))
    balance = sum(EFFECT[row["kind"]][0] * row["total"] for row in totals)
    committed = sum(EFFECT[row["kind"]][1] * row["total"] for row in totals)
    kept = Fund.objects.get()
    assert (kept.balance_fen, kept.committed_fen) == (balance, committed)
    return balance, committed


@pytest.mark.django_db
def test_it_runs_dry_in_order_alarms_and_goes_on_by_itself(crowd, now):
    top_up(2 * SHARE - 1, now)
    approved(crowd, now)
    compensation_batches.offer(now=now)
    assert states() == [S.OFFERED, S.APPROVED, S.APPROVED]
    assert {row.waiting for row in Compensation.objects.filter(state=S.APPROVED)} == {"fund"}
    compensation_batches.look_after_fund(now=now)
    alarm = Alarm.objects.get(kind="fund-dry", cleared_at=None)
    assert alarm.detail == {"waiting": 2, "missing": "15.80"}
    top_up(SHARE + 1, now)
    compensation_batches.offer(now=now)
    compensation_batches.look_after_fund(now=now)
    assert (states(), add_up()) == ([S.OFFERED] * 3, (3 * SHARE, 3 * SHARE))
    assert not Alarm.objects.filter(cleared_at=None).exists()


@pytest.mark.django_db
def test_a_smaller_sum_does_not_go_first(crowd, now):
    Compensation.objects.filter(pk=Compensation.objects.latest("pk").pk).update(
        amount_fen=1, entitled_fen=1
    )
    top_up(SHARE + 1, now)
    approved(crowd, now)
    compensation_batches.offer(now=now)
    assert states() == [S.OFFERED, S.APPROVED, S.APPROVED]


@pytest.mark.django_db
def test_ceilings_hold_back_their_own(crowd, now):
    top_up(10_000, now)
    Fund.objects.update(incident_ceiling_fen=2 * SHARE)
    approved(crowd, now)
    compensation_batches.offer(now=now)
    assert states() == [S.OFFERED, S.OFFERED, S.APPROVED]
    assert Compensation.objects.latest("pk").waiting == Waiting.INCIDENT
    change = fund.propose(
        kind=ChangeKind.INCIDENT_CEILING, amount_fen=9_999, reason="more", by=risk(now), now=now
    )
    fund.decide(change=change, by=compliance(now), approve=True, now=now)
    compensation_batches.offer(now=now)
    assert states() == [S.OFFERED] * 3


@pytest.mark.django_db
def test_a_persons_ceiling_does_not_stop_those_behind(crowd, now):
    top_up(10_000, now)
    first = Compensation.objects.earliest("pk")
    Compensation.objects.filter(pk=first.pk).update(amount_fen=800, entitled_fen=800)
    Fund.objects.update(person_ceiling_fen=SHARE)
    approved(crowd, now)
    compensation_batches.offer(now=now)
    assert states() == [S.APPROVED, S.OFFERED, S.OFFERED]


@pytest.mark.django_db
def test_points_wait_for_nothing(outage, person, query, now):
    incident = outage()
    touched(incident, person, query)
    later = rule()
    later.pk, later.version, later.cap_fen = None, "points alone", 0
    later.valid_from += dt.timedelta(days=1)
    later.save()
    (row,) = offered(incident, now)
    assert (row.state, row.amount_fen, row.points) == (S.OFFERED, 0, 100)
    compensation.accept(compensation=row, account="", now=now)
    row.refresh_from_db()
    assert (row.state, FundEntry.objects.count()) == (S.PAID, 0)


@pytest.mark.django_db
def test_nobody_approves_what_they_proposed(now):
    change = fund.propose(
        kind=ChangeKind.DEPOSIT, amount_fen=1, reason="test", by=risk(now), now=now
    )
    with pytest.raises(Refused, match="own-proposal"):
        fund.decide(change=change, by=risk(now), approve=True, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        FundChange.objects.filter(pk=change.pk).update(
            decided_by=risk(now), decided_at=now, state="approved"
        )
    fund.decide(change=change, by=compliance(now), approve=True, now=now)
    with pytest.raises(Refused, match="decided-already"):
        fund.decide(change=change, by=compliance(now), approve=False, now=now)
    assert add_up() == (1, 0)


@pytest.mark.django_db
def test_a_refused_change_changes_nothing(now):
    change = fund.propose(
        kind=ChangeKind.DEPOSIT, amount_fen=500, reason="test", by=risk(now), now=now
    )
    fund.decide(change=change, by=compliance(now), approve=False, now=now)
    assert add_up() == (0, 0)


@pytest.mark.django_db
def test_entries_are_never_changed_or_removed(now):
    top_up(100, now)
    for act in (
        lambda: FundEntry.objects.update(amount_fen=1),
        lambda: FundEntry.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            act()


@pytest.mark.django_db
def test_the_database_refuses_a_promise_that_is_not_covered():
    for wrong in ({"committed_fen": 1}, {"balance_fen": -1}, {"committed_fen": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Fund.objects.update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_once_promise_no_fen_twice(crowd, now):
    top_up(2 * SHARE, now)
    approved(crowd, now)
    at_once(10, lambda _: compensation_batches.offer(now=now))
    assert states() == [S.OFFERED, S.OFFERED, S.APPROVED]
    assert add_up() == (2 * SHARE, 2 * SHARE)


@pytest.mark.django_db(transaction=True)
def test_who_finds_another_offering_does_not_wait_for_it(crowd, now):
    top_up(3 * SHARE, now)
    approved(crowd, now)
    with transaction.atomic():
        compensation_batches.offer(now=now, limit=1)
        assert at_once(1, lambda _: compensation_batches.offer(now=now)) == [None]
    assert states() == [S.OFFERED, S.APPROVED, S.APPROVED]
    compensation_batches.offer(now=now)
    assert states() == [S.OFFERED] * 3


@pytest.mark.django_db(transaction=True)
def test_accepting_and_declining_at_once_is_one_answer(crowd, now):
    top_up(10_000, now)
    approved(crowd, now)
    compensation_batches.offer(now=now)
    row = Compensation.objects.earliest("pk")

    def answer(place):
        try:
            if place % 2:
                compensation.accept(compensation=row, account="6222", now=now)
            else:
                compensation.decline(compensation=row, now=now)
        except Refused as refused:
            return refused.code
        return ""

    answers = at_once(8, answer)
    assert sorted(answers) == [""] + ["offer-over"] * 7
    add_up()
