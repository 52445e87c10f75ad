"""What every page for borrowers shows of the state of things."""

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone

from creditquery.selectors import watch


def announcement(request: HttpRequest) -> dict[str, object]:
    """Planned maintenance, when no entrance stays open meanwhile; staff see it among operations."""
    if getattr(getattr(request, "user", None), "is_staff", False):
        return {}
    now = timezone.now()
    try:
        known = watch.announcement(now)
    except DatabaseError:
        return {}  # the page says what it can without
    return {"announcement": known, "announcement_begun": known and known.has_begun(now)}
