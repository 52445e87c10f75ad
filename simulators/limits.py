"""A vendor's own limits for one number."""

import threading
from collections import defaultdict, deque
from collections.abc import Sequence

Cap = tuple[float, int, str]
"""Window in seconds, messages, and how the vendor calls it."""
DAY = 86400


class Limits:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: defaultdict[str, deque[float]] = defaultdict(deque)

    def reset(self) -> None:
        with self._lock:
            self._times.clear()

    def bitten(self, number: str, caps: Sequence[Cap], now: float) -> str:
        """How the limit is called that this one exceeds; "" when it was counted."""
        with self._lock:
            times = self._times[number]
            while times and times[0] <= now - DAY:
                times.popleft()
            for window, most, name in caps:
                if sum(at > now - window for at in times) >= most:
                    return name
            times.append(now)
        return ""
