"""A borrower's authenticator app: set up by a number, each number good once, taken away again."""

from contextlib import contextmanager

import argon2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_otp.oath import TOTP

from accounts import backup_codes
from accounts.models import Authenticator, Delivery, LoginChallenge, User
from accounts.services import factors, freezing, own_factors
from accounts.states import FreezeReason, Way
from accounts.tests.visitor import Visitor
from evidence.models import Record

pytestmark = pytest.mark.django_db
STEP = 30


def number(secret, at, ahead=0):
    totp = TOTP(bytes(secret), STEP, 0, 6)
    totp.time = at.timestamp() + ahead
    return f"{totp.token():06d}"


def waiting(visitor):
    return Authenticator.objects.get(user=visitor.user, confirmed=False)


def enrol(visitor):
    """As a person does it; the number is of the step before, so that the present one is left."""
    visitor.client.post("/account/factors/app/")
    device = waiting(visitor)
    for _half_minute_may_end in range(2):
        entered = number(device.secret, timezone.now(), -STEP)
        answer = visitor.client.post("/account/factors/app/", {"otp_token": entered})
        if answer.status_code == 302:
            break
    device.refresh_from_db()
    assert device.confirmed
    return device


def verify(visitor, entered, at):
    return factors.verify(user=visitor.user, way=Way.APP, entered=entered, now=at)


def test_it_is_set_up_by_picture_or_key_and_one_number(visitor):
    visitor.log_in()
    assert "<svg" not in visitor.client.get("/account/factors/app/").content.decode()
    visitor.client.post("/account/factors/app/")
    page = visitor.client.get("/account/factors/app/").content.decode()
    device = waiting(visitor)
    assert "<svg" in page and device.secret_base32 in page
    assert visitor.user.phone not in device.address  # the app shows the number masked
    wrong = visitor.client.post("/account/factors/app/", {"otp_token": "000000"})
    assert wrong.status_code == 200 and Way.APP not in available(visitor)
    enrol(visitor)
    assert Way.APP in available(visitor)
    assert "<svg" not in visitor.client.get("/account/factors/app/").content.decode()


def available(visitor):
    return factors.available(user=visitor.user, now=timezone.now())


def test_its_secret_is_sealed_at_rest(visitor):
    visitor.log_in()
    device = enrol(visitor)
    secret = bytes(device.secret)
    raw = Authenticator.objects.raw("SELECT *, secret::bytea AS raw FROM accounts_authenticator")
    assert secret not in bytes(raw[0].raw)


@pytest.mark.parametrize("later", [0, 31, 61])
def test_a_number_is_accepted_once_even_within_the_tolerance(visitor, clock, later):
    visitor.log_in()
    device, now = enrol(visitor), clock()
    entered = number(device.secret, now)
    assert verify(visitor, entered, now)
    clock.pass_(seconds=later)
    assert not verify(visitor, entered, clock())


def test_an_earlier_number_is_none_after_a_later_one(visitor, clock):
    visitor.log_in()
    device, now = enrol(visitor), clock()
    assert verify(visitor, number(device.secret, now, STEP), now)
    assert not verify(visitor, number(device.secret, now), now)


def test_the_number_that_set_it_up_is_used_up(visitor):
    visitor.log_in()
    visitor.client.post("/account/factors/app/")
    device, now = waiting(visitor), timezone.now()
    entered = number(device.secret, now)
    visitor.client.post("/account/factors/app/", {"otp_token": entered})
    assert not verify(visitor, entered, now)


@pytest.mark.parametrize("typed", ["1_2_3_4_5_6", "12345", "", "abcdef", "1234567"])
def test_what_is_no_number_is_wrong(visitor, typed):
    visitor.log_in()
    enrol(visitor)
    assert not verify(visitor, typed, timezone.now())


def test_two_minutes_off_is_wrong(visitor):
    visitor.log_in()
    device, now = enrol(visitor), timezone.now()
    assert not verify(visitor, number(device.secret, now, 120), now)
    assert not verify(visitor, number(device.secret, now, -120), now)


def test_an_app_that_was_never_confirmed_counts_for_nothing(visitor):
    visitor.log_in()
    visitor.client.post("/account/factors/app/")
    entered = number(waiting(visitor).secret, timezone.now())
    assert not verify(visitor, entered, timezone.now())


def test_it_logs_in_from_a_new_browser(visitor, clock):
    visitor.log_in()
    device = enrol(visitor)
    clock.pass_(seconds=61)
    elsewhere = Visitor(visitor.phone)
    elsewhere.ask()
    entered = number(device.secret, timezone.now())
    elsewhere.client.post("/login/code/", {"way": "app", "code": entered})
    assert elsewhere.logged_in
    assert LoginChallenge.objects.latest("used_at").way == Way.APP


def test_a_strangers_wrong_numbers_do_not_lock_the_app(visitor):
    """django-otp would make the owner wait 2**20 seconds after them."""
    visitor.log_in()
    device = enrol(visitor)
    for _ in range(20):
        assert not verify(visitor, "000000", timezone.now())
    assert verify(visitor, number(device.secret, timezone.now()), timezone.now())


def test_a_second_app_takes_the_place_of_the_first(visitor, clock):
    visitor.log_in()
    old = enrol(visitor)
    new = enrol(visitor)
    assert Authenticator.objects.count() == 1
    assert not verify(visitor, number(old.secret, clock()), clock())
    assert verify(visitor, number(new.secret, clock()), clock())


def test_it_is_removed_and_then_worth_nothing(visitor):
    visitor.log_in()
    device = enrol(visitor)
    assert visitor.client.post("/account/factors/app/remove/").status_code == 302
    assert not Authenticator.objects.exists()
    assert not verify(visitor, number(device.secret, timezone.now()), timezone.now())


CHANGES = [
    ("app_added", enrol),
    ("app_removed", lambda v: (enrol(v), v.client.post("/account/factors/app/remove/"))),
    ("codes_made", lambda v: v.client.post("/account/factors/codes/")),
    (
        "password_set",
        lambda v: v.client.post("/account/factors/password/", {"password": "four words and rain"}),
    ),
]


@pytest.mark.parametrize(("what", "change"), CHANGES, ids=[what for what, _ in CHANGES])
def test_each_change_is_on_record_and_told_to_every_address(visitor, what, change):
    visitor.log_in()
    User.objects.update(email="li@example.com", email_hash="x" * 64)
    change(visitor)
    assert Record.objects.filter(kind=f"accounts.factor.{what}").count() == 1
    told = Delivery.objects.filter(kind="accounts.account_changed")
    assert {"sms", "email"} <= set(told.values_list("channel", flat=True))


PAGES = ["app", "codes", "password", "app/remove", "codes/remove", "password/remove"]


@pytest.mark.parametrize("page", PAGES)
def test_changes_want_a_recent_proof(visitor, clock, page):
    visitor.log_in()
    clock.pass_(minutes=11)
    for answer in (
        visitor.client.get(f"/account/factors/{page}/"),
        visitor.client.post(f"/account/factors/{page}/", {"password": "four words and rain"}),
    ):
        assert answer.status_code == 302 and "/login/confirm/" in answer["Location"]
    assert available(visitor) == [Way.SMS, Way.VOICE]


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_changed_while_the_account_is_frozen(visitor, clock, page):
    visitor.log_in()
    enrol(visitor)
    own_factors.renew_codes(user=visitor.user, now=timezone.now())
    before = factors.held(user=visitor.user)
    freezing.freeze(user=visitor.user, reason=FreezeReason.NOT_ME, now=timezone.now())
    clock.pass_(seconds=61)
    visitor.log_in()
    answer = visitor.client.post(f"/account/factors/{page}/", {"password": "four words and rain"})
    assert answer.status_code == 302
    assert factors.held(user=visitor.user) == before


@pytest.mark.parametrize("page", ["", *(f"{page}/" for page in PAGES)])
def test_staff_and_strangers_have_no_such_pages(client, page):
    answer = client.get(f"/account/factors/{page}")
    assert answer.status_code == 302 and "/login/" in answer["Location"]


def test_the_list_says_what_is_set_up(visitor):
    visitor.log_in()
    before = visitor.client.get("/en/account/factors/").content.decode()
    assert before.count("set up</span>") == 1
    enrol(visitor)
    visitor.client.post("/account/factors/codes/")
    after = visitor.client.get("/en/account/factors/").content.decode()
    assert after.count("set up</span>") == 3
    assert "10 codes left" in after


@pytest.mark.parametrize("way", factors.SECRETS)
def test_nobody_and_who_has_not_set_it_up_take_the_same_steps(visitor, way):
    """As many statements and as many hashes: the time tells nothing."""
    visitor.log_in()
    steps = []
    for person in (None, visitor.user):
        with CaptureQueriesContext(connection) as captured, hashes() as made:
            entered = "0" * 13
            assert not factors.verify(user=person, way=way, entered=entered, now=timezone.now())
        steps.append((len(captured), len(made)))
    assert steps[0] == steps[1]
    assert steps[0] != (0, 0)


@contextmanager
def hashes():
    """The slow hashes that were made meanwhile."""
    made = []
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((argon2.low_level, "hash_secret"), (backup_codes, "hash_secret_raw")):
            original = getattr(module, name)
            patch.setattr(module, name, lambda *a, o=original, **k: made.append(1) or o(*a, **k))
        yield made


def test_the_session_key_is_new_after_a_password(visitor):
    visitor.log_in()
    other = Visitor(visitor.phone)
    other.client.cookies["sessionid"] = visitor.client.cookies["sessionid"].value
    before = visitor.client.cookies["sessionid"].value
    visitor.client.post("/account/factors/password/", {"password": "four words and rain"})
    assert visitor.client.cookies["sessionid"].value != before
    assert visitor.client.get("/account/").status_code == 200
    assert other.client.get("/account/").status_code == 302
