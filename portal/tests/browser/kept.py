"""Logins that many tests share, as long as the session behind them lasts."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

IDLE_SECONDS = 600  # a session ends after 15 idle minutes


@dataclass
class Kept:
    """What logging in brought, by whom, renewed before the session may have ended."""

    known: dict[str, tuple[float, Any]] = field(default_factory=dict)

    def get(self, name: str, enter: Callable[[], Any]) -> Any:
        if name not in self.known or time.monotonic() - self.known[name][0] > IDLE_SECONDS:
            self.known[name] = (time.monotonic(), enter())
        return self.known[name][1]
