"""Login risk: each sign by itself, and whole situations with the decision that people expect."""

import datetime as dt
import itertools

import pytest

from accounts.models import Delivery, Device, Login, LoginChallenge, WrongCode
from accounts.risks import signals, weighing
from accounts.risks.shipped import FIRST
from accounts.risks.signals import Facts, Past, Signal
from accounts.risks.words import IN_WORDS
from accounts.selectors import risk as selectors
from accounts.states import Channel, DeliveryState, Purpose, Verdict, Way
from accounts.tests.visitor import Visitor, fresh_phone
from portal.crypto import keyed_hash

S = Signal
EVENING = [Past(hour=20, way=Way.SMS, network_hash="home")] * 12
BY_PASSKEY = [Past(hour=20, way=Way.PASSKEY, network_hash="home")] * 12
AT_HOME = {
    "way": Way.SMS,
    "hour": 20,
    "network_hash": "home",
    "past": EVENING,
    "been_here": True,
    "known_for": dt.timedelta(days=90),
}
SIGNS = {
    S.UNKNOWN_BROWSER: {"known_for": None},
    S.NEW_NETWORK: {"network_hash": "elsewhere"},
    S.CROWDED_NETWORK: {"failing_here": 10, "succeeding_here": 10},
    S.WRONG_CODES: {"wrong_codes": 5},
    S.SLOW_CODE: {"code_age": dt.timedelta(minutes=3)},
    S.CODE_ELSEWHERE: {"asked_network": "elsewhere"},
    S.ODD_HOUR: {"hour": 4},
    S.PASSWORD_ONLY: {"way": Way.PASSWORD},
    S.WEAKER_WAY: {"past": BY_PASSKEY},
    S.FACTOR_CHANGED: {"factor_changed": True},
    S.PHONE_CHANGED: {"phone_changed": True},
    S.PHONE_WAS_SILENT: {"phone_was_silent": True},
    S.FROZEN: {"frozen": True},
    S.CODE_DEMANDED: {"code_demanded": True},
    S.STAFF_NETWORK: {"staff_network": True},
    S.PROGRAM: {"agent": "python-requests/2.32"},
    S.TRUSTED_DEVICE: {"trusted": True},
    S.PASSKEY: {"way": Way.PASSKEY},
}
USUAL = {S.KNOWN_DEVICE, S.LONG_KNOWN_DEVICE}


def facts(**given):
    return Facts(**{**AT_HOME, **given})


def test_at_home_nothing_speaks_against_the_owner():
    assert set(signals.present(facts())) == USUAL


@pytest.mark.parametrize(("signal", "given"), SIGNS.items(), ids=str)
def test_each_sign_is_seen_by_itself(signal, given):
    assert set(signals.present(facts(**given))) - USUAL == {signal}


def test_no_sign_is_untested_and_each_has_weight_and_words():
    assert set(SIGNS) | USUAL == set(signals.SIGNS) == set(Signal) == set(FIRST.weights)
    assert {signal for signal, weight in FIRST.weights.items() if weight > 0} == set(IN_WORDS)


@pytest.mark.parametrize(
    "given",
    [
        {"network_hash": ""},  # no address to compare
        {"failing_here": 10, "succeeding_here": 11},  # a whole carrier behind one address
        {"failing_here": 9, "succeeding_here": 0},
        {"wrong_codes": 4},
        {"code_age": dt.timedelta(seconds=179)},
        {"asked_network": "home"},
        {"hour": 22},
        {"hour": 4, "past": EVENING[:9]},  # too few to know a habit from
        {"past": BY_PASSKEY[:9]},
        {"past": [*BY_PASSKEY[:6], *EVENING[:6]]},  # half is not usual
        {"agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130 MicroMessenger"},
    ],
    ids=str,
)
def test_what_is_just_short_of_a_sign_is_none(given):
    assert set(signals.present(facts(**given))) == USUAL


@pytest.mark.parametrize(("usual", "now", "odd"), [(23, 1, False), (23, 2, True), (1, 23, False)])
def test_hours_go_round_midnight(usual, now, odd):
    past = [Past(hour=usual, way=Way.SMS, network_hash="home")] * 10
    assert signals.odd_hour(facts(past=past, hour=now)) is odd


def test_who_was_never_here_cannot_be_unlike_anybody():
    first = Facts(way=Way.SMS, hour=4, network_hash="anywhere")
    assert signals.present(first) == []


# --- Whole situations -----------------------------------------------------------------------

NEW_PHONE = {"known_for": None}
ABROAD = {**NEW_PHONE, "network_hash": "abroad"}
GOLDEN = [
    ("the owner at home in the usual browser", {}, Verdict.ALLOW),
    ("the first login of anybody", {"past": [], "been_here": False, "known_for": None}, "allow"),
    ("the owner on a journey with the usual phone", {"network_hash": "hotel"}, Verdict.ALLOW),
    ("the usual phone at four in the morning", {"hour": 4, "network_hash": "hotel"}, "allow"),
    ("a new phone at home", NEW_PHONE, Verdict.NOTIFY),
    ("a new phone on a new network", ABROAD, Verdict.NOTIFY),
    ("a new phone whose code came on the other network",
     {**ABROAD, "asked_network": "home"}, Verdict.NOTIFY),
    ("a lender's program with a new cookie jar", {**NEW_PHONE, "agent": ""}, Verdict.NOTIFY),
    ("a new phone with a password alone", {**NEW_PHONE, "way": Way.PASSWORD}, Verdict.NOTIFY),
    ("a new browser abroad with a password alone",
     {**ABROAD, "way": Way.PASSWORD}, Verdict.STEP_UP),
    ("a new browser abroad after five wrong codes", {**ABROAD, "wrong_codes": 5}, Verdict.STEP_UP),
    ("a new browser abroad by night, the code read out from home after minutes",
     {**ABROAD, "asked_network": "home", "code_age": dt.timedelta(minutes=4), "hour": 4},
     Verdict.STEP_UP),
    ("the card moved: a dead phone, then a code abroad by night from who uses a passkey",
     {**ABROAD, "phone_was_silent": True, "hour": 4, "past": BY_PASSKEY}, Verdict.HOLD),
    ("the card moved, and a mailbox bound an hour ago",
     {**ABROAD, "phone_was_silent": True, "factor_changed": True}, Verdict.HOLD),
    ("a frozen account from a new browser abroad", {**ABROAD, "frozen": True}, Verdict.HOLD),
    ("the owner of a frozen account in the usual browser", {"frozen": True}, Verdict.ALLOW),
    ("the owner was asked for a code, and a new browser abroad guesses",
     {**ABROAD, "code_demanded": True, "wrong_codes": 5}, Verdict.HOLD),
    ("the owner at home after a stranger's thousand guesses", {"wrong_codes": 20}, Verdict.ALLOW),
    ("the owner with a passkey on a new phone abroad after a stranger's guesses",
     {**ABROAD, "wrong_codes": 20, "way": Way.PASSKEY}, Verdict.NOTIFY),
    ("a trusted browser on a new network, the code asked for elsewhere",
     {"trusted": True, "network_hash": "office", "asked_network": "home"}, Verdict.ALLOW),
    ("a wave from one network that hits a known account from a new browser",
     {**ABROAD, "failing_here": 60, "succeeding_here": 5}, Verdict.STEP_UP),
]  # fmt: skip


@pytest.mark.parametrize(("situation", "given", "expected"), GOLDEN, ids=[g[0] for g in GOLDEN])
def test_the_shipped_policy_decides_as_people_would(situation, given, expected):
    total = weighing.add_up(signals.present(facts(**given)), FIRST)
    assert total.verdict == expected, (situation, total.score, total.reasons)


def test_no_single_sign_of_the_shipped_policy_holds_anybody():
    for given in SIGNS.values():
        total = weighing.add_up(signals.present(facts(**given)), FIRST)
        assert total.verdict in (Verdict.ALLOW, Verdict.NOTIFY)


def test_a_new_phone_with_any_one_more_sign_is_never_held():
    """An ordinary borrower with a new phone is not shut out by a machine."""
    for given in SIGNS.values():
        total = weighing.add_up(signals.present(facts(**{**given, "known_for": None})), FIRST)
        assert total.verdict != Verdict.HOLD, given


def test_every_sign_moves_the_sum_its_own_way():
    """More evidence against never lowers, more for never raises: pairs of signs."""
    for one, other in itertools.combinations(Signal, 2):
        alone, both = weighing.add_up([one], FIRST), weighing.add_up([one, other], FIRST)
        assert both.score - alone.score == FIRST.weights[other]


def test_reasons_come_with_the_heaviest_first_and_unweighed_signs_are_not_named():
    policy = weighing.Policy(
        version=9, prior=-100, notify=0, step_up=1, hold=2, weights={S.FROZEN: 5, S.ODD_HOUR: 7}
    )
    total = weighing.add_up([S.FROZEN, S.PROGRAM, S.ODD_HOUR], policy)
    assert [reason["signal"] for reason in total.reasons] == ["odd_hour", "frozen"]
    assert total.score == -88 and total.verdict == Verdict.ALLOW


@pytest.mark.parametrize(("score", "chance"), [(0, 0.5), (-2197, 0.1), (-4595, 0.01)])
def test_a_score_is_a_chance(score, chance):
    assert weighing.chance(score) == pytest.approx(chance, rel=1e-3)
    assert weighing.chance(10**9) == pytest.approx(1) and weighing.chance(-(10**9)) < 1e-8


# --- From rows ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_was_weighed_is_kept_with_the_login(visitor, clock):
    visitor.log_in()
    first = Login.objects.get()
    assert (first.score, first.reasons, first.policy_version) == (FIRST.prior, [], 1)
    clock.pass_(minutes=2)
    Visitor(visitor.phone, address="198.51.100.9").log_in()
    second = Login.objects.latest("created_at")
    named = {reason["signal"]: reason["weight"] for reason in second.reasons}
    assert named == {"unknown_browser": 3000, "new_network": 1800}
    assert second.score == FIRST.prior + 4800
    assert [str(IN_WORDS[S.UNKNOWN_BROWSER]), str(IN_WORDS[S.NEW_NETWORK])] == (
        second.reasons_in_words
    )


@pytest.mark.django_db
def test_the_owner_with_a_new_phone_and_nothing_else_is_let_in_below_holding(visitor, clock):
    """Wrong codes, new browser, new network: a second factor is wanted, and there is none."""
    visitor.log_in()
    clock.pass_(minutes=2)
    for _ in range(5):
        WrongCode.objects.create(account_hash=visitor.user.phone_hash, at=clock())
    again = Visitor(visitor.phone, address="198.51.100.9").log_in()
    login = Login.objects.latest("created_at")
    assert again.logged_in and login.state == "entered"
    assert weighing.verdict(login.score, FIRST) == Verdict.STEP_UP
    assert Delivery.objects.filter(kind="accounts.new_browser").exists()


@pytest.mark.django_db
def test_who_has_a_mailbox_is_asked_for_it_instead(visitor, clock):
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
    assert not again.logged_in
    assert Login.objects.latest("created_at").state == "second"


def waved(network, clock, *, numbers, attempts, used):
    for _ in range(numbers):
        key = fresh_phone()
        challenge = LoginChallenge.objects.create(
            purpose=Purpose.LOGIN,
            address=key,
            address_hash=key,
            account_hash=key,
            binding="",
            attempts=attempts,
            created_at=clock(),
            sent_at=clock(),
            expires_at=clock(),
            stops_at=clock(),
            used_at=clock() if used else None,
        )
        Delivery.objects.create(
            challenge=challenge,
            kind="accounts.login",
            language="en",
            channel=Channel.SMS,
            vendor="aliyun",
            address_hash=key,
            network_hash=network,
            created_at=clock(),
        )


@pytest.mark.django_db
def test_a_network_is_judged_by_its_newest_codes_and_no_more(clock, django_assert_num_queries):
    net = keyed_hash("somewhere", "network")
    waved(net, clock, numbers=3, attempts=1, used=True)
    waved(net, clock, numbers=12, attempts=5, used=False)
    waved("elsewhere", clock, numbers=4, attempts=5, used=False)
    with django_assert_num_queries(1):
        assert selectors.crowd(net, clock()) == {"failing_here": 12, "succeeding_here": 3}
    clock.pass_(minutes=61)
    assert selectors.crowd(net, clock()) == {"failing_here": 0, "succeeding_here": 0}


@pytest.mark.django_db
def test_a_phone_that_was_dead_is_remembered_for_two_days(visitor, clock):
    visitor.log_in()
    Delivery.objects.filter(kind="accounts.login").update(channel="sms", vendor_id="x")
    Delivery.objects.create(
        challenge=visitor_challenge(visitor),
        kind="accounts.login",
        language="en",
        channel=Channel.SMS,
        vendor="aliyun",
        address_hash=visitor.user.phone_hash,
        state=DeliveryState.UNDELIVERED,
        created_at=clock(),
    )
    assert selectors._was_silent(visitor.user, clock())
    clock.pass_(hours=49)
    assert not selectors._was_silent(visitor.user, clock())


def visitor_challenge(visitor):
    return LoginChallenge.objects.filter(user=visitor.user).latest("created_at")


@pytest.mark.django_db
def test_logins_said_to_be_somebody_elses_teach_nothing(visitor, clock):
    visitor.log_in()
    Login.objects.all().delete()
    assert selectors.past(visitor.user, clock()) == ()
    for state in ("refused", "lapsed", "held", "entered"):
        Login.objects.create(user=visitor.user, network_hash=state, state=state, created_at=clock())
    assert [past.network_hash for past in selectors.past(visitor.user, clock())] == ["entered"]


@pytest.mark.django_db
def test_without_a_policy_the_shipped_one_weighs(visitor, clock):
    """A table that was emptied lets nobody in and shuts nobody out who would not be anyway."""
    assert selectors.policy(version=999) == FIRST
    assert selectors.policy() == FIRST
    assert Device.objects.count() == 0
