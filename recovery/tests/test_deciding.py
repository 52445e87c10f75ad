"""Officers: two, neither the borrower's own, and never faster than the waiting time."""

import datetime as dt

import pytest

from accounts.models import Ticket, User
from accounts.refusals import Refused
from accounts.roles import Role
from complaints.models import Complaint
from evidence.models import Record
from portal.tests.racing import at_once
from portal.watch import kinds
from portal.watch.models import Alarm
from recovery.models import RecoveryLink
from recovery.services import deciding, waiting
from recovery.tests.asking import (
    DAY,
    HOUR,
    SECOND,
    approved,
    fresh,
    handed_in,
    opened,
    ready,
    told,
)
from reviews.models import ReviewTask
from reviews.services import timeline
from reviews.tests.officers import officer, submitted

pytestmark = pytest.mark.django_db


def propose(ticket, by, now, reason="papers-agree"):
    deciding.propose(ticket=ticket, by=by, reason=reason, text="Karte und Gesicht", now=now)


def agree(ticket, by, now):
    deciding.agree(ticket=ticket, by=by, text="", now=now)


def code(act, *args):
    with pytest.raises(Refused) as refused:
        act(*args)
    return refused.value.code


# --- Four eyes ------------------------------------------------------------------------------


def test_two_officers_approve_and_everybody_hears_of_it(now, owner, first, second):
    ticket = approved(now, first, second)
    assert (ticket.state, ticket.proposed_by, ticket.decided_by) == ("approved", first, second)
    assert len(told("notice_approved")) == 2  # old phone and email, each with a word that stops
    assert told("notice_approved")[0]["word"]
    assert len(told("news")) == 1
    assert Record.objects.filter(kind="recovery.recoveryticket.approved").count() == 1


def test_whoever_proposed_decides_nothing(now, owner, first, second):
    ticket = handed_in(now)
    propose(ticket, first, now)
    assert code(agree, ticket, first, now) == "own-proposal"
    with pytest.raises(Refused, match="own-proposal"):
        deciding.send_back(ticket=ticket, by=first, text="", now=now)
    assert fresh(ticket).state == "proposed"


@pytest.mark.parametrize(
    "role", [Role.LOAN_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.LENDER_USER, Role.BORROWER]
)
def test_other_roles_have_no_part(role, now, owner, first):
    ticket = handed_in(now)
    other = User(pk=10**6, username="x", role=role)
    assert code(propose, ticket, other, now) == "recovery-not-yours"
    propose(ticket, first, now)
    assert code(agree, ticket, other, now) == "recovery-not-yours"


def test_two_who_agree_at_once_approve_once(now, owner, first, second):
    ticket = approved(now, first, second)
    assert code(agree, ticket, second, now) == "recovery-moved-on"


@pytest.mark.django_db(transaction=True)
def test_in_two_threads_one_approves(now, owner, first, second, third):
    ticket = handed_in(now)
    propose(ticket, first, now)

    def act(place):
        try:
            agree(ticket, (second, third)[place], now)
            return "approved"
        except Refused as refused:
            return refused.code

    assert sorted(at_once(2, act)) == ["approved", "recovery-moved-on"]
    assert len(told("notice_approved")) == 2


# --- Never the borrower's own officer -------------------------------------------------------


def test_who_handled_a_review_of_theirs_has_no_part(query, now, first, second):
    person = query.person
    task = submitted(query, now)
    ReviewTask.objects.filter(pk=task.pk).update(maker=first)
    ticket = handed_in(now)
    assert ticket.account == person
    assert code(propose, ticket, first, now) == "recovery-own-officer"
    timeline.add(task, kind="noted", by=second, now=now)
    assert code(propose, ticket, second, now) == "recovery-own-officer"


def test_who_handled_a_complaint_of_theirs_has_no_part(now, owner, first, second):
    Complaint.objects.create(
        person=owner, handler=second, about_officer=None, created_at=now, changed_at=now
    )
    ticket = handed_in(now)
    propose(ticket, first, now)
    assert code(agree, ticket, second, now) == "recovery-own-officer"


def test_who_is_complained_of_has_no_part(now, owner, first):
    Complaint.objects.create(person=owner, about_officer=first, created_at=now, changed_at=now)
    assert code(propose, handed_in(now), first, now) == "recovery-own-officer"


def test_who_gave_a_ticket_for_their_login_has_no_part(now, owner, first):
    Ticket.objects.create(
        word_hash="0" * 64,
        account_hash=owner.phone_hash,
        reason="called",
        issued_by=first,
        created_at=now,
        expires_at=now,
    )
    assert code(propose, handed_in(now), first, now) == "recovery-own-officer"


def test_what_was_done_about_other_borrowers_does_not_matter(now, owner, first, make_person):
    other = make_person(phone="13800000055")
    Complaint.objects.create(person=other, handler=first, created_at=now, changed_at=now)
    propose(handed_in(now), first, now)


# --- What is decided ------------------------------------------------------------------------


def test_nobody_is_approved_without_an_account(now, owner, first, second):
    ticket = handed_in(now, old_phone="13800000066")
    assert ticket.account is None
    assert code(propose, ticket, first, now) == "recovery-no-account"
    propose(ticket, first, now, "no-such-account")
    agree(ticket, second, now)
    assert fresh(ticket).state == "refused"
    assert told("notice_approved") == []


def test_an_account_that_went_on_is_not_approved(now, owner, first, second):
    ticket = handed_in(now)
    propose(ticket, first, now)
    User.objects.filter(pk=owner.pk).update(phone_hash="f" * 64)
    assert code(agree, ticket, second, now) == "recovery-no-account"
    assert fresh(ticket).state == "proposed"


def test_the_second_officer_sends_it_back(now, owner, first, second):
    ticket = handed_in(now)
    propose(ticket, first, now)
    deciding.send_back(ticket=ticket, by=second, text="Schau die Karte an", now=now)
    again = fresh(ticket)
    assert (again.state, again.proposed_by, again.outcome) == ("evidence", None, "")
    propose(again, second, now)
    agree(again, first, now)
    assert fresh(ticket).state == "approved"


def test_more_is_asked_for_and_answered(now, owner, first):
    ticket = handed_in(now)
    deciding.ask_for_more(ticket=ticket, by=first, text="Die Rückseite, bitte", now=now)
    back = fresh(ticket)
    assert (back.state, back.due_at) == ("opened", None)
    assert told("news")


def test_masked_data_is_shown_for_a_purpose_on_record(now, owner, first):
    ticket = handed_in(now)
    shown = deciding.reveal(ticket=ticket, by=first, what="old_phone", purpose="call", now=now)
    assert shown == ticket.old_phone
    assert ticket.steps.get(kind="revealed").by == first
    with pytest.raises(ValueError, match="word_hash"):
        deciding.reveal(ticket=ticket, by=first, what="word_hash", purpose="x", now=now)


# --- Not a second early ---------------------------------------------------------------------


def test_the_link_goes_out_after_a_day_and_not_a_second_earlier(now, owner, first, second):
    ticket = approved(now, first, second)
    assert waiting.release_due(now=now + DAY - SECOND) == 0
    assert waiting.release_due(now=now + DAY - dt.timedelta(microseconds=1)) == 0
    assert not RecoveryLink.objects.filter(kind="enrol").exists()
    assert waiting.release_due(now=now + DAY) == 1
    assert fresh(ticket).state == "ready"
    assert waiting.release_due(now=now + DAY) == 0
    assert len(told("link", address_hash=ticket.address_hash)) == 1 == len(told("link"))


def test_the_waiting_time_is_a_setting(now, owner, first, second, settings):
    settings.RECOVERY_DELAY_HOURS = 48
    approved(now, first, second)
    assert waiting.release_due(now=now + 2 * DAY - SECOND) == 0
    assert waiting.release_due(now=now + 2 * DAY) == 1


def test_another_link_voids_the_one_before_and_there_are_three(now, owner, first, second):
    ticket = ready(now, first, second)
    for _each in range(2):
        waiting.link_again(ticket=ticket, now=now)
    links = RecoveryLink.objects.filter(kind="enrol")
    assert (links.count(), links.filter(used_at=None).count()) == (3, 1)
    with pytest.raises(Refused, match="recovery-links-many"):
        waiting.link_again(ticket=ticket, now=now)


def test_a_link_that_nobody_used_lapses_with_its_request(now, owner, first, second):
    ticket = ready(now, first, second)
    assert waiting.lapse_due(now=now + waiting.IDLE + HOUR) == 1
    assert fresh(ticket).state == "lapsed"
    assert not RecoveryLink.objects.filter(kind="enrol", used_at=None).exists()


# --- Officers who are late ------------------------------------------------------------------


def test_what_waits_too_long_is_an_alarm_until_it_is_decided(now, owner, first, second):
    ticket = handed_in(now)
    assert waiting.watch_due(now=ticket.due_at - SECOND) == 0
    assert waiting.watch_due(now=ticket.due_at) == 1
    alarm = Alarm.objects.get(kind=kinds.RECOVERY_OVERDUE)
    assert alarm.subject == ticket.number and alarm.cleared_at is None
    propose(ticket, first, now)
    agree(ticket, second, now)
    waiting.watch_due(now=ticket.due_at)
    alarm.refresh_from_db()
    assert alarm.cleared_at is not None


def test_a_request_without_papers_is_nobodys_delay(now, owner):
    opened(now)
    assert waiting.watch_due(now=now + 9 * DAY) == 0


def test_an_officer_of_another_name_may(now, owner):
    propose(handed_in(now), officer("vierte", Role.RISK_OFFICER, competent=False), now)
