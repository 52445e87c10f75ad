"""A borrower's account page: masked, changed only after a fresh code, told to the phone."""

import pytest
from django.utils import timezone

from accounts.models import Delivery, Device, User
from accounts.tests.visitor import Visitor
from evidence.models import Record

pytestmark = pytest.mark.django_db


def bind(visitor, address="wang@example.com"):
    assert visitor.client.post("/account/email/", {"email": address}).url == "/login/code/"
    return visitor.enter()


def test_everything_personal_is_masked(visitor):
    visitor.log_in()
    User.objects.update(
        name="王小二",
        id_number="11010119900307002X",
        id_hash="x",
        email="wang@example.com",
        verified_at=timezone.now(),
    )
    page = visitor.client.get("/account/").content.decode()
    for shown in ("王*二", "1****************X", "wan***@example.com"):
        assert shown in page
    for hidden in ("王小二", "11010119900307002X", "wang@example.com", visitor.phone):
        assert hidden not in page


def test_an_email_counts_once_its_code_is_entered(visitor):
    visitor.log_in()
    visitor.client.post("/account/email/", {"email": "wang@example.com"})
    assert Delivery.objects.latest("created_at").address == "wang@example.com"
    assert visitor.user.email == ""
    visitor.enter()
    assert visitor.user.email == "wang@example.com"
    told = Delivery.objects.filter(kind="accounts.account_changed").get()
    assert (told.channel, told.address) == ("sms", visitor.phone)


def test_a_wrong_code_binds_nothing_and_spends_the_persons_budget(visitor):
    visitor.log_in()
    visitor.client.post("/account/email/", {"email": "wang@example.com"})
    challenge = visitor.challenge
    assert challenge.account_hash == visitor.user.phone_hash
    visitor.enter("000000" if visitor.code != "000000" else "000001")
    assert visitor.user.email == ""


def test_an_old_session_must_confirm_before_it_changes_anything(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=11)
    assert visitor.client.get("/account/email/").url.startswith("/login/confirm/?purpose=change")
    assert visitor.client.post("/account/email/remove/").url.startswith("/login/confirm/")


def test_the_code_to_an_email_is_no_proof_of_the_phone(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=9)
    bind(visitor)
    clock.pass_(minutes=2)
    assert visitor.client.get("/account/email/").url.startswith("/login/confirm/")


def test_an_email_can_be_removed(visitor):
    visitor.log_in()
    bind(visitor)
    visitor.client.post("/account/preferences/", {"language": "en", "prefers_email": "on"})
    assert visitor.user.prefers_email
    visitor.client.post("/account/email/remove/")
    assert (visitor.user.email, visitor.user.prefers_email) == ("", False)


@pytest.mark.parametrize("typed", ["", "wang", "wang@", "a@b"])
def test_what_is_no_email_is_named(visitor, typed):
    visitor.log_in()
    page = visitor.client.post("/account/email/", {"email": typed}).content.decode()
    assert 'id="id_email_error"' in page


def test_the_chosen_language_is_the_messages_language(visitor):
    visitor.log_in()
    answer = visitor.client.post("/account/preferences/", {"language": "en"})
    assert answer.url == "/en/account/"
    assert visitor.user.language == "en"
    assert visitor.client.post("/account/preferences/", {"language": "xx"}).status_code == 404


def test_email_is_not_preferred_before_one_is_bound(visitor):
    visitor.log_in()
    visitor.client.post("/account/preferences/", {"language": "en", "prefers_email": "on"})
    assert not visitor.user.prefers_email


def test_other_sessions_end_and_this_one_stays(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=2)
    other = Visitor(visitor.phone).log_in()
    visitor.client.post("/account/sessions/end/")
    assert visitor.client.get("/account/").status_code == 200
    assert other.client.get("/account/").status_code == 302


def test_a_forgotten_browser_is_a_stranger_and_out(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=2)
    other = Visitor(visitor.phone).log_in()
    device = Device.objects.latest("first_seen_at")
    visitor.client.post(f"/account/browsers/{device.pk}/forget/")
    assert Device.objects.count() == 1
    assert other.client.get("/account/").status_code == 302
    assert Record.objects.filter(kind="accounts.device.forgotten").count() == 1


def test_nobody_forgets_anothers_browser(visitor, clock):
    visitor.log_in()
    from_elsewhere = Visitor("13911112222").log_in()
    device = Device.objects.get(user=visitor.user)
    from_elsewhere.client.post(f"/account/browsers/{device.pk}/forget/")
    assert Device.objects.filter(pk=device.pk).exists()


def test_logging_out_needs_a_post(visitor):
    visitor.log_in()
    assert visitor.client.get("/logout/").status_code == 405
    visitor.client.post("/logout/")
    assert not visitor.logged_in
