"""A frozen account: nothing changes, everything runs on, and its owner or two officers end it."""

import datetime as dt

import pytest
from django.contrib.auth import get_user
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.urls import reverse

from accounts.access import recent_code_required
from accounts.codes import code_for
from accounts.models import Authenticator, Delivery, Device, Freeze, LoginChallenge, User
from accounts.refusals import Refused
from accounts.selectors import email_hash
from accounts.services import freezing, login, own_factors, people, phones, risk
from accounts.services.risk import Weighed
from accounts.services.visit import Visit
from accounts.states import FreezeReason, LoginState, ThawedBy
from accounts.tests.visitor import Visitor
from accounts.views import browser
from evidence.models import Record

pytestmark = pytest.mark.django_db
FROZEN = "/account/frozen/"


def bind(user, address="wang@example.com"):
    User.objects.filter(pk=user.pk).update(email=address, email_hash=email_hash(address))


def freeze(visitor, clock, reason=FreezeReason.NOT_ME):
    freezing.freeze(user=visitor.user, reason=reason, now=clock())


def is_in(visitor):
    return visitor.client.get("/account/").status_code == 200


def come_back(visitor, clock):
    """The owner logs in again, through a second factor where one is asked for."""
    clock.pass_(minutes=2)
    visitor.ask()
    answer = visitor.enter()
    assert answer.status_code == 302, answer.content.decode()
    if answer.url == "/login/second/":
        by_mail(visitor, "/login/second/send/", "/login/second/")
    assert visitor.logged_in
    return visitor


def by_mail(visitor, send, prove):
    sent = visitor.client.post(send, {"act": "send", "way": "email"})
    assert sent.status_code == 302, sent.content.decode()
    challenge = LoginChallenge.objects.latest("created_at")
    code = code_for(challenge.pk, challenge.purpose, "mailbox")
    return visitor.client.post(prove, {"act": "prove", "way": "email", "code": code})


@pytest.fixture
def owner(visitor, clock):
    """Known for two days, with an email address, in one browser; then frozen, and back in."""
    visitor.log_in()
    bind(visitor.user)
    clock.pass_(days=2)
    freeze(visitor, clock)
    return visitor


@pytest.fixture
def trusting(monkeypatch):
    """A policy that lets everybody in: it holds such a thief, but may not be all that stands."""
    monkeypatch.setattr(risk, "weigh", lambda **_: Weighed(LoginState.ENTERED))


def thaw(visitor):
    return visitor.client.post(FROZEN, {"act": "thaw"})


def is_frozen(visitor, clock):
    return freezing.frozen(user=visitor.user, now=clock())


def test_every_session_ends_and_the_owner_comes_back_to_read(owner, clock):
    assert not is_in(owner)
    come_back(owner, clock)
    page = owner.client.get("/account/").content.decode()
    assert FROZEN in page
    assert owner.client.get("/queries/").status_code == 200
    told = Delivery.objects.filter(kind="accounts.frozen")
    assert {m.channel for m in told} == {"sms", "email"}


def test_the_page_says_what_why_since_when_and_how_it_ends(owner, clock):
    come_back(owner, clock)
    page = owner.client.get("/en" + FROZEN).content.decode()
    assert "Somebody pressed" in page
    since = Freeze.objects.get().frozen_at
    assert f"{since:%Y}" in page
    assert "two different factors" in page and "Two officers" in page
    assert "Queries that run" in page


def test_no_change_goes_through(owner, clock):
    come_back(owner, clock)
    before = User.objects.filter(pk=owner.user.pk).values().get()
    device = Device.objects.filter(user=owner.user).first()
    for path, form in (
        ("/account/email/", {"email": "thief@example.com"}),
        ("/account/email/remove/", {}),
        ("/account/phone/", {"phone": "13900000001"}),
        ("/account/factors/app/", {}),
    ):
        assert owner.client.post(path, form).url == FROZEN, path
    forgotten = owner.client.post(f"/account/browsers/{device.pk}/forget/")
    assert forgotten.status_code == 409
    assert Device.objects.filter(pk=device.pk).exists()
    assert User.objects.filter(pk=owner.user.pk).values().get() == before
    assert not Authenticator.objects.exists()


def test_services_refuse_it_themselves(owner, clock):
    user, now = owner.user, clock()
    for act in (
        lambda: people.remove_email(user, now=now),
        lambda: people.bind_email(user, challenge=LoginChallenge(), code="1", now=now),
        lambda: people.forget_device(user, pk=1, now=now),
        lambda: phones.ask(user=user, phone="13900000001", asker=None, now=now),
        lambda: phones.begin(user=user, challenge=LoginChallenge(), code="1", now=now),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "account-frozen"


def test_freezing_again_adds_the_reason_and_tells_once(owner, clock):
    freeze(owner, clock, FreezeReason.CODE_ASKED)
    freeze(owner, clock, FreezeReason.CODE_ASKED)
    reasons = set(freezing.open_rows(owner.user).values_list("reason", flat=True))
    assert reasons == {"not_me", "code_asked"}
    assert Delivery.objects.filter(kind="accounts.frozen", channel="sms").count() == 1
    assert Record.objects.filter(kind="accounts.user.frozen").count() == 2


def test_its_owner_thaws_it_by_two_factors_in_the_old_browser(owner, clock):
    come_back(owner, clock)
    by_mail(owner, FROZEN, FROZEN)
    assert "Thaw my account" in owner.client.get("/en" + FROZEN).content.decode()
    assert thaw(owner).url == "/account/"
    assert not is_frozen(owner, clock)
    row = Freeze.objects.get()
    assert (row.thawed_how, row.thawed_by) == (ThawedBy.OWNER, None)
    assert Record.objects.filter(kind="accounts.user.thawed").count() == 1
    assert Delivery.objects.filter(kind="accounts.thawed").count() == 2
    assert owner.client.get("/account/email/").status_code == 200


def proofs_of(visitor):
    found = visitor.client.session["proofs"]
    return LoginChallenge.objects.filter(pk__in=found)


def test_one_factor_does_not_thaw_it(clock, visitor):
    visitor.log_in()
    clock.pass_(days=2)
    freeze(visitor, clock)
    come_back(visitor, clock)
    answer = thaw(visitor)
    assert answer.status_code == 200 and is_frozen(visitor, clock)
    # A text message and a call are one factor, however often they are shown.
    LoginChallenge.objects.filter(user=visitor.user).update(way="voice")
    clock.pass_(minutes=2)
    visitor.client.post("/login/confirm/", {"purpose": "change", "next": FROZEN})
    visitor.enter()
    assert {proof.way for proof in proofs_of(visitor)} == {"voice", "sms"}
    thaw(visitor)
    assert is_frozen(visitor, clock)


def test_a_thief_with_phone_and_mailbox_in_a_new_browser_does_not_thaw_it(owner, clock, trusting):
    thief = Visitor(owner.phone, address="198.51.100.9")
    come_back(thief, clock)
    by_mail(thief, FROZEN, FROZEN)
    assert thaw(thief).status_code == 200 and is_frozen(owner, clock)


def test_a_browser_that_came_the_day_before_does_not_count_either(visitor, clock, trusting):
    """`BEFORE`: the thief logs in, and freezes what is not theirs yet."""
    visitor.log_in()
    bind(visitor.user)
    clock.pass_(days=2)
    thief = come_back(Visitor(visitor.phone, address="198.51.100.9"), clock)
    clock.pass_(hours=23)
    freeze(visitor, clock)
    come_back(thief, clock)
    by_mail(thief, FROZEN, FROZEN)
    assert thaw(thief).status_code == 200 and is_frozen(visitor, clock)


def test_a_planted_device_cookie_thaws_nothing(owner, clock, trusting):
    """The thief copies the cookie of a browser of their own account, known for long."""
    thief = Visitor("13911112222").log_in()
    Device.objects.filter(user=thief.user).update(first_seen_at=clock())
    token = thief.client.cookies["device"].value
    again = Visitor(owner.phone, address="198.51.100.9")
    again.client.cookies["device"] = token
    come_back(again, clock)
    by_mail(again, FROZEN, FROZEN)
    thaw(again)
    assert is_frozen(owner, clock)


@pytest.mark.parametrize("hours", [1, 23])
def test_a_factor_that_was_added_the_day_before_does_not_count(owner, clock, hours):
    since = Freeze.objects.get().frozen_at
    User.objects.filter(pk=owner.user.pk).update(email_since=since - dt.timedelta(hours=hours))
    come_back(owner, clock)
    by_mail(owner, FROZEN, FROZEN)
    assert thaw(owner).status_code == 200 and is_frozen(owner, clock)


def test_a_password_that_was_set_the_day_before_does_not_count(visitor, clock):
    """A stolen handset in the owner's own browser: the thief sets a password, and shows it."""
    visitor.log_in()
    clock.pass_(days=2)
    visitor.client.post("/logout/")
    visitor.log_in()
    word = "a long sentence of the thief's"
    own_factors.set_password(user=visitor.user, present="", new=word, now=clock())
    clock.pass_(hours=2)
    freeze(visitor, clock)
    assert freezing.added(visitor.user, after=clock() - freezing.BEFORE) == {"password"}
    proofs = [LoginChallenge(way=way) for way in ("sms", "password")]
    refused = freezing.refused(
        user=visitor.user,
        proofs=proofs,
        device=Device.objects.get(user=visitor.user),
        since=Freeze.objects.get().frozen_at,
    )
    assert refused == "thaw-new-factor"


def test_proofs_of_ten_minutes_ago_are_too_old(owner, clock):
    come_back(owner, clock)
    by_mail(owner, FROZEN, FROZEN)
    clock.pass_(minutes=11)
    thaw(owner)
    assert is_frozen(owner, clock)


def test_somebody_elses_proofs_prove_nothing(owner, clock):
    come_back(owner, clock)
    other = Visitor("13911112222").log_in()
    session = owner.client.session
    session["proofs"] = [*session["proofs"], *other.client.session["proofs"]]
    session.save()
    thaw(owner)
    assert is_frozen(owner, clock)


def test_a_wrong_code_on_the_page_counts_and_proves_nothing(owner, clock):
    come_back(owner, clock)
    owner.client.post(FROZEN, {"act": "send", "way": "email"})
    challenge = LoginChallenge.objects.latest("created_at")
    right = code_for(challenge.pk, challenge.purpose, "mailbox")
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    answer = owner.client.post(FROZEN, {"act": "prove", "way": "email", "code": wrong})
    assert answer.status_code == 200
    challenge.refresh_from_db()
    assert challenge.attempts == 1 and challenge.used_at is None
    assert challenge.account_hash == owner.user.phone_hash


def test_whose_account_is_not_frozen_sees_no_such_page(visitor):
    visitor.log_in()
    assert visitor.client.get(FROZEN).url == "/account/"
    assert thaw(visitor).url == "/account/"


@pytest.mark.parametrize("act", ["", "freeze", "thaw-all"])
def test_made_up_acts_are_404(owner, clock, act):
    come_back(owner, clock)
    assert owner.client.post(FROZEN, {"act": act}).status_code == 404


def test_consent_waits_and_a_report_opens_after_two_factors(owner, clock, rf):

    come_back(owner, clock)

    def answer(purpose):
        request = rf.get("/somewhere/")
        request.session, request.user = owner.client.session, owner.user
        return recent_code_required(purpose)(lambda request: HttpResponse("in"))(request)

    for purpose in ("consent", "share", "accept", "guarantor", "change"):
        assert answer(purpose).url == reverse("accounts:frozen"), purpose
    two = len({proof.way for proof in proofs_of(owner)}) > 1
    assert two or answer("download").status_code == 302
    by_mail(owner, FROZEN, FROZEN)
    assert answer("download").status_code == 200
    assert answer("consent").url == reverse("accounts:frozen")


def test_the_end_of_a_freeze_is_whole_or_not_there(owner, clock):
    rows = Freeze.objects.filter(user=owner.user)
    for values in (
        {"thawed_at": clock()},
        {"thawed_how": "owner"},
        {"thawed_at": clock(), "thawed_how": "officers"},
        {"thawed_at": clock(), "thawed_how": "magic"},
        {"reason": "magic"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**values)


def test_a_login_that_was_let_in_before_the_freeze_gets_no_session_after_it(visitor, clock, rf):
    """Between the door and the session the account is frozen: its epoch has moved on."""

    visitor.ask()
    visit = Visit(device_token="", label="x", language="en", network_hash="")
    passage = login.log_in(challenge=visitor.challenge, code=visitor.code, visit=visit, now=clock())
    freezing.freeze(user=passage.login.user.__class__.objects.get(), reason="not_me", now=clock())
    request = rf.post("/login/code/")
    request.session = visitor.client.session
    request.user = passage.login.user
    browser.pass_through(request, passage, "/", clock())
    assert not get_user(request).is_authenticated
