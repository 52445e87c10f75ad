"""What every page for borrowers shows of an incident that is going on."""

from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest

from complaints.selectors import status


def outage(request: HttpRequest) -> dict[str, object]:
    """The banner; staff see incidents at their desk."""
    user: Any = getattr(request, "user", None)
    try:
        if getattr(user, "is_staff", False):
            return {}
        known = status.outage()
        touched = bool(known and user and user.is_authenticated and status.touches(known, user))
    except DatabaseError:
        return {}  # the page says what it can without
    return {"outage": known, "outage_touches_you": touched}
