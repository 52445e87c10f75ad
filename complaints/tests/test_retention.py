"""After three years nothing says any more whom it was about; what is open or fresh stays."""

import datetime as dt
import hashlib

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from complaints.compensation.payout_files import Results
from complaints.models import (
    Compensation,
    Complaint,
    ComplaintMessage,
    DeadlineExtension,
    Fund,
    LenderNotice,
    Letter,
    LetterAccess,
    LetterFile,
    PayoutFile,
    PayoutLine,
)
from complaints.selectors import letters as selectors
from complaints.services import (
    cases,
    compensation,
    extensions,
    handling,
    letters,
    payout_results,
    payouts,
    retention,
)
from complaints.tests import complaining
from complaints.tests.asking import asked
from complaints.tests.money import CARD, compliance, offered, risk, top_up
from complaints.tests.people import touched
from evidence.models import Record

pytestmark = pytest.mark.django_db
LATER = retention.KEPT + dt.timedelta(days=1)


def forget_all(now: dt.datetime) -> int:
    first = retention.forget(now=now)
    while retention.forget(now=now):
        pass
    return first


def test_a_complaint_goes_with_all_that_was_said_about_it(person, now):
    by = complaining.handler(now)
    open_still = complaining.filed(person, now)
    made = complaining.investigated(person, by, now)
    handling.make_complex(complaint=made, by=by, text="three offices", now=now)
    handling.propose_extension(complaint=made, by=by, text="waits", now=now)
    complaining.propose(made, by, now)
    cases.withdraw(complaint=made, now=now)
    assert ComplaintMessage.objects.filter(complaint=made).exists()
    assert forget_all(now + retention.KEPT) == 0
    assert forget_all(now + LATER) == 1
    assert list(Complaint.objects.all()) == [open_still]
    assert not ComplaintMessage.objects.filter(complaint_id=made.pk).exists()
    (told,) = Record.objects.filter(kind="complaints.retention.deleted")
    assert told.body["complaints"] == 1


def test_a_letter_is_verified_by_its_number_when_its_text_is_gone(outage, person, query, now):
    letter = letters.issue_one(impact=touched(outage(), person, query), now=now)
    LetterFile.objects.create(letter=letter, content=b"%PDF-", sha256="0" * 64, made_at=now)
    LetterAccess.objects.create(letter=letter, actor=person, action="opened", at=now)
    forget_all(now + LATER)
    letter.refresh_from_db()
    assert letter.document is None
    assert not LetterFile.objects.exists() and not LetterAccess.objects.exists()
    assert selectors.by_serial(letter.serial) == letter and letter.content_hash
    assert selectors.own(person, letter.serial) is None
    assert not selectors.of_person(person) and not selectors.received_by(letter.institution)


def test_what_was_written_about_a_deadline_goes_and_its_dates_stay(outage, query, now):
    waiting = asked(outage(), query)
    later = timezone.now() + LATER
    forget_all(later)
    waiting.refresh_from_db()
    assert waiting.reason  # nobody has answered: it is not over
    extensions.withdraw(extension=waiting, person=query.person, now=now)
    forget_all(later)
    gone = DeadlineExtension.objects.get()
    assert (gone.reason, gone.answer, gone.days_asked) == (None, None, 15)


def test_accounts_go_and_sums_stay(outage, query, person, now):
    top_up(10_000, now)
    incident = outage()
    touched(incident, person, query)
    (row,) = offered(incident, now)
    compensation.accept(compensation=row, account=CARD, now=now)
    file = payouts.propose(reason="weekly", by=risk(now), now=now)
    payouts.decide(file=file, by=compliance(now), approve=True, now=now)
    forget_all(now + LATER)
    assert Compensation.objects.get().account == CARD  # it is still being paid
    assert PayoutFile.objects.get().content is not None
    said = Results({PayoutLine.objects.get().ref: "paid"}, "0" * 64)
    entered = payout_results.propose(file=file, results=said, reason="r", by=risk(now), now=now)
    payout_results.decide(results=entered, by=compliance(now), approve=True, now=now)
    forget_all(now + LATER)
    paid, kept = Compensation.objects.get(), PayoutFile.objects.get()
    assert (paid.account, paid.amount_fen, kept.content) == (None, 790, None)
    assert kept.sha256 == hashlib.sha256(bytes(file.content)).hexdigest()
    assert Fund.objects.get().balance_fen == 10_000 - 790


def test_a_notice_to_a_lender_goes(outage, person, query, institution, now):
    incident = outage()
    LenderNotice.objects.create(
        query=query, incident=incident, institution=institution, facts="{}", sha256="", sent_at=now
    )
    forget_all(now + LATER)
    assert not LenderNotice.objects.exists()


def test_only_the_schedule_deletes_what_was_issued_and_said(outage, person, query, now):
    letter = letters.issue_one(impact=touched(outage(), person, query), now=now)
    LetterFile.objects.create(letter=letter, content=b"%PDF-", sha256="0" * 64, made_at=now)
    made = complaining.investigated(person, complaining.handler(now), now)
    cases.answer(complaint=made, text="one thing more", now=now)
    for rows in (LetterFile.objects.all(), ComplaintMessage.objects.all()):
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        LetterFile.objects.update(content=b"another")
    assert Letter.objects.count() == 1
