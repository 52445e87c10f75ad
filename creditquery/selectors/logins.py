"""How a borrower logged in for a query, for the officers who decide on it; and who looked at it."""

from dataclasses import dataclass

from accounts.models import Login, User
from accounts.selectors import holds
from accounts.states import LoginState
from creditquery.models import AccessLog, CreditQuery


@dataclass(frozen=True, slots=True)
class LoginOfQuery:
    login: Login
    facts: holds.InWords


def of_query(query: CreditQuery) -> LoginOfQuery | None:
    """The login under which the query was begun: the person's last before it that came in, be it
    that its owner said later that it was somebody else's. None for one of before logins were
    kept."""
    rows = Login.objects.filter(
        user=query.person_id,
        state__in=[LoginState.ENTERED, LoginState.REFUSED],
        device__isnull=False,
        created_at__lte=query.created_at,
    )
    login = (
        rows.select_related("user", "first", "second", "device", "hold__proposed_by")
        .select_related("hold__agreed_by")
        .order_by("-created_at")
        .first()
    )
    return LoginOfQuery(login, holds.weighed(login)) if login else None


def handled(officer: User, borrower: User) -> bool:
    """Whether this officer looked at a report of this borrower (accounts/conflicts.py)."""
    return AccessLog.objects.filter(actor=officer, query__person=borrower).exists()
