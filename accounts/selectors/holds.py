"""Reading held logins: the browser's own, the desk's list, and who handled a borrower before."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.codes import hashed
from accounts.models import Hold, Login, Ticket, User
from accounts.risks import weighing, words
from accounts.selectors import risk
from accounts.states import LoginState, Verdict

RECENT = dt.timedelta(days=30)
RELEASED_FOR = dt.timedelta(hours=24)
"""In which the browser that was held has to come back: its proof grows old."""


def mine(token: str) -> Hold | None:
    """The hold of the browser that has this token."""
    if not token:
        return None
    return Hold.objects.select_related("login__user").filter(token_hash=hashed(token)).first()


def waiting() -> QuerySet[Hold]:
    """What officers have to decide, the oldest first; nothing sealed of the hold is opened."""
    return (
        Hold.objects.filter(login__state=LoginState.HELD)
        .select_related("login__user", "proposed_by")
        .defer("said", "note")
        .order_by("opened_at", "pk")
    )


def settled(*, now: dt.datetime) -> QuerySet[Hold]:
    rows = Hold.objects.filter(login__settled_at__gt=now - RECENT)
    return (
        rows.exclude(login__state=LoginState.HELD)
        .select_related("login__user", "proposed_by", "agreed_by")
        .defer("said", "note")
        .order_by("-login__settled_at")
    )


def goes_on_until(hold: Hold) -> dt.datetime | None:
    """Until when the browser of a released login can go on."""
    settled = hold.login.settled_at
    if settled is None or hold.login.state != LoginState.RELEASED:
        return None
    return settled + RELEASED_FOR


@dataclass(frozen=True, slots=True)
class InWords:
    """A login as officers read it: what the policy said then, how likely it was somebody else's
    (per cent), and each sign with its weight."""

    verdict: Verdict
    percent: float
    signs: list[tuple[str, int]]


def weighed(login: Login) -> InWords:
    policy = risk.levels(login.policy_version)
    return InWords(
        verdict=weighing.verdict(login.score, policy),
        percent=round(100 * weighing.chance(login.score), 2),
        signs=words.for_officers(login.reasons),
    )


def handled(officer: User, borrower: User) -> bool:
    """Whether this officer issued this borrower a ticket (accounts/conflicts.py)."""
    return Ticket.objects.filter(issued_by=officer, account_hash=borrower.phone_hash).exists()
