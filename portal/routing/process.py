"""What the breaker keeps for one process: who it is, which calls it holds, its two breakers.

A process that holds permits gives a sign of life each second. So the calls of one that was killed
are told apart from calls that hang, and are forgotten.
"""

import logging
import os
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from itertools import count
from random import SystemRandom
from typing import Final

from portal.redis import Gone
from portal.routing.local import LocalBreaker
from portal.routing.shared import SharedBreaker

logger = logging.getLogger(__name__)

PULSE_SECONDS: Final = 1.0
HELD_MOST_SECONDS: Final = 600.0
"""A permit that was not reported for so long never will be."""
HOST_LENGTH: Final = 100
UNREPORTED_MOST: Final = 5000
"""The oldest of more are dropped: Redis forgets them by itself before long."""


def wall_clock() -> int:
    return time.time_ns() // 1_000_000


class Process:
    """`clock` tells milliseconds since 1970, for the time without Redis."""

    def __init__(
        self,
        *,
        host: str,
        shared: Callable[[str], SharedBreaker],
        clock: Callable[[], int] = wall_clock,
    ) -> None:
        self.pid = os.getpid()
        self.host = host.replace("|", "-")[:HOST_LENGTH]  # the bar parts the words of a token
        self.id = f"{self.host}|{self.pid}-{secrets.token_hex(3)}"
        self.clock = clock
        self.shared = shared(self.id)
        self.local = self._new_local()
        self._numbers = count(1)
        self._held: dict[str, float] = {}
        self._unreported: deque[tuple[str, str]] = deque(maxlen=UNREPORTED_MOST)
        self._busy = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def token(self) -> str:
        return f"{self.id}|{next(self._numbers)}"

    def back(self) -> None:
        """Redis answers: the next time without it starts from the rows again."""
        if self.local.used:
            self.local = self._new_local()

    def hold(self, token: str) -> None:
        with self._lock:
            self._held[token] = time.monotonic()
            self._busy.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
                self._thread.start()

    def let_go(self, token: str) -> None:
        self._held.pop(token, None)

    def leave(self, names: Iterable[str], token: str) -> None:
        """Redis may hold a call of ours that nobody will report: take it out when it is back."""
        with self._lock:
            self._unreported.extend((name, token) for name in names)

    def _new_local(self) -> LocalBreaker:
        return LocalBreaker(process=self.id, clock=self.clock, random=SystemRandom().random)

    def _run(self) -> None:
        while True:
            self._busy.wait()
            time.sleep(PULSE_SECONDS)
            try:
                self._beat()
            except Exception:
                logger.exception("the pulse goes on")

    def _beat(self) -> None:
        with self._lock:
            old = time.monotonic() - HELD_MOST_SECONDS
            self._held = {token: since for token, since in self._held.items() if since > old}
            left = list(self._unreported)
            self._unreported.clear()
            if not self._held and not left:
                self._busy.clear()
                return
        try:
            self.shared.pulse(left)
        except Gone:
            with self._lock:
                self._unreported.extendleft(reversed(left))
