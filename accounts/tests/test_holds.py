"""A login that is held: its borrower's page, what is told to whom, and how time ends it."""

import datetime as dt

import pytest

from accounts.models import Delivery, Freeze, Hold, Login, LoginChallenge, WrongCode
from accounts.services import holds, retention
from accounts.tasks import mind_held_logins
from accounts.tests.holding import held, hold_of, member, strict
from accounts.tests.visitor import Visitor
from evidence.models import Record
from portal.watch import kinds
from portal.watch.models import Alarm
from portal.work.handlers import periodic_of
from portal.work.services import add_periodic
from portal.work.tasks import drain

pytestmark = pytest.mark.django_db
PAGE = "/en/login/held/"


@pytest.fixture
def waiting(visitor, clock):
    strict(clock)
    return held(visitor, clock)


def settle(hold, clock, reason="spoken"):
    holds.propose(hold=hold, by=member(clock, "one"), reason=reason, note="called", now=clock())
    holds.agree(hold=hold, by=member(clock, "two"), now=clock())
    hold.login.refresh_from_db()


def test_a_held_login_says_why_how_long_and_what_else_there_is(waiting):
    page = waiting.client.get(PAGE).content.decode()
    hold = hold_of(waiting)
    for words in (
        "waits for two officers",
        hold.number,
        "a browser that you have not used here before",
        "a network that you have not used here before",
        "A passkey",
        "Article 24",
        "并有权拒绝个人信息处理者仅通过自动化决策的方式作出决定",
    ):
        assert words in page
    assert waiting.phone not in page and waiting.phone[-4:] not in page
    assert hold.lapses_at - hold.opened_at == dt.timedelta(days=7)


def test_nobody_else_sees_the_page(waiting, client):
    assert client.get("/login/held/").url == "/login/"
    client.cookies["held"] = "made up"
    assert client.get("/login/held/").url == "/login/"
    assert client.post("/login/held/go-on/").url == "/login/held/"
    assert client.post("/login/held/say/", {"said": "let me in"}).url == "/login/"


def test_it_survives_a_closed_window(waiting):
    waiting.client.cookies.pop("sessionid")
    assert "waits for two officers" in waiting.client.get(PAGE).content.decode()


def test_a_held_login_opens_nothing(waiting):
    assert waiting.client.get("/account/").status_code == 302
    assert waiting.client.post("/login/held/go-on/").url == "/login/held/"
    assert not waiting.logged_in


def test_the_owner_is_told_with_a_link_that_stops_it(waiting, clock):
    told = Delivery.objects.get(kind="accounts.login_held")
    assert told.user == waiting.user
    link = told.context.split('"link": "http://')[1].split('"')[0].split("/", 1)[1]
    waiting.client.post(f"/{link}")
    login = hold_of(waiting).login
    assert login.state == "refused" and Freeze.objects.filter(user=waiting.user).exists()
    assert "somebody else" in waiting.client.get(PAGE).content.decode()
    with pytest.raises(Exception, match="hold-over"):
        settle(hold_of(waiting), clock)


def test_what_the_borrower_says_is_sealed_and_reaches_the_officers(waiting, clock):
    answer = waiting.client.post("/en/login/held/say/", {"said": "换了新手机，人在外地"})
    assert answer.url == PAGE
    hold = hold_of(waiting)
    assert hold.said == "换了新手机，人在外地"
    assert "换了新手机" in waiting.client.get(PAGE).content.decode()
    assert not Record.objects.filter(body__icontains="新手机").exists()


def test_an_empty_word_is_named(waiting):
    page = waiting.client.post("/en/login/held/say/", {"said": ""}).content.decode()
    assert 'id="id_said_error"' in page


def test_released_the_same_browser_goes_on_and_no_other(waiting, clock):
    settle(hold_of(waiting), clock)
    stranger = Visitor(waiting.phone)
    assert stranger.client.post("/login/held/go-on/").url == "/login/held/"
    assert "You can go on" in waiting.client.get(PAGE).content.decode()
    before = waiting.client.session.session_key
    assert waiting.client.post("/login/held/go-on/").url == "/queries/"
    assert waiting.logged_in and waiting.client.session.session_key != before
    assert hold_of(waiting).login.state == "entered"
    assert Record.objects.filter(kind="accounts.login.released").count() == 1


def test_it_goes_on_once(waiting, clock):
    settle(hold_of(waiting), clock)
    cookie = waiting.client.cookies["held"].value
    waiting.client.post("/login/held/go-on/")
    thief = Visitor(waiting.phone)
    thief.client.cookies["held"] = cookie
    assert thief.client.post("/login/held/go-on/").url == "/login/held/"
    assert not thief.logged_in


def test_a_released_login_of_a_closed_account_opens_nothing(waiting, clock):
    settle(hold_of(waiting), clock)
    user = waiting.user
    user.is_active = False
    user.save()
    assert waiting.client.post("/login/held/go-on/").url == "/login/held/"
    assert not waiting.logged_in


def test_refused_it_says_why_and_how_to_object(waiting, clock):
    settle(hold_of(waiting), clock, reason="unconfirmed")
    page = waiting.client.get(PAGE).content.decode()
    assert "nobody could confirm that it was the owner" in page and "object" in page
    assert waiting.client.post("/login/held/go-on/").url == "/login/held/"
    assert not waiting.logged_in


@pytest.mark.parametrize(("reason", "kind"), [("met", "released"), ("denied", "refused")])
def test_every_outcome_is_told_to_every_address(waiting, clock, reason, kind):
    user = waiting.user
    user.email = "li@example.com"
    user.save()
    settle(hold_of(waiting), clock, reason=reason)
    told = Delivery.objects.filter(kind=f"accounts.hold_{kind}")
    assert sorted(told.values_list("channel", flat=True)) == ["email", "sms"]


# --- Time ------------------------------------------------------------------------------------


def test_after_seven_days_it_lapses_and_its_borrower_is_told(waiting, clock):
    clock.pass_(days=7, seconds=-10)
    assert holds.lapse(now=clock()) == 0
    clock.pass_(seconds=20)
    assert holds.lapse(now=clock()) == 1
    assert hold_of(waiting).login.state == "lapsed"
    assert Delivery.objects.filter(kind="accounts.hold_lapsed").count() == 1
    assert "nothing speaks against you" in waiting.client.get(PAGE).content.decode()
    assert holds.lapse(now=clock()) == 0


def test_a_release_is_good_for_a_day(waiting, clock):
    settle(hold_of(waiting), clock)
    clock.pass_(hours=24, seconds=1)
    holds.lapse(now=clock())
    assert waiting.client.post("/login/held/go-on/").url == "/login/held/"
    assert not waiting.logged_in


def test_a_release_is_good_for_a_day_even_if_nobody_ends_it(waiting, clock):
    settle(hold_of(waiting), clock)
    clock.pass_(hours=24, seconds=1)
    waiting.client.post("/login/held/go-on/")
    assert not waiting.logged_in


def test_officers_who_are_late_are_seen(waiting, clock, settings):
    settings.HOLD_ALARM_MINUTES = 60
    clock.pass_(minutes=59)
    holds.mind(now=clock())
    assert not Alarm.objects.filter(kind=kinds.HOLD_OVERDUE).exists()
    clock.pass_(minutes=2)
    holds.mind(now=clock())
    alarm = Alarm.objects.get(kind=kinds.HOLD_OVERDUE)
    assert alarm.detail == {"waiting": 1} and alarm.cleared_at is None
    settle(hold_of(waiting), clock)
    holds.mind(now=clock())
    alarm.refresh_from_db()
    assert alarm.cleared_at is not None


def test_it_is_minded_by_itself(waiting, clock):
    clock.pass_(days=8)
    entry = next(p for p in periodic_of("message") if p.kind.endswith(mind_held_logins.__name__))
    add_periodic(periodic=entry, now=clock())
    drain("message")
    assert hold_of(waiting).login.state == "lapsed"


def test_words_are_emptied_after_half_a_year(waiting, clock):
    holds.say(hold=hold_of(waiting), text="I am on a journey", now=clock())
    clock.pass_(days=181)
    retention.forget(now=clock())
    assert Hold.objects.get().said == ""


# --- People in place of a second factor -----------------------------------------------------


@pytest.fixture
def second(visitor, clock):
    """Somebody who is asked for a second factor."""
    visitor.log_in()
    user = visitor.user
    user.email = "li@example.com"
    user.save()
    clock.pass_(minutes=2)
    for _ in range(5):
        WrongCode.objects.create(account_hash=user.phone_hash, at=clock())
    again = Visitor(visitor.phone, address="198.51.100.9")
    again.ask()
    assert again.enter().url == "/login/second/"
    return again


def test_who_has_no_second_factor_at_hand_asks_people(second):
    assert "held/ask" in second.client.get("/login/second/").content.decode()
    assert second.client.post("/login/held/ask/").url == "/login/held/"
    assert hold_of(second).login.state == "held"
    page = second.client.get(PAGE).content.decode()
    assert "waits for two officers" in page


def test_nobody_asks_twice_or_for_somebody_else(second, client):
    second.client.post("/login/held/ask/")
    assert second.client.post("/login/held/ask/").url == "/login/"
    assert client.post("/login/held/ask/").url == "/login/"
    assert Hold.objects.count() == 1


def test_a_login_that_waited_an_hour_for_its_second_factor_lapses(second, clock):
    clock.pass_(minutes=61)
    assert holds.lapse(now=clock()) == 1
    assert Login.objects.latest("created_at").state == "lapsed"
    assert not Delivery.objects.filter(kind="accounts.hold_lapsed").exists()


def test_a_code_is_used_up_by_a_hold(waiting):
    assert LoginChallenge.objects.latest("created_at").used_at is not None
    assert waiting.client.get("/login/code/").status_code == 302
