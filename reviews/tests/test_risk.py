"""What an officer is told about how the borrower came in: counts that are true, and marks on what
appeared just before the case."""

import datetime as dt

import pytest

from accounts.models import Device, LoginChallenge, Ticket, User, WrongCode
from accounts.services import retention
from accounts.states import Purpose
from creditquery.models import CreditQuery
from reviews.selectors import risk
from reviews.tests.officers import DAY, officer, submitted

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def browser(person: User, at: dt.datetime) -> None:
    Device.objects.create(
        user=person, token_hash=at.isoformat(), label="Chrome", first_seen_at=at, last_seen_at=at
    )


def grown_up(query: CreditQuery, now: dt.datetime) -> User:
    """Somebody whose account is a year old."""
    User.objects.filter(pk=query.person_id).update(joined_at=now - 365 * DAY)
    query.refresh_from_db()
    return query.person


@pytest.mark.parametrize(
    ("seen", "marked"),
    [(-25 * HOUR, False), (-23 * HOUR, True), (dt.timedelta(0), True), (HOUR, False)],
)
def test_a_browser_that_came_just_before_the_case_is_marked(
    query: CreditQuery, now: dt.datetime, seen: dt.timedelta, marked: bool
) -> None:
    person = grown_up(query, now)
    browser(person, now + seen)
    assert risk.of_case(submitted(query, now), now).fresh_browser is marked


def test_a_later_browser_hides_none(query: CreditQuery, now: dt.datetime) -> None:
    person = grown_up(query, now)
    for at in (now - HOUR, now + 3 * DAY):
        browser(person, at)
    found = risk.of_case(submitted(query, now), now + 4 * DAY)
    assert (found.browsers, found.newest_browser_at) == (2, now + 3 * DAY)
    assert found.fresh_browser is True


@pytest.mark.parametrize(("age", "marked"), [(23 * HOUR, True), (25 * HOUR, False)])
def test_an_account_that_is_new_with_its_case_is_marked(
    query: CreditQuery, now: dt.datetime, age: dt.timedelta, marked: bool
) -> None:
    User.objects.filter(pk=query.person_id).update(joined_at=now - age)
    query.refresh_from_db()
    assert risk.of_case(submitted(query, now), now).fresh_account is marked


def test_counts_are_of_their_days(query: CreditQuery, now: dt.datetime) -> None:
    person = grown_up(query, now)
    account = person.phone_hash or ""
    by = officer("service-line")
    for days in (1, 29, 31):
        at = now - days * DAY
        LoginChallenge.objects.create(
            purpose=Purpose.LOGIN,
            user=person,
            address="13800000001",
            created_at=at,
            sent_at=at,
            expires_at=at,
            stops_at=at,
            used_at=at,
        )
        Ticket.objects.create(
            word_hash=str(days),
            account_hash=account,
            reason="x",
            issued_by=by,
            created_at=at,
            expires_at=now,
        )
    for days in (1, 3):
        WrongCode.objects.create(account_hash=account, at=now - days * DAY)
    WrongCode.objects.create(account_hash="somebody else", at=now)
    found = risk.of_case(submitted(query, now), now)
    assert (found.logins, found.tickets, found.wrong_codes) == (2, 2, 1)
    assert found.last_login_at == now - DAY


def test_nothing_is_counted_for_longer_than_it_is_kept() -> None:
    assert risk.WRONG_SPAN <= retention.BUDGETS_KEPT
    assert risk.SPAN <= retention.CHALLENGES_KEPT
