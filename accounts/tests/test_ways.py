"""Every way in on the code's page: which of them count, one budget over all, and by which of them
somebody is said to have come."""

import uuid

import pytest
from django_otp.oath import totp

from accounts.codes import code_for, place
from accounts.models import Authenticator, Delivery, LoginChallenge, User, WrongCode
from accounts.services import backup_codes
from accounts.states import Channel, Purpose
from accounts.tests.visitor import Visitor, fresh_phone, wrong

pytestmark = pytest.mark.django_db
STEP_SECONDS = 30
WAYS = ("sms", "voice", "email", "app", "backup")
NO_BACKUP = "0000000000000"


def number(app, clock, steps=0):
    """What the app shows at this moment."""
    ahead = int(clock.ahead.total_seconds())
    return f"{totp(bytes(app.secret), step=STEP_SECONDS, t0=-ahead, drift=steps):06d}"


def add_app(user):
    return Authenticator.objects.create(user=user, name="app", confirmed=True)


@pytest.fixture
def owner(db, clock):
    """Somebody with an app, a sheet of backup codes and a mailbox, in a fresh browser."""
    first = Visitor(fresh_phone()).log_in()
    user = first.user
    user.email, user.email_hash = "li@example.com", "h"
    user.save()
    clock.pass_(hours=2)
    visitor = Visitor(first.phone)
    visitor.app = add_app(user)
    visitor.sheet = backup_codes.renew(user=user, now=clock())
    return visitor


def begin(visitor, way="other", onward=""):
    return visitor.client.post(f"/login/{onward}", {"phone": visitor.phone, "way": way})


def enter(visitor, code, way=""):
    return visitor.client.post("/login/code/", {"code": code, "way": way})


def mailed(visitor):
    challenge = visitor.challenge
    return code_for(
        uuid.UUID(str(challenge.pk)), challenge.purpose, place(challenge.purpose, "email")
    )


def used():
    return LoginChallenge.objects.latest("created_at").way


def test_who_has_another_way_is_sent_no_message(owner):
    answer = begin(owner)
    assert answer.url == "/login/code/?way=app"
    assert not owner.challenge.deliveries.exists()
    page = owner.client.get("/en/login/code/").content.decode()
    assert "We have sent no message." in page
    assert "Number from your authenticator app" in page


def test_the_number_of_the_app_opens_the_account(owner, clock):
    begin(owner, onward="?next=/account/")
    answer = enter(owner, number(owner.app, clock), "app")
    assert answer.url == "/account/"
    assert owner.logged_in and used() == "app"


def test_the_number_of_the_app_stands_in_for_a_code_that_was_sent(owner, clock):
    owner.ask()
    enter(owner, number(owner.app, clock), "app")
    assert owner.logged_in and used() == "app"


def test_a_backup_code_opens_the_account_once(owner, clock):
    begin(owner)
    enter(owner, f" {owner.sheet[0].lower()} ", "backup")
    assert owner.logged_in and used() == "backup"
    clock.pass_(minutes=2)
    again = Visitor(owner.phone)
    begin(again)
    assert enter(again, owner.sheet[0], "backup").status_code == 200
    assert not again.logged_in


def test_a_number_counts_once_whatever_challenge_it_is_for(owner, clock):
    begin(owner)
    shown = number(owner.app, clock)
    enter(owner, shown, "app")
    again = Visitor(owner.phone)
    begin(again)
    enter(again, shown, "app")
    assert not again.logged_in


@pytest.mark.parametrize("channel", ["sms", "voice", "email"])
def test_a_message_tells_by_which_channel_it_came(owner, clock, channel):
    owner.ask()
    if channel != "sms":
        clock.pass_(seconds=21)
        assert owner.again(channel).status_code == 302
    enter(owner, mailed(owner) if channel == "email" else owner.code)
    assert owner.logged_in and used() == channel


def test_the_code_of_the_phone_is_no_proof_of_the_mailbox(owner, clock):
    """Or whoever holds the phone alone would show two factors by asking twice."""
    owner.ask()
    clock.pass_(seconds=21)
    owner.again("email")
    assert owner.code != mailed(owner)
    enter(owner, owner.code)
    assert owner.logged_in and used() == "sms"


def test_the_code_of_the_mailbox_counts_only_where_it_was_sent(owner):
    owner.ask()
    enter(owner, mailed(owner))
    assert not owner.logged_in


def test_a_code_that_was_never_sent_is_wrong(owner):
    begin(owner)
    enter(owner, owner.code)
    assert not owner.logged_in and WrongCode.objects.count() == 1


def test_whoever_wants_the_message_after_all_gets_it_in_the_same_challenge(owner):
    begin(owner)
    before = owner.challenge.pk
    assert owner.again().url == "/login/code/"
    assert owner.challenge.pk == before and owner.challenge.deliveries.count() == 1
    owner.enter()
    assert owner.logged_in


def test_going_back_and_sending_the_number_sends_the_message(owner):
    begin(owner)
    assert owner.ask().url == "/login/code/"
    assert owner.challenge.deliveries.count() == 1


def test_a_call_can_follow_a_text_message_at_once(owner):
    owner.ask()
    assert owner.again("voice").status_code == 302
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"sms", "voice"}
    assert owner.again("voice").status_code == 429


def tries(visitor, clock, code):
    """One wrong try by each way."""
    entered = {"app": wrong(number(visitor.app, clock)), "backup": NO_BACKUP}
    for way in WAYS:
        yield enter(visitor, entered.get(way, wrong(code)), way if way in entered else "")


def test_five_wrong_tries_by_five_ways_burn_the_challenge(owner, clock):
    owner.ask()
    for channel in ("voice", "email"):
        owner.again(channel)
    answers = list(tries(owner, clock, owner.code))
    assert {answer.status_code for answer in answers} == {200}
    assert owner.challenge.attempts == WrongCode.objects.count() == 5
    for entered, way in (
        (owner.code, ""),
        (number(owner.app, clock), "app"),
        (owner.sheet[0], "backup"),
    ):
        enter(owner, entered, way)
        assert not owner.logged_in


def test_the_day_s_budget_is_one_over_all_ways(owner, clock, settings):
    settings.OTP_WRONG_PER_DAY = 10
    for _ in range(2):
        begin(owner)
        for _ in range(5):
            enter(owner, wrong(number(owner.app, clock)), "app")
        clock.pass_(minutes=2)
    assert WrongCode.objects.count() == 10
    answer = owner.ask()
    assert (
        answer.status_code == 429
        and not Delivery.objects.filter(challenge__user=None, created_at__gt=clock()).exists()
    )


@pytest.mark.parametrize("typed", ["", "12345", "1_2_3_4_5_6", "1_2_3", "abcdef"])
def test_what_can_be_no_number_of_an_app_costs_no_try(owner, typed):
    begin(owner)
    assert 'id="id_code_error"' in enter(owner, typed, "app").content.decode()
    assert owner.challenge.attempts == 0


def test_full_width_digits_of_the_app_are_accepted(owner, clock):
    begin(owner)
    shown = number(owner.app, clock).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    enter(owner, shown, "app")
    assert owner.logged_in


@pytest.mark.parametrize("way", ["passkey", "pigeon"])
def test_a_made_up_way_is_not_found(owner, way):
    begin(owner)
    assert enter(owner, "123456", way).status_code == 404
    assert owner.client.get(f"/login/code/?way={way}").status_code == 404


def test_a_step_up_takes_the_app_as_well(owner, clock):
    owner.ask()
    owner.enter()
    clock.pass_(minutes=11)
    form = {"purpose": "consent", "next": "/account/", "way": "other"}
    assert owner.client.post("/login/confirm/", form).url == "/login/code/?way=app"
    before = owner.client.session.session_key
    assert enter(owner, number(owner.app, clock), "app").url == "/account/"
    assert owner.client.session.session_key != before
    proof = LoginChallenge.objects.get(pk=owner.client.session["verification"])
    assert (proof.purpose, proof.way) == ("consent", "app")


def test_the_number_of_somebody_else_s_app_is_wrong(owner, clock):
    thief = Visitor(fresh_phone()).log_in()
    app = add_app(thief.user)
    begin(owner)
    enter(owner, number(app, clock), "app")
    assert not owner.logged_in


def test_an_app_proves_no_new_mailbox(owner, clock):
    owner.ask()
    owner.enter()
    owner.client.post("/account/email/", {"email": "new@example.com"})
    assert owner.challenge.purpose == Purpose.BIND_EMAIL
    assert enter(owner, number(owner.app, clock), "app").status_code == 404
    assert owner.again("sms").status_code == 404
    assert User.objects.get(pk=owner.user.pk).email == "li@example.com"


def test_a_logged_in_person_is_offered_what_they_have(clock):
    visitor = Visitor(fresh_phone()).log_in()
    clock.pass_(minutes=11)
    visitor.client.post("/login/confirm/", {"purpose": "consent", "next": "/account/"})
    page = visitor.client.get("/login/code/").content.decode()
    assert f'value="{Channel.VOICE}"' in page
    assert "way=app" not in page and f'value="{Channel.EMAIL}"' not in page


def test_so_many_logins_without_a_message_and_no_more(owner, monkeypatch):
    monkeypatch.setattr("accounts.services.budgets.QUIET", 3)
    for _ in range(3):
        assert begin(Visitor(owner.phone)).status_code == 302
    assert begin(Visitor(owner.phone)).status_code == 429
    assert owner.ask().status_code == 302  # the message is another matter
