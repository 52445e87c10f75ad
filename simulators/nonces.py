"""Numbers used once: the replay guard of every signed protocol here."""

import threading
from collections import OrderedDict


class Nonces:
    """Remembers each nonce for `seconds`; older ones are refused by their timestamp anyway."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def first(self, nonce: str, now: float) -> bool:
        """True for the first use of a nonce."""
        with self._lock:
            while self._seen and next(iter(self._seen.values())) < now - self._seconds:
                self._seen.popitem(last=False)
            if nonce in self._seen:
                return False
            self._seen[nonce] = now
            return True

    def clear(self) -> None:
        with self._lock:
            self._seen.clear()
