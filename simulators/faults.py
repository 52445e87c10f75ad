"""The switches: which service is out of order, how, and how often."""

import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

PBOC = ("pboc.east", "pboc.south", "pboc.southwest")
SERVICES = (*PBOC, "aliyun", "tencent", "email")
GROUPS = {"pboc": PBOC, "all": SERVICES}

# Default of `seconds`, by mode; 0 where the mode has no use for it.
SECONDS = {
    "ok": 0.0,
    "slow": 5.0,  # before the answer
    "drip": 1.0,  # between two bytes
    "hang": 120.0,  # until the connection is closed without an answer
    "error": 0.0,
    "busy": 0.0,
    "refuse": 0.0,
    "garbage": 0.0,
    "forged": 0.0,
    "effect_then_timeout": 120.0,  # until the connection is closed without an answer
    "late_effect": 45.0,  # until the effect; longer than any client waits
    "wrong_person": 0.0,
    "duplicate": 0.0,
}
# These spoil only calls that do something; sessions, questions and probes stay honest.
EFFECT_MODES = frozenset(
    {"forged", "effect_then_timeout", "late_effect", "wrong_person", "duplicate"}
)
# Tencent's answers and SMTP's carry no signature and no person; SMTP's error is its busy.
SENSELESS = {
    ("tencent", "forged"),
    ("tencent", "wrong_person"),
    ("aliyun", "wrong_person"),
    ("email", "forged"),
    ("email", "wrong_person"),
    ("email", "busy"),
}


class BadSwitch(ValueError):
    """A switch that does not exist; the text says which do."""


@dataclass(frozen=True)
class Fault:
    mode: str
    seconds: float


@dataclass(frozen=True)
class Switch:
    """One service's setting. `until` is a monotonic time; None means until changed."""

    service: str
    mode: str = "ok"
    rate: float = 1.0
    seconds: float = 0.0
    until: float | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "mode": self.mode,
            "rate": self.rate,
            "seconds": self.seconds,
        }


def modes(service: str) -> list[str]:
    return [mode for mode in SECONDS if (service, mode) not in SENSELESS]


class Switchboard:
    def __init__(
        self,
        chance: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chance = chance
        self._clock = clock
        self._lock = threading.Lock()
        self._switches = {name: Switch(name) for name in SERVICES}

    def all(self) -> list[Switch]:
        return [self._current(name) for name in SERVICES]

    def set(self, wish: Any) -> None:
        """Set from `{"service", "mode", "rate", "seconds", "for"}`; `BadSwitch` when it is none.

        `for` (seconds) is optional: afterwards the service is well again by itself.
        """
        if not isinstance(wish, dict):
            raise BadSwitch("a switch is an object with service and mode")
        mode = wish.get("mode", "ok")
        names = _names(wish.get("service"))
        _check_mode(names, mode)
        rate = _number(wish, "rate", 1.0, 1.0)
        seconds = _number(wish, "seconds", SECONDS[mode], 86400.0)
        lasting = _number(wish, "for", 0.0, 86400.0)
        until = self._clock() + lasting if lasting else None
        with self._lock:
            for name in names:
                self._switches[name] = Switch(name, mode, rate, seconds, until)

    def reset(self) -> None:
        with self._lock:
            self._switches = {name: Switch(name) for name in SERVICES}

    def draw(self, service: str, has_effect: bool) -> Fault | None:
        """The fault that this one call meets, or None."""
        switch = self._current(service)
        if switch.mode == "ok" or (switch.mode in EFFECT_MODES and not has_effect):
            return None
        if switch.rate < 1 and self._chance() >= switch.rate:
            return None
        return Fault(switch.mode, switch.seconds)

    def _current(self, service: str) -> Switch:
        switch = self._switches[service]
        if switch.until is not None and self._clock() >= switch.until:
            return Switch(service)
        return switch


def _names(service: Any) -> tuple[str, ...]:
    if service in SERVICES:
        return (service,)
    if isinstance(service, str) and service in GROUPS:
        return GROUPS[service]
    raise BadSwitch(f"service is one of {', '.join((*SERVICES, *GROUPS))}")


def _check_mode(names: Iterable[str], mode: Any) -> None:
    if mode not in SECONDS:
        raise BadSwitch(f"mode is one of {', '.join(SECONDS)}")
    for name in names:
        if (name, mode) in SENSELESS:
            raise BadSwitch(f"{mode} makes no sense for {name}; it has {', '.join(modes(name))}")


def _number(wish: dict[str, Any], name: str, default: float, most: float) -> float:
    value = wish.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadSwitch(f"{name} is a number from 0 to {most:g}")
    return float(value)
