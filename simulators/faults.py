"""The switches: which service is out of order, how, and how often."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Default of `seconds`, by mode; 0 where the mode has no use for it.
SECONDS = {
    "ok": 0.0,
    "slow": 5.0,  # before the effect and the answer
    "drip": 1.0,  # between two bytes
    "hang": 120.0,  # until the connection is closed without an answer
    "cut": 600.0,  # until the connection is given up
    "error": 0.0,
    "busy": 5.0,  # told as the time to come back after, as in the next two
    "throttle": 5.0,
    "maintenance": 60.0,
    "suspended": 0.0,
    "skewed": 400.0,  # how far this clock is ahead
    "refuse": 0.0,
    "garbage": 0.0,
    "forged": 0.0,
    "effect_then_timeout": 120.0,  # until the connection is closed without an answer
    "late_effect": 45.0,  # until the effect; longer than any client waits
    "wrong_person": 0.0,
    "wrong_number": 0.0,
    "impossible_dates": 0.0,
    "duplicate": 0.0,
    "undelivered": 0.0,
    "late_receipt": 60.0,  # more than usual, until the receipt
    "lost": 0.0,
    "replayed": 0.0,
    "stale": 3600.0,  # how old the message says it is
    "reordered": 0.0,
    "oversized": 0.0,
}
# These spoil only calls that do something; sessions, questions and probes stay honest.
EFFECT_MODES = frozenset(
    {
        "forged", "effect_then_timeout", "late_effect", "duplicate",
        "wrong_person", "wrong_number", "impossible_dates", "undelivered", "late_receipt",
    }
)  # fmt: skip
# These look at the number, so that they can be switched on for one carrier alone.
CARRIER_MODES = frozenset({"undelivered", "late_receipt"})
CARRIERS = ("", "mobile", "unicom", "telecom")
# Nothing is done: the answer is what this service says at its door.
DOOR_MODES = frozenset({"error", "busy", "throttle", "maintenance", "suspended"})

_MAIL = (
    "ok", "slow", "drip", "hang", "error", "refuse", "garbage", "effect_then_timeout",
    "late_effect", "duplicate",
)  # fmt: skip
_IDENTITY = (*_MAIL, "cut", "busy")
_SMS = (*_IDENTITY, "forged", "undelivered", "late_receipt")
_VOICE = (*_IDENTITY, "undelivered", "late_receipt")
_BUREAU = (
    *_IDENTITY, "forged", "throttle", "maintenance", "suspended", "skewed", "wrong_person",
    "wrong_number", "impossible_dates",
)  # fmt: skip
_CALLBACK = (
    "ok", "slow", "lost", "forged", "replayed", "stale", "reordered", "oversized", "wrong_person",
)  # fmt: skip

REGIONS = ("east", "south", "southwest")
PBOC, BANK, BLIND = (
    tuple(f"{channel}.{region}" for region in REGIONS) for channel in ("pboc", "bank", "blind")
)
MODES = {
    **dict.fromkeys((*PBOC, *BANK), _BUREAU),
    "bank.callback": _CALLBACK,
    **dict.fromkeys(BLIND, _BUREAU),
    "aliyun": _SMS,
    "aliyun.voice": _VOICE,
    "tencent": _IDENTITY,
    "tencent.sms": _SMS,
    "tencent.voice": _VOICE,
    "email": _MAIL,
}
SERVICES = tuple(MODES)
GROUPS = {
    "pboc": PBOC,
    "bank": BANK,
    "blind": BLIND,
    "bureau": (*PBOC, *BANK, *BLIND),
    "aliyun.sms": ("aliyun",),
    "tencent.identity": ("tencent",),
    "sms": ("aliyun", "tencent.sms"),
    "voice": ("aliyun.voice", "tencent.voice"),
    "all": SERVICES,
}


class BadSwitch(ValueError):
    """A switch that does not exist; the text says which do."""


@dataclass(frozen=True)
class Fault:
    mode: str
    seconds: float
    carrier: str = ""  # "" is every carrier


@dataclass(frozen=True)
class Switch:
    """One service's setting. `until` is a monotonic time; None means until changed."""

    service: str
    mode: str = "ok"
    rate: float = 1.0
    seconds: float = 0.0
    until: float | None = None
    carrier: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "mode": self.mode,
            "rate": self.rate,
            "seconds": self.seconds,
        }


def modes(service: str) -> list[str]:
    """What a service can be switched to, in the order of `SECONDS`."""
    return [mode for mode in SECONDS if mode in MODES[service]]


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

        Of a group, those change that have the mode. `for` (seconds) is optional: afterwards the
        service is well again by itself.
        """
        if not isinstance(wish, dict):
            raise BadSwitch("a switch is an object with service and mode")
        mode = wish.get("mode", "ok")
        names = _names(wish.get("service"), mode)
        rate = _number(wish, "rate", 1.0, 1.0)
        seconds = _number(wish, "seconds", SECONDS[mode], 86400.0)
        lasting = _number(wish, "for", 0.0, 86400.0)
        carrier = wish.get("carrier") or ""
        if carrier not in CARRIERS or (carrier and mode not in CARRIER_MODES):
            raise BadSwitch("carrier is mobile, unicom or telecom, with undelivered, late_receipt")
        until = self._clock() + lasting if lasting else None
        with self._lock:
            for name in names:
                self._switches[name] = Switch(name, mode, rate, seconds, until, carrier)

    def reset(self) -> None:
        with self._lock:
            self._switches = {name: Switch(name) for name in SERVICES}

    def draw(self, service: str, has_effect: bool = True) -> Fault | None:
        """The fault that this one call meets, or None."""
        switch = self._current(service)
        if switch.mode == "ok" or (switch.mode in EFFECT_MODES and not has_effect):
            return None
        if switch.rate < 1 and self._chance() >= switch.rate:
            return None
        return Fault(switch.mode, switch.seconds, switch.carrier)

    def _current(self, service: str) -> Switch:
        switch = self._switches[service]
        if switch.until is not None and self._clock() >= switch.until:
            return Switch(service)
        return switch


def _names(service: Any, mode: Any) -> tuple[str, ...]:
    if not isinstance(service, str) or service not in (*SERVICES, *GROUPS):
        raise BadSwitch(f"service is one of {', '.join((*SERVICES, *GROUPS))}")
    if mode not in SECONDS:
        raise BadSwitch(f"mode is one of {', '.join(SECONDS)}")
    members = GROUPS.get(service, (service,))
    names = tuple(name for name in members if mode in MODES[name])
    if not names:
        raise BadSwitch(f"{service} does not know {mode}; it has {', '.join(modes(members[0]))}")
    return names


def _number(wish: dict[str, Any], name: str, default: float, most: float) -> float:
    value = wish.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadSwitch(f"{name} is a number from 0 to {most:g}")
    return float(value)
