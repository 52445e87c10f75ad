""" "Someone asked for my code": what one press does, for the owner and for a stranger."""

import datetime as dt
import re

import pytest
from django.test import Client

from accounts.models import CodeAsked, Device, Freeze, LoginChallenge, User
from accounts.roles import Role
from accounts.services import alarms, asked, retention, staff
from accounts.states import FreezeReason
from accounts.tests.visitor import Visitor, fresh_phone
from creditquery.tests.staff import member
from evidence.models import Record
from portal.watch import kinds
from portal.watch.models import Alarm, Severity

pytestmark = pytest.mark.django_db
ANSWERS = {
    "by": "staff",
    "through": "wechat",
    "when": "now",
    "officer": "小王",
    "words": "他说他是客服",
}


def press(visitor, language="", **said):
    return visitor.client.post(f"{language}/login/asked/", said)


def frozen(user):
    rows = Freeze.objects.filter(user=user, reason=FreezeReason.CODE_ASKED, thawed_at=None)
    return rows.exists()


def is_burnt(challenge):
    row = LoginChallenge.objects.get(pk=challenge.pk)
    return row.used_at is None and row.attempts >= 5


@pytest.fixture
def owner(db):
    return Visitor(fresh_phone()).log_in()


# --- Before the login -----------------------------------------------------------------------


def test_a_stranger_ends_the_own_code_and_nothing_else(owner, clock):
    """Whoever knows a number must not be able to freeze its account."""
    clock.pass_(minutes=2)
    stranger = Visitor(owner.phone, address="198.51.100.1")
    stranger.ask()
    challenge, code = stranger.challenge, stranger.code
    assert press(stranger, **ANSWERS).url == "/login/asked/told/"
    assert is_burnt(challenge)
    assert stranger.client.post("/login/code/", {"code": code}).url == "/login/"
    assert not frozen(owner.user)
    assert owner.client.get("/account/").status_code == 200
    row = CodeAsked.objects.get()
    assert (row.user, row.froze, row.challenge_id) == (None, False, challenge.pk)


def test_another_browsers_code_outlives_a_stranger(owner, clock):
    clock.pass_(minutes=2)
    mine = Visitor(owner.phone)
    mine.ask()
    stranger = Visitor(fresh_phone(), address="198.51.100.1")
    stranger.ask()
    press(stranger)
    assert not is_burnt(mine.challenge)


def test_it_alarms_even_a_stranger_without_a_name(owner, clock):
    stranger = Visitor(fresh_phone())
    stranger.ask()
    press(stranger, **ANSWERS)
    alarm = Alarm.objects.get(kind=kinds.CODE_ASKED)
    assert (alarm.severity, alarm.detail) == (Severity.CRITICAL, {"said": "staff"})
    assert alarm.subject == CodeAsked.objects.get().short


def test_compliance_is_mailed_of_it(clock, owner):
    user = staff.create(
        username="lin", role=Role.COMPLIANCE_OFFICER, password="x", secret=b"s" * 20, now=clock()
    )
    staff.set_email(user=user, email="lin@portal.example", now=clock())
    press(owner)
    assert alarms.tell(now=clock()) == 1
    assert user.delivery_set.filter(kind="accounts.alarms").count() == 1


def test_without_a_code_and_an_account_it_waits_for_the_summary():
    press(Visitor(fresh_phone()), **ANSWERS)
    assert Alarm.objects.get(kind=kinds.CODE_ASKED).severity == Severity.WARNING


def test_nameless_presses_are_bounded_per_network_and_day(clock):
    for _ in range(asked.NAMELESS_A_DAY + 3):
        assert press(Visitor(fresh_phone())).status_code == 302
    assert CodeAsked.objects.count() == Alarm.objects.count() == asked.NAMELESS_A_DAY
    press(Visitor(fresh_phone(), address="198.51.100.1"))
    assert CodeAsked.objects.count() == asked.NAMELESS_A_DAY + 1
    clock.pass_(hours=25)
    press(Visitor(fresh_phone()))
    assert CodeAsked.objects.count() == asked.NAMELESS_A_DAY + 2


def test_beyond_the_bound_the_code_ends_all_the_same(owner, clock):
    for _ in range(asked.NAMELESS_A_DAY):
        press(Visitor(fresh_phone()))
    last = Visitor(fresh_phone())
    last.ask()
    challenge = last.challenge
    press(last)
    assert is_burnt(challenge) and CodeAsked.objects.count() == asked.NAMELESS_A_DAY


def test_the_bound_of_strangers_is_not_the_owners(owner):
    for _ in range(asked.NAMELESS_A_DAY):
        press(Visitor(fresh_phone()))
    press(owner)
    assert CodeAsked.objects.filter(user=owner.user, froze=True).count() == 1


# --- With a session or a known browser ------------------------------------------------------


def test_with_a_session_the_account_freezes_and_everybody_is_out(owner, clock):
    clock.pass_(minutes=2)
    elsewhere = Visitor(owner.phone).log_in()
    assert press(owner, **ANSWERS).url == "/login/asked/told/"
    assert frozen(owner.user)
    for visitor in (owner, elsewhere):
        assert "/login/" in visitor.client.get("/account/").url
    row = CodeAsked.objects.get()
    assert (row.user, row.froze, row.by, row.through) == (owner.user, True, "staff", "wechat")
    assert (row.officer, row.words) == ("小王", "他说他是客服")


def test_the_thiefs_code_dies_whichever_browser_asked_for_it(owner, clock):
    """The usual case: the thief asked for it, the owner got it by message and was called."""
    clock.pass_(minutes=2)
    thief = Visitor(owner.phone, address="198.51.100.66")
    thief.ask()
    code, challenge = thief.code, thief.challenge
    press(owner)
    assert is_burnt(challenge)
    assert thief.client.post("/login/code/", {"code": code}).status_code == 200
    assert not thief.logged_in


def test_a_known_browser_is_enough(owner, clock):
    owner.client.post("/logout/")
    clock.pass_(minutes=2)
    owner.ask()
    press(owner)
    assert frozen(owner.user)


def test_a_known_browser_that_waits_for_no_code_is_enough(owner):
    owner.client.post("/logout/")
    press(owner)
    assert frozen(owner.user)


def test_a_browser_known_to_one_freezes_no_other(owner, clock):
    """A shared phone waits for the code of a number that never logged in here."""
    other = Visitor(fresh_phone()).log_in()
    clock.pass_(minutes=2)
    owner.client.post("/logout/")
    owner.phone = other.phone
    owner.ask()
    press(owner)
    assert not Freeze.objects.exists()


def test_a_planted_cookie_freezes_nobody(owner, clock):
    stranger = Client()
    stranger.cookies["device"] = "guess"
    stranger.post("/login/asked/", ANSWERS)
    assert not Freeze.objects.exists()


def test_the_owner_of_a_shared_browser_is_whoever_used_it_last(clock, owner):
    token = owner.client.cookies["device"].value
    owner.client.post("/logout/")
    clock.pass_(minutes=2)
    second = Visitor(fresh_phone())
    second.client.cookies["device"] = token
    second.log_in()
    assert Device.objects.filter(user=second.user).exists()
    second.client.post("/logout/")
    press(second)
    assert frozen(second.user) and not frozen(owner.user)


def test_a_member_of_staff_who_presses_freezes_nobody(owner, clock):
    officer = member(Role.LOAN_OFFICER)
    officer.post("/login/asked/", ANSWERS)
    assert not Freeze.objects.exists() and CodeAsked.objects.get().user is None


def test_one_person_fills_no_list(owner, clock):
    person = owner.user
    for _ in range(asked.OWN_A_DAY + 2):
        press(owner)
    assert CodeAsked.objects.filter(user=person).count() == asked.OWN_A_DAY


# --- Whose it was ---------------------------------------------------------------------------


def test_a_nameless_row_gets_its_person_by_the_next_login_of_that_browser(clock):
    visitor = Visitor(fresh_phone())
    visitor.ask()
    press(visitor, **ANSWERS)
    assert asked.adopt(now=clock()) == 0
    clock.pass_(minutes=2)
    visitor.log_in()
    assert asked.adopt(now=clock()) == 1
    assert CodeAsked.objects.get().user == visitor.user


def test_another_browsers_login_adopts_nothing(clock):
    visitor = Visitor(fresh_phone())
    visitor.ask()
    press(visitor, **ANSWERS)
    clock.pass_(minutes=2)
    Visitor(visitor.phone).log_in()
    assert asked.adopt(now=clock()) == 0


# --- Rows and pages -------------------------------------------------------------------------


def test_what_was_said_is_sealed_and_evidence_holds_none_of_it(owner):
    press(owner, **ANSWERS)
    record = Record.objects.get(kind="accounts.codeasked.told")
    assert record.body == {"by": "staff", "through": "wechat", "known": True}


def test_what_nobody_owns_is_deleted(clock):
    press(Visitor(fresh_phone()), **ANSWERS)
    kept = retention.ASKED_KEPT
    retention.forget(now=clock() + kept - dt.timedelta(hours=1))
    assert CodeAsked.objects.exists()
    retention.forget(now=clock() + kept + dt.timedelta(hours=1))
    assert not CodeAsked.objects.exists()


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_page_says_what_the_button_will_do(owner, language):
    mine = owner.client.get(f"{language}/login/asked/").content.decode()
    strange = Client().get(f"{language}/login/asked/").content.decode()
    assert mine != strange and '<form method="post"' in strange


def test_nothing_happens_by_looking(owner):
    owner.client.get("/login/asked/")
    assert owner.client.get("/account/").status_code == 200 and not CodeAsked.objects.exists()


def test_another_sites_form_freezes_nobody(owner):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = owner.client.cookies
    assert strict.post("/login/asked/", ANSWERS).status_code == 403
    assert not Freeze.objects.exists()


@pytest.mark.parametrize("said", [{"by": "king"}, {"words": "x" * 2001}, {"through": "\0"}])
def test_nonsense_is_named_and_does_nothing(owner, said):
    assert press(owner, **said).status_code == 200
    assert not Freeze.objects.exists()


def test_the_page_after_it_says_what_was_done(owner):
    press(owner)
    page = owner.client.get("/en/login/asked/told/").content.decode()
    assert "logged out" in page and "complaint is filed" in page
    assert Client().get("/login/asked/told/").url == "/login/asked/"


def test_it_stands_beside_every_field_for_a_code(owner, clock):
    """The code page, before and after the login; others join as they come to be."""
    clock.pass_(minutes=11)
    fresh = Visitor(fresh_phone())
    fresh.ask()
    assert "/login/asked/" in fresh.client.get("/login/code/").content.decode()
    assert "/login/asked/" in fresh.client.get("/login/").content.decode()


def test_compliance_reads_what_was_said_and_loan_officers_do_not(owner):
    press(Visitor(fresh_phone()), **ANSWERS)
    page = member(Role.COMPLIANCE_OFFICER).get("/staff/asked/").content.decode()
    assert "他说他是客服" in page and CodeAsked.objects.get().short in page
    assert member(Role.LOAN_OFFICER).get("/staff/asked/").status_code == 403


def test_the_owner_is_masked_for_compliance(owner):
    press(owner, **ANSWERS)
    page = member(Role.COMPLIANCE_OFFICER).get("/staff/asked/").content.decode()
    assert owner.phone not in page and re.search(r"139 \*{4} \d{4}", page)
    assert User.objects.filter(role="borrower").count() == 1
