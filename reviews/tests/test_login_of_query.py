"""How the borrower logged in stands on the page of the case; who had to do with it stands aside."""

import datetime as dt

import pytest

from accounts.conflicts import is_own_officer
from accounts.models import Device, Login, LoginChallenge
from accounts.roles import Role
from accounts.states import LoginState, Purpose, Way
from complaints.selectors.traces import handled as answered
from creditquery.models import AccessLog, CreditQuery
from creditquery.selectors import logins
from reviews.services import claims
from reviews.tests.officers import officer, recommended, submitted
from reviews.tests.test_desk_pages import at, enter, text

pytestmark = pytest.mark.django_db
REASONS = [
    {"signal": "unknown_browser", "weight": 3000},
    {"signal": "wrong_codes", "weight": 3000},
]


def login(query: CreditQuery, at: dt.datetime, **values: object) -> Login:
    proof = LoginChallenge.objects.create(
        purpose=Purpose.LOGIN,
        user=query.person,
        address="",
        address_hash="",
        account_hash="",
        binding="",
        way=Way.SMS,
        used_at=at,
        created_at=at,
        sent_at=at,
        expires_at=at,
        stops_at=at,
    )
    device = Device.objects.create(
        user=query.person, token_hash=str(proof.pk), label="", first_seen_at=at, last_seen_at=at
    )
    given = {
        "state": LoginState.ENTERED,
        "score": -2000,
        "policy_version": 1,
        "reasons": REASONS,
        "label": "Chrome · Android",
    }
    return Login.objects.create(
        user=query.person,
        first=proof,
        device=device,
        created_at=at,
        **{**given, **values},
    )


def test_the_last_login_before_the_query_is_its_own(query: CreditQuery) -> None:
    begun = query.created_at
    login(query, begun - dt.timedelta(hours=2), label="the one before")
    mine = login(query, begun - dt.timedelta(minutes=1))
    login(query, begun + dt.timedelta(minutes=1), label="the one after")
    login(query, begun - dt.timedelta(seconds=1), state=LoginState.HELD, label="never in")
    found = logins.of_query(query)
    assert found is not None and found.login == mine
    assert found.facts.verdict == "step_up" and found.facts.percent == 11.92
    assert [weight for _sign, weight in found.facts.signs] == [3000, 3000]


def test_the_case_shows_how_its_borrower_logged_in(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    login(query, query.created_at - dt.timedelta(minutes=1), state=LoginState.REFUSED)
    page = text(enter(officer()).get(at(task)))
    for words in (
        "How the borrower logged in",
        "code by text message",
        "Chrome · Android",
        "ask for a second factor",
        "many wrong codes for this account today",
        "Many wrong codes were entered for your account today.",
        "this login was somebody else's",
    ):
        assert words in page, words


def test_a_query_of_before_logins_were_kept_says_so(query: CreditQuery, now: dt.datetime) -> None:
    Login.objects.all().delete()
    page = text(enter(officer()).get(at(submitted(query, now))))
    assert "Nothing is kept about it." in page


def test_who_worked_on_a_review_is_the_borrowers_own_officer(
    query: CreditQuery, now: dt.datetime
) -> None:
    by, other = officer(), officer("other")
    task = submitted(query, now)
    assert not is_own_officer(by, query.person)
    recommended(task, by, now)
    assert is_own_officer(by, query.person)
    assert not is_own_officer(other, query.person)
    assert is_own_officer(query.person, query.person)


def test_who_only_holds_a_case_is_one_too(query: CreditQuery, now: dt.datetime) -> None:
    by = officer()
    task = submitted(query, now)
    claims.claim(task=task, officer=by, now=now)
    assert is_own_officer(by, query.person)


def test_who_looked_at_a_report_is_one_too(query: CreditQuery, now: dt.datetime) -> None:
    by = officer("risk", Role.RISK_OFFICER)
    assert not logins.handled(by, query.person) and not answered(by, query.person)
    AccessLog.objects.create(
        at=now, actor=by, query=query, action=AccessLog.Action.REVEALED, purpose="a test"
    )
    assert is_own_officer(by, query.person)
