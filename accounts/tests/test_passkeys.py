"""Passkeys as a way in, a step-up and a second factor; and everything that must not pass."""

import datetime as dt
import ipaddress
import json

import pytest
from django.conf import settings
from django.utils import timezone, translation
from django_otp.oath import totp
from django_otp_webauthn.models import WebAuthnCredential

from accounts.models import Login, LoginChallenge, PasskeyChallenge
from accounts.services import staff
from accounts.states import Way
from accounts.tests.authenticator import PRESENT, VERIFIED, Phone, encoded
from accounts.tests.passkey_user import borrower_with_passkey, options, stranger, use
from accounts.tests.visitor import Visitor, fresh_phone
from evidence.models import Record
from portal.catalogue import ENTRIES

pytestmark = pytest.mark.django_db
LOGIN = "/login/passkey/"


def logged_in(client):
    return "_auth_user_id" in client.session


def refused(answer, code):
    """Whether it is a page that says so."""
    with translation.override("zh-hans"):
        return answer.status_code == 200 and str(ENTRIES[code].title) in answer.content.decode()


def test_a_passkey_opens_its_own_account_without_a_number(clock):
    visitor, phone = borrower_with_passkey()
    browser = stranger()
    answer = use(browser, phone)
    assert answer.url == "/queries/"
    assert browser.session["_auth_user_id"] == str(visitor.user.pk)
    login = Login.objects.latest("created_at")
    assert (login.first.way, login.state) == (Way.PASSKEY, "entered")


def test_it_goes_on_to_where_the_page_wanted_to_and_nowhere_else(clock):
    _visitor, phone = borrower_with_passkey()
    assert use(stranger(), phone, next="/account/").url == "/account/"
    assert use(stranger(), phone, next="https://evil.example/").url == "/queries/"


def test_the_options_ask_for_verification_and_for_nothing_about_the_person(clock):
    visitor, _phone = borrower_with_passkey()
    asked = options(stranger(), "login")
    assert asked["userVerification"] == "required"
    assert asked["rpId"] == "localhost" and asked["allowCredentials"] == []
    assert asked["timeout"] == settings.PASSKEY_SECONDS * 1000
    made = options(visitor.client, "enrol")
    assert made["attestation"] == "none"
    chosen = made["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert len(made["excludeCredentials"]) == 1
    assert visitor.phone not in json.dumps(made)


@pytest.mark.parametrize("flags", [PRESENT, VERIFIED, 0])
def test_without_a_finger_a_face_or_a_pin_nobody_comes_in(clock, flags):
    _visitor, phone = borrower_with_passkey()
    phone.flags = flags
    browser = stranger()
    assert refused(use(browser, phone), "passkey-wrong")
    assert not logged_in(browser)


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://portal.example.evil"},
        {"origin": "http://127.0.0.1:8000"},
        {"origin": "http://localhost:8000.evil.example"},
        {"rp_id": "evil.example"},
        {"cross_origin": True},
    ],
)
def test_what_was_signed_for_another_page_does_not_pass(clock, lie):
    _visitor, phone = borrower_with_passkey()
    for name, value in lie.items():
        setattr(phone, name, value)
    browser = stranger()
    use(browser, phone)
    assert not logged_in(browser)


def test_an_answer_works_once(clock):
    _visitor, phone = borrower_with_passkey(counts=False)
    browser = stranger()
    signed = phone.sign(options(browser, "login"))
    assert browser.post(LOGIN, {"credential": signed}).status_code == 302
    browser.post("/logout/")
    again = browser.post(LOGIN, {"credential": signed})
    assert refused(again, "passkey-stale") and not logged_in(browser)


def test_a_challenge_that_was_refused_is_used_up_too(clock):
    _visitor, phone = borrower_with_passkey(counts=False)
    browser = stranger()
    asked = options(browser, "login")
    phone.flags = PRESENT
    browser.post(LOGIN, {"credential": phone.sign(asked)})
    phone.flags = PRESENT | VERIFIED
    browser.post(LOGIN, {"credential": phone.sign(asked)})
    assert not logged_in(browser)


@pytest.mark.parametrize(("age", "let_in"), [(119, True), (120, False)])
def test_a_challenge_lives_two_minutes_by_our_clock(clock, monkeypatch, age, let_in):
    _visitor, phone = borrower_with_passkey()
    browser = stranger()
    asked = options(browser, "login")
    then = PasskeyChallenge.objects.latest("created_at").created_at + dt.timedelta(seconds=age)
    monkeypatch.setattr(timezone, "now", lambda: then)
    browser.post(LOGIN, {"credential": phone.sign(asked)})
    assert logged_in(browser) is let_in


def test_another_sessions_challenge_is_nobodys(clock):
    """Who makes a victim sign an attacker's challenge gets a session in neither browser."""
    _visitor, phone = borrower_with_passkey()
    attacker, victim = stranger(), stranger()
    signed = phone.sign(options(attacker, "login"))
    options(victim, "login")
    victim.post(LOGIN, {"credential": signed})
    assert not logged_in(victim) and not logged_in(attacker)


def test_a_challenge_of_one_ceremony_serves_no_other(clock):
    visitor, phone = borrower_with_passkey()
    client = visitor.client
    signed = phone.sign(options(client, "confirm", purpose="consent"))
    form = {"credential": signed, "purpose": "change", "next": "/account/"}
    assert client.post("/login/confirm/passkey/", form).status_code == 200
    browser = stranger()
    answer = phone.make(options(visitor.client, "enrol"))
    browser.post(LOGIN, {"credential": answer})
    assert not logged_in(browser)


def test_a_made_up_challenge_is_nobodys(clock):
    _visitor, phone = borrower_with_passkey()
    browser = stranger()
    options(browser, "login")
    browser.post(LOGIN, {"credential": phone.sign({"challenge": encoded(b"c" * 32)})})
    assert not logged_in(browser)


def test_a_signature_of_another_key_does_not_pass(clock):
    _visitor, phone = borrower_with_passkey()
    other = borrower_with_passkey()[1]
    other.passkeys[0].id, other.passkeys[0].handle = phone.passkeys[0].id, phone.passkeys[0].handle
    browser = stranger()
    use(browser, other)
    assert not logged_in(browser)


def test_the_user_handle_must_name_the_owner(clock):
    _visitor, phone = borrower_with_passkey()
    other = borrower_with_passkey()[1]
    browser = stranger()
    for handle in (b"", other.passkeys[0].handle):
        asked = options(browser, "login")
        browser.post(LOGIN, {"credential": phone.sign(asked, handle=handle)})
        assert not logged_in(browser)


def test_a_count_that_goes_back_is_refused_and_kept_as_evidence(clock):
    _visitor, phone = borrower_with_passkey()
    assert use(stranger(), phone).status_code == 302
    phone.passkeys[0].count -= 1
    browser = stranger()
    assert refused(use(browser, phone), "passkey-copied")
    assert not logged_in(browser)
    record = Record.objects.get(kind="accounts.passkey.copied")
    assert record.body == {"before": 1, "now": 1}
    # The one that kept count goes on.
    assert use(stranger(), phone).status_code == 302


def test_a_stranger_cannot_make_a_passkey_look_copied(clock):
    """A lower count under a signature that is not its own says nothing about it."""
    _visitor, phone = borrower_with_passkey()
    use(stranger(), phone)
    liar = borrower_with_passkey()[1].passkeys[0]
    liar.id, liar.handle, liar.count = phone.passkeys[0].id, phone.passkeys[0].handle, -1
    use(stranger(), Phone(passkeys=[liar]))
    assert not Record.objects.filter(kind="accounts.passkey.copied").exists()


def test_passkeys_that_count_nothing_go_on(clock):
    _visitor, phone = borrower_with_passkey(counts=False)
    for _login in range(2):
        assert use(stranger(), phone).status_code == 302


def test_a_removed_passkey_opens_nothing(clock):
    _visitor, phone = borrower_with_passkey()
    WebAuthnCredential.objects.all().delete()
    browser = stranger()
    assert refused(use(browser, phone), "passkey-unknown")
    assert not logged_in(browser)


def test_a_closed_account_stays_closed(clock):
    visitor, phone = borrower_with_passkey()
    user = visitor.user
    user.is_active = False
    user.save()
    browser = stranger()
    use(browser, phone)
    assert not logged_in(browser)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"id": 1, "rawId": 2, "response": {}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30"}}',
        '{"response": {"clientDataJSON": "////"}, "rawId": "é"}',
        "[" * 9_000,
        '{"a": "' + "x" * 20_000 + '"}',
    ],
)
def test_whatever_a_stranger_sends_is_refused_in_words(clock, text):
    browser = stranger()
    answer = browser.post(LOGIN, {"credential": text})
    assert refused(answer, "passkey-wrong") and not logged_in(browser)


@pytest.mark.parametrize("part", ["authenticatorData", "signature"])
def test_a_broken_answer_is_refused_in_words(clock, part):
    _visitor, phone = borrower_with_passkey()
    browser = stranger()
    for value in ("", "AAAA", encoded(b"\xff" * 300)):
        answer = json.loads(phone.sign(options(browser, "login")))
        answer["response"][part] = value
        assert browser.post(LOGIN, {"credential": json.dumps(answer)}).status_code == 200
        assert not logged_in(browser)


def test_the_session_key_changes_at_each_assertion(clock):
    _visitor, phone = borrower_with_passkey()
    browser = stranger()
    options(browser, "login")
    before = browser.session.session_key
    use(browser, phone)
    entered = browser.session.session_key
    assert entered != before
    use(
        browser,
        phone,
        path="/login/confirm/passkey/",
        ceremony="confirm",
        purpose="change",
        next="/account/",
    )
    assert browser.session.session_key != entered


def test_a_step_up_by_passkey_opens_what_wants_one(clock):
    visitor, phone = borrower_with_passkey()
    client = visitor.client
    clock.pass_(minutes=11)
    assert client.get("/account/email/").status_code == 302
    answer = use(
        client,
        phone,
        path="/login/confirm/passkey/",
        ceremony="confirm",
        purpose="change",
        next="/account/email/",
    )
    assert answer.url == "/account/email/"
    assert client.get("/account/email/").status_code == 200
    proof = LoginChallenge.objects.latest("created_at")
    assert (proof.way, proof.purpose) == (Way.PASSKEY, "change")


def test_a_step_up_takes_ones_own_passkey_alone(clock):
    visitor, _phone = borrower_with_passkey()
    thief = borrower_with_passkey()[1]
    clock.pass_(minutes=11)
    asked = options(visitor.client, "confirm", purpose="change")
    form = {"credential": thief.sign(asked), "purpose": "change", "next": "/account/email/"}
    visitor.client.post("/login/confirm/passkey/", form)
    assert visitor.client.get("/account/email/").status_code == 302


def test_a_step_up_begins_for_nobody_else(clock):
    assert options(stranger(), "confirm", purpose="change").status_code == 403
    visitor = Visitor(fresh_phone()).log_in()
    assert options(visitor.client, "confirm", purpose="change").status_code == 403  # has none
    visitor, _phone = borrower_with_passkey()
    for purpose in ("", "login", "bind_email", "made-up"):
        assert options(visitor.client, "confirm", purpose=purpose).status_code == 404


def in_office(settings):
    settings.OFFICE_NETWORKS = [ipaddress.ip_network("203.0.113.0/24")]


def test_a_passkey_is_a_second_factor_after_a_code(clock, settings):
    visitor, phone = borrower_with_passkey()
    visitor.client.post("/logout/")
    clock.pass_(minutes=2)
    in_office(settings)
    again = Visitor(visitor.phone)
    again.ask()
    assert again.enter().url == "/login/second/"
    assert not again.logged_in
    asked = options(again.client, "second")
    assert [one["id"] for one in asked["allowCredentials"]] == [encoded(phone.passkeys[0].id)]
    signed = phone.sign(asked)
    answer = again.client.post("/login/second/passkey/", {"credential": signed})
    assert answer.url == "/queries/" and again.logged_in
    login = Login.objects.latest("created_at")
    assert (login.first.way, login.second.way, login.state) == ("sms", "passkey", "entered")
    assert again.client.post("/login/second/passkey/", {"credential": signed}).status_code == 200


def test_a_second_factor_is_the_account_s_own(clock, settings):
    visitor, _phone = borrower_with_passkey()
    thief = borrower_with_passkey()[1]
    visitor.client.post("/logout/")
    clock.pass_(minutes=2)
    in_office(settings)
    again = Visitor(visitor.phone)
    again.ask()
    again.enter()
    use(again.client, thief, path="/login/second/passkey/", ceremony="second")
    assert not again.logged_in


def test_a_passkey_first_is_no_passkey_second(clock, settings):
    _visitor, phone = borrower_with_passkey()
    in_office(settings)
    browser = stranger()
    assert use(browser, phone).url == "/login/second/"
    answer = use(browser, phone, path="/login/second/passkey/", ceremony="second")
    assert answer.status_code == 200 and not logged_in(browser)


def test_nobody_is_at_the_door_without_a_first_proof(clock):
    browser = stranger()
    assert options(browser, "second").status_code == 403
    assert browser.post("/login/second/passkey/", {"credential": "{}"}).status_code == 200


def test_at_a_browser_of_the_staff_a_borrowers_passkey_does_not_count(clock):
    _visitor, phone = borrower_with_passkey()
    office = stranger()
    browser_of_staff(office, clock)
    answer = use(office, phone)
    assert refused(answer, "staff-device") and not logged_in(office)


def browser_of_staff(client, clock):
    """Somebody who works here logged in at this browser, and out again."""
    secret, word = b"12345678901234567890", "correct horse battery staple"
    staff.create(username="chen", role="auditor", password=word, secret=secret, now=clock())
    client.post("/staff/login/", {"username": "chen", "password": word})
    client.post("/staff/login/token/", {"otp_token": f"{totp(secret):06d}"})
    client.post("/logout/")


def test_two_hundred_begins_are_not_two_hundred_times_ok(clock):
    browser = stranger()
    answers = [browser.post("/passkeys/begin/login/").status_code for _begin in range(200)]
    assert answers.count(200) == settings.PASSKEY_BEGINS_SESSION
    assert set(answers) == {200, 429}
    clock.pass_(minutes=5)
    assert browser.post("/passkeys/begin/login/").status_code == 200


def test_new_sessions_bring_no_new_budget_and_leave_the_owners_browser_its_own(clock, settings):
    settings.PASSKEY_BEGINS_NETWORK = 20
    visitor, phone = borrower_with_passkey()
    visitor.client.post("/logout/")
    answers = [stranger().post("/passkeys/begin/login/").status_code for _begin in range(30)]
    assert answers.count(200) == 20
    said = json.loads(stranger().post("/en/passkeys/begin/login/").content)["refused"]
    assert "You can try again after" in said
    assert use(visitor.client, phone).url == "/queries/"
    elsewhere = Visitor(fresh_phone(), address="198.51.100.9").client
    assert elsewhere.post("/passkeys/begin/login/").status_code == 200


def test_an_unknown_ceremony_is_none(clock):
    assert options(stranger(), "made-up").status_code == 404
    assert stranger().get("/passkeys/begin/login/").status_code == 405


def test_only_the_hash_of_a_challenge_is_kept(clock):
    asked = options(stranger(), "login")
    row = PasskeyChallenge.objects.values().get()
    assert asked["challenge"] not in str(row)
