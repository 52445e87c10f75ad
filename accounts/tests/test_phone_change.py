"""Another mobile number: the old one is shown first, then the new one; it counts a day later."""

import json

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.codes import code_for
from accounts.models import Delivery, LoginChallenge, PhoneChange, User
from accounts.selectors import email_hash, phone_hash
from accounts.services import freezing, phones
from accounts.states import FreezeReason, PhoneChangeState, Purpose
from accounts.tests.visitor import Visitor, fresh_phone
from evidence.models import Record
from portal.tests.racing import at_once
from portal.work.models import Work
from portal.work.tasks import drain

pytestmark = pytest.mark.django_db
PAGE = "/account/phone/"


@pytest.fixture
def owner(visitor):
    visitor.log_in()
    address = "wang@example.com"
    User.objects.filter(pk=visitor.user.pk).update(email=address, email_hash=email_hash(address))
    return visitor


@pytest.fixture
def new():
    return fresh_phone()


def begin(owner, new):
    assert owner.client.post(PAGE, {"phone": new}).url.startswith("/login/code/")
    return owner.enter()


def take_effect(clock):
    phones.take_effect(pk=PhoneChange.objects.latest("created_at").pk, now=clock())


def codes(answer):
    """Of the errors on the form that came back."""
    found = answer.context["form"].errors.as_data().values()
    return {error.code for errors in found for error in errors}


def user():
    return User.objects.get(email_hash=email_hash("wang@example.com"))


def test_the_code_goes_to_the_new_number_and_the_old_one_stays_for_a_day(owner, new, clock):
    old = owner.phone
    begin(owner, new)
    sent = Delivery.objects.get(kind="accounts.bind_phone")
    assert sent.address == new
    change = PhoneChange.objects.get()
    assert change.state == PhoneChangeState.WAITING and user().phone == old
    assert Work.objects.get(kind="accounts.tasks.change_phone").run_after == change.due_at
    clock.pass_(hours=23, minutes=59)
    take_effect(clock)
    assert user().phone == old
    clock.pass_(minutes=2)
    take_effect(clock)
    assert (user().phone, user().phone_hash) == (new, phone_hash(new))
    assert PhoneChange.objects.get().phone == ""
    assert Record.objects.filter(kind="accounts.user.phone_changed").count() == 1


def test_it_takes_effect_by_itself(owner, new, clock):
    begin(owner, new)
    Work.objects.filter(kind="accounts.tasks.change_phone").update(run_after=timezone.now())
    PhoneChange.objects.update(due_at=timezone.now())
    drain("message")
    assert user().phone == new


def test_every_old_address_is_told_at_once_with_a_link_that_stops_it(owner, new, clock):
    begin(owner, new)
    told = Delivery.objects.filter(kind="accounts.phone_changing")
    assert {(m.channel, m.address) for m in told} == {
        ("sms", owner.phone),
        ("email", "wang@example.com"),
    }
    token = json.loads(told[0].context)["token"]
    Client().post(f"/n/{token}/")
    assert PhoneChange.objects.get().state == PhoneChangeState.STOPPED
    clock.pass_(days=2)
    take_effect(clock)
    assert user().phone == owner.phone


def test_the_page_stops_it_too(owner, new, clock):
    begin(owner, new)
    assert "/account/phone/stop/" in owner.client.get("/account/").content.decode()
    owner.client.post("/account/phone/stop/")
    clock.pass_(days=2)
    take_effect(clock)
    assert user().phone == owner.phone


def test_a_frozen_account_keeps_its_number(owner, new, clock):
    begin(owner, new)
    freezing.freeze(user=user(), reason=FreezeReason.CODE_ASKED, now=clock())
    clock.pass_(days=2)
    take_effect(clock)
    assert user().phone == owner.phone


def test_after_it_every_session_ends_old_codes_end_and_the_name_is_checked_anew(owner, new, clock):
    User.objects.update(verified_at=clock(), id_hash="x")
    begin(owner, new)
    clock.pass_(hours=24)
    stranger = Visitor(owner.phone, address="198.51.100.9")
    stranger.ask()
    code = stranger.code
    take_effect(clock)
    assert owner.client.get("/account/").status_code == 302
    answer = stranger.enter(code)
    assert answer.status_code == 200 and not stranger.logged_in
    assert user().verified_at is None
    told = {m.address for m in Delivery.objects.filter(kind="accounts.phone_changed")}
    assert told == {owner.phone, new, "wang@example.com"}
    clock.pass_(minutes=2)
    assert Visitor(new).log_in().user == user()


def test_the_old_phone_is_shown_first(owner, new, clock):
    clock.pass_(minutes=11)
    assert owner.client.post(PAGE, {"phone": new}).url.startswith("/login/confirm/")


def test_another_single_factor_is_not_enough(owner, new, clock):
    LoginChallenge.objects.filter(user=owner.user).update(way="email")
    page = owner.client.post(PAGE, {"phone": new})
    assert page.status_code == 200 and not PhoneChange.objects.exists()
    assert not LoginChallenge.objects.filter(purpose=Purpose.BIND_PHONE).exists()
    assert "/account/phone/prove/" in page.content.decode()
    clock.pass_(minutes=2)
    assert owner.client.post("/account/phone/prove/").url.startswith("/login/code/")
    owner.enter()
    assert owner.client.post(PAGE, {"phone": new}).status_code == 302


def test_a_number_that_has_an_account_is_told_only_to_who_reads_its_code(owner, clock):
    other = Visitor(fresh_phone()).log_in()
    clock.pass_(minutes=2)
    asked = owner.client.post(PAGE, {"phone": other.phone})
    assert asked.url.startswith("/login/code/")
    right = code_for(owner.challenge.pk, Purpose.BIND_PHONE)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    assert "phone-taken" not in codes(owner.enter(wrong))
    assert "phone-taken" in codes(owner.enter(right))
    assert not PhoneChange.objects.exists()


def test_a_number_that_somebody_took_meanwhile_is_not_taken_from_them(owner, new, clock):
    begin(owner, new)
    clock.pass_(hours=25)
    somebody = Visitor(new).log_in()
    take_effect(clock)
    assert PhoneChange.objects.get().state == PhoneChangeState.LAPSED
    assert somebody.user != user() and user().phone == owner.phone


@pytest.mark.parametrize("typed", ["", "12345", "+1 555 0100"])
def test_what_is_no_number_is_named(owner, typed):
    page = owner.client.post(PAGE, {"phone": typed}).content.decode()
    assert 'id="id_phone_error"' in page


def test_the_own_number_is_no_new_one(owner):
    assert "phone-same" in codes(owner.client.post(PAGE, {"phone": owner.phone}))


def test_the_code_to_a_new_number_proves_nothing_else(owner, new, clock):
    clock.pass_(minutes=9)
    begin(owner, new)
    clock.pass_(minutes=2)
    assert owner.client.get("/account/email/").url.startswith("/login/confirm/")


def test_nobody_has_codes_sent_to_ever_new_numbers(owner, clock, settings):
    for _ in range(settings.OTP_SENDS_PER_HOUR):
        assert owner.client.post(PAGE, {"phone": fresh_phone()}).status_code == 302
    assert owner.client.post(PAGE, {"phone": fresh_phone()}).status_code == 429


def test_a_second_wish_replaces_the_first(owner, new, clock):
    begin(owner, new)
    other = fresh_phone()
    begin(owner, other)
    states = PhoneChange.objects.order_by("created_at").values_list("state", flat=True)
    assert list(states) == ["stopped", "waiting"]


@pytest.mark.django_db(transaction=True)
def test_stopping_and_taking_effect_at_once_is_one_of_both(visitor, clock):
    visitor.log_in()
    new = fresh_phone()
    for turn in range(5):
        change = PhoneChange.objects.create(
            user=visitor.user,
            phone=new,
            phone_hash=phone_hash(new),
            state=PhoneChangeState.WAITING,
            created_at=clock(),
            due_at=clock(),
        )
        person = visitor.user
        at_once(
            2,
            lambda place, person=person, change=change: (
                phones.stop(user=person, now=clock()) if place else take(change, clock)
            ),
        )
        change.refresh_from_db()
        person.refresh_from_db()
        done = change.state == PhoneChangeState.DONE
        assert done or change.state == PhoneChangeState.STOPPED, turn
        assert (person.phone == new) == done
        phones.put(user=person, phone=visitor.phone, now=clock())


def take(change, clock):
    with transaction.atomic():
        phones.take_effect(pk=change.pk, now=clock())


def test_seeing_ones_numbers_in_full_wants_a_proof_and_is_noted(owner, clock):
    User.objects.update(
        name="王小二", id_number="11010119900307002X", id_hash="x", verified_at=clock()
    )
    page = owner.client.get("/account/numbers/")
    for shown in ("王小二", "11010119900307002X", "wang@example.com", owner.phone):
        assert shown in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert Record.objects.filter(kind="accounts.user.shown_in_full").count() == 1
    clock.pass_(minutes=11)
    assert "purpose=show" in owner.client.get("/account/numbers/").url
    assert Record.objects.filter(kind="accounts.user.shown_in_full").count() == 1
