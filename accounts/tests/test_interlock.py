"""A borrower's code is worth nothing in the hands of the staff, whatever they do with browsers."""

import ipaddress

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp

from accounts import office
from accounts.models import Delivery, Device, Freeze, Login, LoginChallenge, StaffBrowser, User
from accounts.roles import Role
from accounts.services import alarms, devices, interlock, staff
from accounts.states import FreezeReason, LoginState
from accounts.tests.visitor import Visitor, fresh_phone, wrong
from accounts.views import browser as browsers
from evidence.models import Record
from portal.watch import kinds
from portal.watch.models import Alarm, Severity
from portal.work.handlers import periodic_of
from portal.work.services import add_periodic
from portal.work.tasks import drain

pytestmark = pytest.mark.django_db
SECRET = b"12345678901234567890"
PASSWORD = "correct horse battery staple"


def member(clock, username="officer", role=Role.LOAN_OFFICER, email=""):
    user = staff.create(username=username, role=role, password=PASSWORD, secret=SECRET, now=clock())
    if email:
        staff.set_email(user=user, email=email, now=clock())
    return user


def work_in(client, username="officer", steps=0):
    client.post("/staff/login/", {"username": username, "password": PASSWORD})
    answer = client.post("/staff/login/token/", {"otp_token": f"{totp(SECRET, drift=steps):06d}"})
    assert answer.status_code == 302, answer.content.decode()


def log_out(client):
    client.post("/logout/")


@pytest.fixture
def owner(db):
    """A borrower who has an account, and logs in elsewhere."""
    return Visitor(fresh_phone()).log_in()


@pytest.fixture
def officers(clock, owner):
    """The officer's browser, with the owner's number."""
    member(clock)
    visitor = Visitor(owner.phone)
    clock.pass_(minutes=2)
    return visitor


def refused(answer):
    """The page of the code, with the one refusal."""
    errors = answer.context["form"].errors.as_data().values()
    return [error.code for errors_of in errors for error in errors_of] == ["staff-device"]


def one_alarm():
    return Alarm.objects.get(kind=kinds.STAFF_DEVICE)


def frozen(owner):
    return Freeze.objects.filter(
        user=owner.user, reason=FreezeReason.STAFF_DEVICE, thawed_at=None
    ).exists()


# --- Browsers of the staff ------------------------------------------------------------------


def test_a_staff_session_completes_no_login_of_a_borrower(officers, owner):
    work_in(officers.client)
    officers.ask()
    assert refused(officers.enter())
    assert User.objects.get(pk=officers.client.session["_auth_user_id"]).username == "officer"
    assert not Login.objects.filter(user=owner.user, label="").exists()
    assert frozen(owner)
    alarm = one_alarm()
    assert (alarm.severity, alarm.detail) == (Severity.CRITICAL, {"code": "right"})
    assert alarm.subject == f"officer {officers.challenge.pk.hex[:8]}"


def test_the_browser_stays_one_of_the_staff_after_the_logout(officers, owner):
    work_in(officers.client)
    log_out(officers.client)
    officers.ask()
    assert refused(officers.enter())
    assert not officers.logged_in and frozen(owner)


def test_a_code_asked_for_before_the_staff_login_is_caught_too(officers, owner, clock):
    """Also when the officer deletes the cookie that marks the browser: the session is known."""
    officers.ask()
    code, challenge = officers.code, officers.challenge
    work_in(officers.client)
    del officers.client.cookies[browsers.STAFF_COOKIE]
    assert refused(officers.client.post("/login/code/", {"code": code}))
    row = StaffBrowser.objects.get()
    assert row.binding == challenge.binding and frozen(owner)


def test_the_binding_alone_is_enough(officers, clock):
    officers.ask()
    binding = browsers.binding(officers.client.get("/login/code/").wsgi_request)
    visit = browsers.visit(Client().get("/login/").wsgi_request)
    interlock.mark(member=User.objects.get(username="officer"), visit=visit, binding=binding,
                   now=clock())  # fmt: skip
    found = interlock.behind(visit=visit, binding=officers.challenge.binding)
    assert found is not None and found.username == "officer"


def test_a_wrong_code_is_refused_and_alarmed_but_freezes_nobody(officers, owner):
    """Or an officer could freeze anybody by typing six digits."""
    work_in(officers.client)
    officers.ask()
    assert refused(officers.enter(wrong(officers.code)))
    assert one_alarm().detail == {"code": "wrong"} and not frozen(owner)
    assert owner.client.get("/account/").status_code == 200


def test_right_and_wrong_read_the_same(officers, clock):
    work_in(officers.client)
    officers.ask()
    said = officers.enter(wrong(officers.code)).context["form"].errors.as_text()
    clock.pass_(minutes=2)
    log_out(officers.client)
    officers.ask()
    assert officers.enter().context["form"].errors.as_text() == said


def test_the_code_is_burnt_for_every_browser(officers):
    """One try: afterwards not even the right code works, wherever it is entered."""
    work_in(officers.client)
    officers.ask()
    code = officers.code
    officers.enter(wrong(code))
    assert refused(officers.enter(code))
    challenge = LoginChallenge.objects.get(pk=officers.challenge.pk)
    assert challenge.used_at is None and challenge.attempts == 5
    one = Record.objects.filter(kind="accounts.interlock.refused", subject=str(challenge.pk))
    assert [record.body["code"] for record in one] == ["wrong", "wrong"]


def test_a_burnt_code_proves_nothing(officers, owner):
    work_in(officers.client)
    officers.ask()
    officers.enter()
    assert officers.challenge.way == "" and officers.challenge.used_at is None


def test_evidence_names_the_member_of_staff_and_no_borrower(officers, owner):
    work_in(officers.client)
    officers.ask()
    officers.enter()
    record = Record.objects.get(kind="accounts.interlock.refused")
    officer = User.objects.get(username="officer")
    assert record.body == {"staff": officer.pk, "session": True, "code": "right"}
    assert owner.phone not in str(record.body)


def test_an_unknown_number_freezes_nobody_and_opens_no_account(clock):
    member(clock)
    visitor = Visitor(fresh_phone())
    work_in(visitor.client)
    visitor.ask()
    assert refused(visitor.enter())
    assert not User.objects.filter(role=Role.BORROWER).exists() and not Freeze.objects.exists()


def test_users_of_lenders_are_staff_here(clock, owner):
    member(clock, "lender", Role.LENDER_USER)
    visitor = Visitor(owner.phone)
    work_in(visitor.client, "lender")
    log_out(visitor.client)
    clock.pass_(minutes=2)
    visitor.ask()
    assert refused(visitor.enter()) and frozen(owner)


def test_a_borrowers_own_browser_is_not_touched(owner, clock):
    clock.pass_(minutes=2)
    again = Visitor(owner.phone)
    again.log_in()
    assert again.logged_in and not Alarm.objects.exists()


def test_a_made_up_staff_cookie_harms_nobody(owner, clock):
    clock.pass_(minutes=2)
    again = Visitor(owner.phone)
    again.client.cookies[browsers.STAFF_COOKIE] = "x" * 500
    assert again.log_in().logged_in


# --- Told within a minute -------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_mail_is_there_within_the_work_of_the_minute(outside, clock):
    """Nobody looks at a page: what happens by itself every minute is enough."""
    member(clock, "compliance", Role.COMPLIANCE_OFFICER, "compliance@portal.example")
    member(clock, "root", Role.ADMINISTRATOR, "root@portal.example")
    member(clock, "risk", Role.RISK_OFFICER, "risk@portal.example")
    member(clock)
    visitor = Visitor(fresh_phone())
    visitor.log_in()
    clock.pass_(minutes=2)
    log_out(visitor.client)
    work_in(visitor.client)
    visitor.ask()
    assert refused(visitor.enter())
    now = timezone.now()
    every = {each.kind: each for each in periodic_of("message")}
    (minutely,) = [each for name, each in every.items() if name.endswith("tell_of_alarms")]
    assert minutely.every.total_seconds() <= 60
    add_periodic(periodic=minutely, now=now)
    drain("message")
    for name in ("compliance", "root"):
        (mail,) = outside.messages("mailbox", f"{name}@portal.example")
        assert "officer " in mail["text"]
        assert visitor.phone not in mail["text"]
    assert outside.messages("mailbox", "risk@portal.example") == []
    assert one_alarm().told_at is not None


def test_compliance_reads_of_nothing_else(clock):
    member(clock, "compliance", Role.COMPLIANCE_OFFICER, "compliance@portal.example")
    interlock.watch.raise_alarm(kind=kinds.NO_ROUTE, severity=Severity.CRITICAL, now=clock())
    assert alarms.tell(now=clock()) == 1
    assert not Delivery.objects.filter(kind="accounts.alarms").exists()


def test_each_attempt_is_told_and_leaves_the_page_after_three_days(officers, clock):
    work_in(officers.client)
    officers.ask()
    officers.enter()
    assert alarms.tell(now=clock()) == 1
    clock.pass_(minutes=2)
    officers.ask()
    officers.enter()
    assert alarms.tell(now=clock()) == 1
    clock.pass_(days=2)
    assert interlock.clear_old(now=clock()) == 0
    clock.pass_(days=2)
    assert interlock.clear_old(now=clock()) == 2


# --- Which browsers -------------------------------------------------------------------------


def test_a_second_browser_of_a_member_is_told_by_email(clock):
    member(clock, email="officer@portal.example")
    first, second = Client(), Client(HTTP_USER_AGENT="Mozilla/5.0 Firefox/140")
    work_in(first)
    assert not Delivery.objects.filter(kind="accounts.new_staff_browser").exists()
    log_out(first)
    work_in(first, steps=1)
    assert StaffBrowser.objects.count() == 1
    clock.pass_(minutes=5)
    User.objects.get().authenticator_set.update(last_step=-1)
    work_in(second)
    told = Delivery.objects.get(kind="accounts.new_staff_browser")
    assert (told.address, told.channel) == ("officer@portal.example", "email")


def test_the_cookie_is_kept_as_a_hash_and_hidden_from_scripts(clock):
    member(clock)
    client = Client()
    work_in(client)
    cookie = client.cookies[browsers.STAFF_COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert cookie["max-age"] == browsers.STAFF_DAYS * 86400
    row = StaffBrowser.objects.get()
    assert cookie.value not in (row.token_hash, row.binding) and len(row.token_hash) == 64


def test_two_members_at_one_computer_are_two_rows_of_one_cookie(clock):
    member(clock)
    member(clock, "second")
    client = Client()
    work_in(client)
    log_out(client)
    token = client.cookies[browsers.STAFF_COOKIE].value
    work_in(client, "second")
    assert client.cookies[browsers.STAFF_COOKIE].value == token
    assert StaffBrowser.objects.values("token_hash").distinct().count() == 1
    assert StaffBrowser.objects.count() == 2


# --- From an office -------------------------------------------------------------------------


@pytest.fixture
def branch(settings):
    settings.OFFICE_NETWORKS = [
        ipaddress.ip_network("198.51.100.0/24"), ipaddress.ip_network("2001:db8::/48"),
    ]  # fmt: skip
    return settings


INSIDE = ["198.51.100.9", "::ffff:198.51.100.9", "2001:db8::1"]
OUTSIDE = ["198.51.101.9", "203.0.113.7", "2001:db9::1"]


@pytest.mark.parametrize("address", INSIDE)
def test_a_borrower_in_a_branch_is_asked_for_a_second_factor(branch, owner, clock, address):
    User.objects.filter(pk=owner.user.pk).update(email="wang@example.com", email_hash="0" * 64)
    clock.pass_(minutes=2)
    there = Visitor(owner.phone, address=address)
    there.ask()
    assert there.enter().url == "/login/second/"
    assert not there.logged_in
    assert Login.objects.latest("created_at").state == LoginState.SECOND


def test_a_borrower_in_a_branch_without_one_waits_for_two_officers(branch, owner, clock):
    clock.pass_(minutes=2)
    there = Visitor(owner.phone, address=INSIDE[0])
    there.ask()
    there.enter()
    assert not there.logged_in
    assert Login.objects.latest("created_at").state == LoginState.HELD


def test_a_trusted_browser_is_spared(branch, owner, clock):
    """Two factors were shown in it already: it is the borrower's own phone."""
    devices.trust(device=Device.objects.get(user=owner.user), now=clock())
    owner.client.post("/logout/")
    clock.pass_(minutes=2)
    owner.client.defaults["REMOTE_ADDR"] = INSIDE[0]
    assert owner.log_in().logged_in


@pytest.mark.parametrize("address", OUTSIDE)
def test_elsewhere_the_code_is_enough(branch, owner, clock, address):
    clock.pass_(minutes=2)
    assert Visitor(owner.phone, address=address).log_in().logged_in


@pytest.mark.parametrize("address", ["", "nonsense", "198.51.100.300"])
def test_what_is_no_address_is_in_no_office(branch, address):
    assert not office.holds(address)


def test_without_offices_nobody_is_in_one(settings):
    settings.OFFICE_NETWORKS = []
    assert not office.holds(INSIDE[0])
