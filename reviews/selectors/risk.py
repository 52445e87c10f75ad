"""What is known of how the borrower came in: facts for an officer, no score and no verdict."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max

from accounts.models import Device, LoginChallenge, Ticket, WrongCode
from accounts.states import Purpose
from reviews.models import ReviewTask

SPAN = dt.timedelta(days=30)
WRONG_SPAN = dt.timedelta(days=2)
"""Wrong codes are not kept for longer (accounts.services.retention)."""
FRESH = dt.timedelta(days=1)
"""A browser or an account that appeared so shortly before the case was handed in is marked."""


@dataclass(frozen=True, slots=True)
class Risk:
    """Logins and tickets are of the last 30 days, wrong codes of the last two; `fresh_…` mark what
    began within a day before the case was handed in."""

    joined_at: dt.datetime
    verified_at: dt.datetime | None
    browsers: int
    newest_browser_at: dt.datetime | None
    last_login_at: dt.datetime | None
    logins: int
    wrong_codes: int
    tickets: int
    fresh_account: bool
    fresh_browser: bool


def of_case(task: ReviewTask, now: dt.datetime) -> Risk:
    person = task.person
    browsers = Device.objects.filter(user=person)
    newest = browsers.aggregate(newest=Max("first_seen_at"))["newest"]
    logins = LoginChallenge.objects.filter(
        user=person, purpose=Purpose.LOGIN, used_at__gt=now - SPAN
    )
    account = person.phone_hash or ""
    submitted = task.submitted_at or task.created_at
    just_before = browsers.filter(first_seen_at__gt=submitted - FRESH, first_seen_at__lte=submitted)
    return Risk(
        joined_at=person.joined_at,
        verified_at=person.verified_at,
        browsers=browsers.count(),
        newest_browser_at=newest,
        last_login_at=logins.aggregate(last=Max("used_at"))["last"],
        logins=logins.count(),
        wrong_codes=WrongCode.objects.filter(account_hash=account, at__gt=now - WRONG_SPAN).count(),
        tickets=Ticket.objects.filter(account_hash=account, created_at__gt=now - SPAN).count(),
        fresh_account=submitted - person.joined_at < FRESH,
        fresh_browser=just_before.exists(),
    )
