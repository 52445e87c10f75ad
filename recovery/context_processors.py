"""What the account's page shows of recoveries: apps to the left cannot import this one."""

from typing import Any

from django.http import HttpRequest

from recovery.models import RecoveryTicket
from recovery.selectors import tickets


class Recoveries:
    """Asked for only where a page shows them: {% for ticket in recoveries.open %}."""

    def __init__(self, user: Any) -> None:
        self.user = user

    def open(self) -> list[RecoveryTicket]:
        return list(tickets.open_of(self.user))


def recoveries(request: HttpRequest) -> dict[str, object]:
    user: Any = getattr(request, "user", None)
    return {"recoveries": Recoveries(user)} if getattr(user, "is_borrower", False) else {}
