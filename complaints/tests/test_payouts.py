"""Paying: two persons, a file that is made once, each sum once, and what the bank answers."""

import hashlib

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Delivery
from accounts.refusals import Refused
from complaints.compensation import payout_files
from complaints.models import Compensation, Fund, PayoutFile, PayoutLine, PayoutResults
from complaints.services import (
    compensation,
    compensation_batches,
    fund,
    payout_results,
    payouts,
)
from complaints.states.compensation import CompensationState
from complaints.states.fund import ChangeKind
from complaints.tests.money import CARD, compliance, offered, proposed, risk, seed, top_up
from complaints.tests.people import touched
from creditquery.models import CreditQuery
from creditquery.tests.conftest import applied, signed
from creditquery.tests.test_states import force
from evidence.models import Record
from portal.tests.racing import at_once

pytestmark = pytest.mark.django_db
S = CompensationState
SHARE = 790


@pytest.fixture
def accepted(db, outage, make_person, institution, entrances, now):
    """Two borrowers who accepted 7.90 yuan each."""
    seed()
    top_up(10_000, now)
    incident = outage()
    for place in range(2):
        person = make_person(f"1390000000{place}")
        touched(incident, person, signed(person, applied(person, institution, now), now))
    rows = offered(incident, now)
    for row in rows:
        compensation.accept(compensation=row, account=CARD, now=now)
    return rows


def made(now):
    return payouts.propose(reason="weekly", by=risk(now), now=now)


def approved(now):
    file = made(now)
    payouts.decide(file=file, by=compliance(now), approve=True, now=now)
    return file


def results(file, *outcomes):
    refs = file.payments.order_by("ref").values_list("ref", flat=True)
    return dict(zip(refs, outcomes, strict=False))


def entered(file, told, now):
    told = payout_files.Results(told, "0" * 64)
    return payout_results.propose(file=file, results=told, reason="test", by=risk(now), now=now)


def enter(file, told, now):
    """By two persons."""
    said = entered(file, told, now)
    payout_results.decide(results=said, by=compliance(now), approve=True, now=now)


def states():
    return list(Compensation.objects.order_by("pk").values_list("state", flat=True))


def test_the_file_names_each_payment_and_its_totals(accepted, now):
    file = approved(now)
    content = payouts.hand_over(file=file, by=compliance(now), now=now)
    lines = content.decode().splitlines()
    assert lines[0] == "ref,account,name,amount_yuan,purpose"
    assert lines[1] == f"{file.number}-00001,{CARD},王小二,7.90,服务中断补偿"
    assert lines[-1] == "TOTAL,2,,15.80,"
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert states() == [S.PAYING, S.PAYING]


def test_the_bytes_stay_the_same_and_each_taking_is_on_record(accepted, now):
    file = approved(now)
    Compensation.objects.update(account="6222020000000000000")
    first = payouts.hand_over(file=PayoutFile.objects.get(), by=compliance(now), now=now)
    second = payouts.hand_over(file=PayoutFile.objects.get(), by=compliance(now), now=now)
    assert first == second
    records = Record.objects.filter(kind="complaints.payoutfile.handed_over")
    assert [record.body["sha256"] for record in records] == [file.sha256] * 2
    assert CARD not in str([record.body for record in Record.objects.all()])


def test_nobody_takes_a_file_that_one_person_made(accepted, now):
    file = made(now)
    with pytest.raises(Refused, match="file-not-approved"):
        payouts.hand_over(file=file, by=compliance(now), now=now)
    with pytest.raises(Refused, match="own-proposal"):
        payouts.decide(file=file, by=risk(now), approve=True, now=now)


def test_what_is_in_a_file_is_in_no_other(accepted, now):
    file = made(now)
    with pytest.raises(Refused, match="nothing-to-pay"):
        made(now)
    payouts.decide(file=file, by=compliance(now), approve=False, now=now)
    assert states() == [S.ACCEPTED, S.ACCEPTED]
    assert made(now).lines == 2


def test_results_pay_once_however_often_they_come(accepted, now):
    file = approved(now)
    told = results(file, "paid", "failed")
    enter(file, told, now)
    with pytest.raises(Refused, match="results-known"):
        enter(file, told, now)
    assert states() == [S.PAID, S.OFFERED]
    kept = Fund.objects.get()
    assert (kept.balance_fen, kept.committed_fen) == (10_000 - SHARE, SHARE)
    assert Delivery.objects.filter(kind="complaints.compensation_account").count() == 1


def test_a_refused_account_can_be_replaced_and_is_paid_then(accepted, now):
    file = approved(now)
    enter(file, results(file, "paid", "failed"), now)
    row = Compensation.objects.get(state=S.OFFERED)
    assert (row.account, row.answered_at) == ("", None)
    compensation.accept(compensation=row, account=CARD, now=now)
    again = approved(now)
    assert again.lines == 1
    enter(again, results(again, "paid"), now)
    assert states() == [S.PAID, S.PAID]
    assert Fund.objects.get().committed_fen == 0


def test_foreign_or_contradicting_results_enter_nothing(accepted, now):
    file = approved(now)
    with pytest.raises(Refused, match="results-foreign"):
        enter(file, {**results(file, "paid"), "PO-1": "paid"}, now)
    assert states() == [S.PAYING, S.PAYING]
    enter(file, results(file, "paid"), now)
    with pytest.raises(Refused, match="results-contradict"):
        enter(file, results(file, "failed"), now)


def test_one_person_alone_settles_no_payment(accepted, now):
    file = approved(now)
    said = entered(file, results(file, "paid", "failed"), now)
    assert (states(), Fund.objects.get().balance_fen) == ([S.PAYING, S.PAYING], 10_000)
    with pytest.raises(Refused, match="own-proposal"):
        payout_results.decide(results=said, by=risk(now), approve=True, now=now)
    with pytest.raises(Refused, match="decided-already"):
        entered(file, results(file, "paid", "paid"), now)
    payout_results.decide(results=said, by=compliance(now), approve=False, now=now)
    assert states() == [S.PAYING, S.PAYING]
    enter(file, results(file, "paid", "paid"), now)
    assert states() == [S.PAID, S.PAID]


def test_the_database_settles_nothing_on_one_persons_word(accepted, now):
    """Whoever writes past the service: nobody confirms an own entry, no line is paid without."""
    file = approved(now)
    said = entered(file, results(file, "paid"), now)
    alone = PayoutResults.objects.filter(pk=said.pk)
    for attack in (
        lambda: alone.update(state="approved", decided_by=said.proposed_by, decided_at=now),
        lambda: alone.update(state="approved"),
        lambda: file.payments.update(state="paid", told_at=now),
        lambda: PayoutResults.objects.create(
            file=file, outcomes={}, sha256="", reason="", proposed_by=risk(now), proposed_at=now
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attack()


def test_the_database_pays_nobody_twice(accepted, now):
    file = approved(now)
    line = file.payments.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutLine.objects.create(
            file=file, compensation=line.compensation, ref="again", amount_fen=1
        )


def test_a_payment_is_reversed_by_two_and_returns_to_the_fund(accepted, now):
    file = approved(now)
    row = accepted[0]
    with pytest.raises(Refused, match="not-paid"):
        reversal(row, now)
    enter(file, results(file, "paid", "paid"), now)
    row.refresh_from_db()
    change = reversal(row, now)
    with pytest.raises(Refused, match="decided-already"):
        reversal(row, now)
    fund.decide(change=change, by=compliance(now), approve=True, now=now)
    assert states() == [S.REVERSED, S.PAID]
    assert Fund.objects.get().balance_fen == 10_000 - SHARE


def reversal(row, now):
    return fund.propose(
        kind=ChangeKind.REVERSAL,
        amount_fen=0,
        reason="came back",
        by=risk(now),
        now=now,
        compensation=row,
    )


def test_a_refused_batch_can_be_proposed_again(outage, person, query, now):
    incident = outage()
    touched(incident, person, query)
    compensation.assess(incident=incident, now=now)
    batch = proposed(incident, now)
    assert (batch.people, batch.total_fen) == (1, SHARE)
    with pytest.raises(Refused, match="nothing-assessed"):
        proposed(incident, now)
    with pytest.raises(Refused, match="own-proposal"):
        compensation_batches.decide(batch=batch, by=risk(now), approve=True, now=now)
    compensation_batches.decide(batch=batch, by=compliance(now), approve=False, now=now)
    compensation_batches.settle(batch=batch, now=now)
    assert proposed(incident, now).number == f"{incident.number}-2"


def test_who_is_offered_is_told_once_and_goes_first(outage, person, query, now):
    top_up(10_000, now)
    incident = outage()
    touched(incident, person, query)
    force(CreditQuery.objects.all(), state="parked", priority=2)
    offered(incident, now)
    compensation_batches.offer(now=now)
    assert Delivery.objects.filter(kind="complaints.compensation_offered").count() == 1
    assert CreditQuery.objects.get().priority == 0


@pytest.mark.django_db(transaction=True)
def test_five_officers_at_once_make_one_file(accepted, now):
    risk(now)

    def make(_):
        try:
            return made(now).lines
        except Refused as refused:
            return refused.code

    assert sorted(map(str, at_once(5, make))) == ["2"] + ["nothing-to-pay"] * 4


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"ref;result\n",
        b"ref,result\nA-1,maybe\n",
        b"ref,result\n,paid\n",
        b"ref,result\nA-1,paid\nA-1,failed\n",
        b"ref,result\n" + b"x" * payout_files.LONGEST,
    ],
)
def test_what_is_not_a_file_of_results(content):
    with pytest.raises(payout_files.Unreadable):
        payout_files.read_results(content)


def test_results_as_banks_send_them():
    content = "\ufeffref,result,why\r\nA-1, paid ,\r\n\r\nA-2,failed,closed\r\n".encode()
    read = payout_files.read_results(content)
    assert read.outcomes == {"A-1": "paid", "A-2": "failed"}
    assert read.sha256 == hashlib.sha256(content).hexdigest()


def test_no_cell_is_a_formula():
    written = payout_files.write([payout_files.Payment("r", "6222", "=1+1", 5)]).decode()
    assert "r,6222,'=1+1,0.05," in written
