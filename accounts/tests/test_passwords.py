"""A password for whoever likes one: chosen well, guessed slowly, never enough by itself."""

import datetime as dt
import re

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import captcha
from accounts.models import Captcha, Login, User, WrongCode
from accounts.states import LoginState, Way
from accounts.tests.test_enumeration import LITERAL, told
from accounts.tests.visitor import Visitor, fresh_phone

pytestmark = pytest.mark.django_db
GOOD = "four words and rain"


def choose(visitor, password=GOOD, **fields):
    return visitor.client.post("/account/factors/password/", {"password": password, **fields})


def enter(visitor, password=GOOD, prefix="", **fields):
    data = {"phone": visitor.phone, "code": password, **fields}
    return visitor.client.post(f"{prefix}/login/password/", data)


@pytest.fixture
def owner(visitor):
    """Somebody with a password, logged out, in a browser that is known."""
    visitor.log_in()
    assert choose(visitor).status_code == 302
    visitor.client.post("/logout/")
    return visitor


def test_it_is_hashed_by_argon2(owner):
    assert owner.user.password.startswith("argon2$argon2id$")
    assert GOOD not in owner.user.password


@pytest.mark.parametrize("known", [True, False])
def test_the_right_one_waits_for_a_second_proof_whatever_the_browser(owner, known):
    person = owner if known else Visitor(owner.phone)
    answer = enter(person)
    assert answer["Location"] == "/login/second/"
    assert not person.logged_in
    login = Login.objects.latest("created_at")
    assert (login.state, login.first.way) == (LoginState.SECOND, Way.PASSWORD)


def test_every_refusal_reads_alike(owner):
    """Known with, known without, unknown, closed: status, body, headers and cookies."""
    bare = Visitor(fresh_phone()).log_in()
    closed = Visitor(fresh_phone()).log_in()
    choose(closed)
    User.objects.filter(pk=closed.user.pk).update(is_active=False)
    phones = [owner.phone, bare.phone, fresh_phone(), closed.phone]
    answers = []
    for phone in phones:
        status, body, *rest = told(enter(Visitor(phone), "not this one at all"))
        answers.append((status, body.replace(phone, "the number typed"), *rest))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 200


def test_every_refusal_does_the_same_work(owner):
    """No statement more or less for anybody."""
    done = []
    for phone in (owner.phone, fresh_phone(), fresh_phone()):
        stranger = Visitor(phone)
        stranger.client.get("/login/password/")
        with CaptureQueriesContext(connection) as captured:
            enter(stranger, "not this one at all")
        done.append([LITERAL.sub("?", each["sql"]) for each in captured.captured_queries])
    assert done[0] == done[1] == done[2]


def test_five_wrong_ones_from_an_address_lock_that_address_alone(owner):
    stranger = Visitor(owner.phone, address="198.51.100.4")
    for _ in range(5):
        assert enter(stranger, "not this one at all").status_code == 200
    page = enter(stranger, prefix="/en")
    assert page.status_code == 429
    assert "Too many wrong passwords from your network" in page.content.decode()
    assert enter(answering(Visitor(owner.phone, address="198.51.101.4"))).status_code == 302


def answering(visitor):
    """Whoever reads the captcha that stands there after five wrong ones."""
    page = enter(visitor, "not this one at all")
    found = re.search(r'name="captcha_id" value="([^"]+)"', page.content.decode())
    key = Captcha.objects.get(pk=found[1]).pk
    visitor.client = Answering(visitor.client, {"captcha_id": str(key)}, captcha.letters(key))
    return visitor


class Answering:
    def __init__(self, client, fields, letters):
        self.client, self.fields = client, {**fields, "captcha": letters}

    def post(self, path, data):
        return self.client.post(path, {**data, **self.fields})


def test_the_lock_ends_by_itself(owner, clock):
    stranger = Visitor(owner.phone, address="198.51.100.4")
    for _ in range(6):
        enter(stranger, "not this one at all")
    earlier = timezone.now() - dt.timedelta(minutes=16)
    AccessAttempt.objects.update(attempt_time=earlier)  # axes reads a clock of its own
    clock.pass_(minutes=61)
    assert enter(stranger).status_code == 302


def test_the_right_one_forgets_the_wrong_ones(owner):
    for _ in range(4):
        enter(owner, "not this one at all")
    assert AccessAttempt.objects.count() == 1
    assert enter(owner).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_wrong_ones_spend_the_one_budget_and_strangers_only_their_own(owner, clock, settings):
    settings.CAPTCHA_AFTER_WRONG_NUMBER = settings.CAPTCHA_AFTER_WRONG_NETWORK = 1000
    for place in range(25):
        enter(Visitor(owner.phone, address=f"198.51.{place}.4"), "not this one at all")
    assert WrongCode.objects.count() == 20
    page = enter(Visitor(owner.phone, address="198.51.99.4"))  # right, and too late
    assert page.status_code == 429
    assert enter(owner).status_code == 302  # the owner's browser has its own


def test_nothing_that_was_typed_is_kept(owner):
    enter(owner, "a wrong one that is secret")
    rows = str(list(AccessAttempt.objects.values()))
    assert "a wrong one that is secret" not in rows
    assert owner.phone not in rows


def test_a_change_wants_the_one_before(owner, clock):
    clock.pass_(seconds=61)
    owner.log_in()
    assert choose(owner, "another few words here", present="not it").status_code == 200
    assert owner.user.check_password(GOOD)
    assert choose(owner, "another few words here", present=GOOD).status_code == 302
    assert owner.user.check_password("another few words here")


def test_it_is_removed(owner, clock):
    clock.pass_(seconds=61)
    owner.log_in()
    owner.client.post("/account/factors/password/remove/")
    owner.client.post("/logout/")
    assert not owner.user.has_usable_password()
    assert enter(owner).status_code == 200


def test_other_sessions_end_when_it_is_set(visitor, clock):
    visitor.log_in()
    clock.pass_(seconds=61)
    other = Visitor(visitor.phone).log_in()
    choose(visitor)
    assert visitor.client.get("/account/").status_code == 200
    assert other.client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "bad",
    [
        "short one",
        "123456789012345",
        "q1w2e3r4t5y6",
        "Password12345!",
        "qwertyqwerty",
        "!!iloveyou 2024!!",
        "dragon-dragon-dragon",
        "my 征信直通 login words",
        "Credit-Portal is my place",
        "ZhengXin forever and ever",
        "call me at {phone} please",
        "call me at {dashed} please",
        "tail {tail} of my number",
    ],
)
def test_weak_and_telling_ones_are_refused(visitor, bad):
    visitor.log_in()
    phone = visitor.phone
    dashed = f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"
    page = choose(visitor, bad.format(phone=phone, dashed=dashed, tail=phone[-6:]))
    assert page.status_code == 200
    assert not visitor.user.has_usable_password()


def test_names_and_id_numbers_are_telling_too():
    person = User(name="李小明", id_number="11010519491231002X", phone="13800001234")
    for bad in ("李小明的长长的密码啊啊啊", "born on 19491231 in spring", "home 110105 street"):
        with pytest.raises(ValidationError):
            validate_password(bad, person)
    validate_password("my mailbox and a slow river", person)


@pytest.mark.parametrize(
    "good", [GOOD, "长长的一句话只有我自己知道", "x" * 64, " spaces stay  here "]
)
def test_any_long_sentence_is_taken_as_it_is(visitor, good):
    visitor.log_in()
    assert choose(visitor, good).status_code == 302
    assert visitor.user.check_password(good)
    assert not visitor.user.check_password(good.strip() + "!")


def test_staff_do_not_come_in_by_it(db):
    assert enter(Visitor("13900000000"), "correct").status_code == 200
