"""How a browser keeps its request: number and secret word in a cookie, because nobody who asks is
logged in. Lost with the browser, it is found again by number and word."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from recovery.models import RecoveryTicket
from recovery.selectors import tickets as selectors

COOKIE: Final = "__Host-recovery" if settings.PRODUCTION else "recovery"
DAYS: Final = 60


def keep(response: HttpResponse, number: str, word: str) -> None:
    response.set_cookie(
        COOKIE,
        f"{number}.{word}",
        max_age=DAYS * 86400,
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )


def kept(request: HttpRequest) -> tuple[RecoveryTicket | None, str]:
    """The request of this browser and its word."""
    number, _, word = request.COOKIES.get(COOKIE, "")[:80].partition(".")
    if not number or not word:
        return None, ""
    return selectors.by_word(number=number, word=word), word


def mine(request: HttpRequest, number: str) -> tuple[RecoveryTicket | None, str]:
    """As `kept`, if it is the one of this address."""
    ticket, word = kept(request)
    return (ticket, word) if ticket is not None and ticket.number == number else (None, "")
