"""Keys agreed with an entrance: kept while they are good, renewed by one thread for all.

They live in the process. To lose them costs one round trip, and nothing that was agreed is stored.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from creditquery.gateways.inquiry import Access
from portal.deadline import Deadline
from portal.gateway import Unavailable

LONGEST_SECONDS = 86_400
MARGIN_SECONDS = 30
"""A session is replaced this long before it ends, so that none ends under a running call."""


class Session(Protocol):
    @property
    def good_until(self) -> float:
        """On the monotonic clock, the margin already taken off."""
        ...


S = TypeVar("S", bound=Session)


@dataclass(slots=True)
class _Place(Generic[S]):
    opening: threading.Lock = field(default_factory=threading.Lock)
    session: S | None = None
    failures: int = 0
    failure: Unavailable | None = None


class Sessions(Generic[S]):
    """The sessions of one wire format, one for each address and institution."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str, str], _Place[S]] = {}

    def current(self, access: Access, deadline: Deadline, open_: Callable[[], S]) -> S:
        """The good session, or a new one from `open_`; raises Unavailable with `sent=False`.

        Of many threads one opens it. Those that waited meanwhile share its failure: a dead
        entrance must not be tried by each of them in turn.
        """
        place = self._place(access)
        failures = place.failures
        if not place.opening.acquire(timeout=_left(deadline)):
            raise Unavailable("timeout", sent=False)
        try:
            if place.session is not None and place.session.good_until > time.monotonic():
                return place.session
            if place.failure is not None and place.failures != failures:
                raise place.failure
            place.session = open_()
            return place.session
        except Unavailable as error:
            place.failures, place.failure = place.failures + 1, _unsent(error)
            raise place.failure from None
        finally:
            place.opening.release()

    def keep(self, access: Access, session: S) -> None:
        self._place(access).session = session

    def drop(self, access: Access, session: S) -> None:
        """Forget a session that the other side does not know, unless it was replaced meanwhile."""
        place = self._place(access)
        if place.session is session:
            place.session = None

    def _place(self, access: Access) -> _Place[S]:
        return self._places.setdefault((access.channel, access.url, access.institution), _Place())


def _left(deadline: Deadline) -> float:
    try:
        return deadline.left()
    except TimeoutError:
        return 0


def _unsent(error: Unavailable) -> Unavailable:
    """Whatever became of the call that opens a session, no inquiry was in it."""
    if not error.sent:
        return error
    return Unavailable(error.reason, sent=False, vendor_code=error.vendor_code)


def good_for(seconds: int) -> float:
    """`good_until` of a session that lives for so many seconds from now, as the other side says."""
    believed = min(max(seconds, 0), LONGEST_SECONDS)
    return time.monotonic() + max(believed - MARGIN_SECONDS, believed / 2)
