"""The one-time link: to the proved address, once, in time; what was lost opens nothing after it."""

import pytest
from django.test import Client

from accounts.models import Authenticator, BackupSet, Delivery, Device, User
from accounts.refusals import Refused
from accounts.selectors import email_hash, phone_hash
from accounts.services import backup_codes
from accounts.tests.visitor import Visitor
from creditquery.tests.conftest import log_in
from evidence.models import Record
from portal.tests.racing import at_once
from recovery.models import RecoveryLink
from recovery.selectors import tickets as selectors
from recovery.services import enrolling, waiting
from recovery.tests.asking import (
    DAY,
    SECOND,
    VISIT,
    Stranger,
    approved,
    asker,
    code_of,
    enrolled,
    fresh,
    fresh_address,
    ready,
    told,
    word_sent,
)

pytestmark = pytest.mark.django_db


def link_of(ticket, now):
    return selectors.link(word_sent(ticket), kind="enrol", now=now)


# --- What it does ---------------------------------------------------------------------------


def test_it_sets_the_new_phone_and_nothing_of_before_opens_the_account(now, owner, first, second):
    Authenticator.objects.create(user=owner, name="app", confirmed=True)
    backup_codes.renew(user=owner, now=now)
    owner.set_password("ein langer Satz zum Merken")
    owner.save()
    Device.objects.create(
        user=owner, token_hash="d" * 64, label="old", first_seen_at=now, last_seen_at=now
    )
    browser = log_in(Client(), owner)
    assert browser.get("/en/account/").status_code == 200
    old_phone = owner.phone
    ticket = enrolled(now, first, second)
    owner.refresh_from_db()
    assert owner.phone == ticket.address and owner.phone_hash == phone_hash(ticket.address)
    assert not owner.has_usable_password()
    for rows in (Authenticator, BackupSet, Device):
        assert not rows.objects.filter(user=owner).exists()
    assert browser.get("/en/account/").status_code == 302
    assert ticket.state == "enrolled"
    # Told at the addresses of before, each with the link that freezes.
    notices = Delivery.objects.filter(kind="recovery.notice_enrolled")
    assert {row.address for row in notices} == {old_phone, "owner@example.com"}
    assert Record.objects.filter(kind="accounts.user.regained").count() == 1


def test_the_email_stays_unless_it_is_lost(now, owner, first, second):
    enrolled(now, first, second)
    owner.refresh_from_db()
    assert owner.email == "owner@example.com"


def test_a_lost_email_opens_nothing_any_more(now, owner, first, second):
    enrolled(now, first, second, lost=["phone", "email"])
    owner.refresh_from_db()
    assert (owner.email, owner.email_hash) == ("", "")


def test_a_new_email_is_bound_and_the_phone_is_asked_for(now, owner, first, second):
    ticket = enrolled(now, first, second, address="new@example.com")
    owner.refresh_from_db()
    assert (owner.email, owner.email_hash) == ("new@example.com", email_hash("new@example.com"))
    assert owner.phone.startswith("137") and ticket.channel == "email"


def test_the_pages_lead_to_a_login_and_let_nobody_in(now, owner, first, second):
    ticket = ready(now, first, second)
    stranger = Stranger()
    path = f"/en/enrol/{word_sent(ticket)}/"
    page = stranger.client.get(path).content.decode()
    assert ticket.address[:3] in page and ticket.address not in page
    assert stranger.client.post(path)["Location"] == "/en/enrol/code/"
    digits = code_of(stranger.waiting("enrolment_waits"))
    page = stranger.client.post("/en/enrol/code/", {"code": digits})
    assert "The new number is set" in page.content.decode()
    assert "_auth_user_id" not in stranger.client.session
    assert stranger.client.get("/en/account/").status_code == 302
    assert stranger.client.get(path).status_code == 404
    owner.refresh_from_db()
    Delivery.objects.filter(challenge__isnull=False).delete()  # a minute later
    visitor = Visitor(owner.phone).log_in()
    assert visitor.user == owner


# --- Once, in time, at the right address ----------------------------------------------------


def test_it_goes_to_the_proved_address_alone(now, owner, first, second):
    ticket = ready(now, first, second)
    rows = Delivery.objects.filter(kind="recovery.link")
    assert [row.address for row in rows] == [ticket.address]
    assert link_of(ticket, now).ticket == ticket


def test_it_is_good_for_a_day_and_not_a_second_longer(now, owner, first, second):
    ticket = ready(now, first, second)
    assert link_of(ticket, now + DAY - SECOND) is not None
    assert link_of(ticket, now + DAY) is None
    assert RecoveryLink.objects.get(kind="enrol").expires_at == now + waiting.LINK_LASTS


def test_a_link_that_ran_out_meanwhile_sets_nothing(now, owner, first, second):
    ticket = ready(now, first, second)
    link = link_of(ticket, now)
    late = now + DAY
    challenge = enrolling.ask(link=link, phone="", asker=asker(), now=late)
    with pytest.raises(Refused, match="recovery-link-over"):
        enrolling.enrol(
            link=link, challenge=challenge, code=code_of(challenge), visit=VISIT, now=late
        )
    assert fresh(ticket).account.phone == owner.phone


def test_there_is_no_link_before_its_time(now, owner, first, second):
    approved(now, first, second)
    assert not RecoveryLink.objects.filter(kind="enrol").exists() and told("link") == []


def test_another_number_than_the_proved_one_is_not_set(now, owner, first, second):
    """Whatever is posted, the code goes to the proved number; a code of another sets nothing."""
    ticket = ready(now, first, second)
    link = link_of(ticket, now)
    challenge = enrolling.ask(link=link, phone="13911112222", asker=asker(), now=now)
    assert challenge.address == ticket.address
    email = ready(now + DAY, first, second, address="a@example.com")
    other = enrolling.ask(
        link=link_of(email, now + DAY), phone="13911112222", asker=asker(), now=now + DAY
    )
    with pytest.raises(Refused, match="recovery-link-over"):
        enrolling.enrol(
            link=link, challenge=other, code=code_of(other), visit=VISIT, now=now + SECOND
        )
    assert fresh(ticket).account.phone == owner.phone


def test_a_number_of_another_account_is_not_taken(now, owner, first, second, make_person):
    other = make_person(phone="13800000055")
    ticket = ready(now, first, second, address="a@example.com")
    link = link_of(ticket, now)
    with pytest.raises(Refused, match="recovery-phone-taken"):
        enrolling.ask(link=link, phone=other.phone, asker=asker(), now=now)
    free = fresh_address()
    challenge = enrolling.ask(link=link, phone=free, asker=asker(), now=now)
    make_person(phone=free)  # logged in with it meanwhile
    with pytest.raises(Refused, match="recovery-phone-taken"):
        enrolling.enrol(
            link=link, challenge=challenge, code=code_of(challenge), visit=VISIT, now=now
        )
    assert link_of(ticket, now) is not None  # nothing is used up by it


def test_an_account_whose_owner_changed_the_number_meanwhile_is_left_alone(
    now, owner, first, second
):
    ticket = ready(now, first, second)
    link = link_of(ticket, now)
    challenge = enrolling.ask(link=link, phone="", asker=asker(), now=now)
    User.objects.filter(pk=owner.pk).update(phone_hash="e" * 64)
    with pytest.raises(Refused, match="recovery-no-account"):
        enrolling.enrol(
            link=link, challenge=challenge, code=code_of(challenge), visit=VISIT, now=now
        )
    assert fresh(ticket).state == "ready"


@pytest.mark.django_db(transaction=True)
def test_in_two_threads_one_sets_the_phone(now, owner, first, second):
    """By an email's link: two browsers, two numbers, two right codes."""
    ticket = ready(now, first, second, address="a@example.com")
    link = link_of(ticket, now)
    numbers = [fresh_address(), fresh_address()]
    asked = [enrolling.ask(link=link, phone=each, asker=asker(), now=now) for each in numbers]

    def enrol(place):
        digits = code_of(asked[place])
        try:
            enrolling.enrol(link=link, challenge=asked[place], code=digits, visit=VISIT, now=now)
            return "set"
        except Refused as refused:
            return refused.code

    assert sorted(at_once(2, enrol)) == ["recovery-link-over", "set"]
    owner.refresh_from_db()
    assert owner.phone in numbers
    assert Record.objects.filter(kind="accounts.user.regained").count() == 1
    assert len(told("notice_enrolled")) == 2
