"""Finds the handler of a piece of work, and knows the periodic ones and the gates of lanes.

A handler is a public function of an app's `tasks` module that takes one Claim; its dotted name is
the work's kind. Nothing else is ever looked up from a string of the database.
"""

import datetime as dt
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import apps

from portal.work.claims import Claim

Handler = Callable[[Claim], None]
Gate = Callable[[], bool]


class UnknownHandler(Exception):
    """No app has a handler of this name."""


@dataclass(frozen=True, slots=True)
class Periodic:
    kind: str
    lane: str
    every: dt.timedelta

    def slot(self, now: dt.datetime) -> dt.datetime:
        """Start of the period that `now` is in; periods are counted from 1970 in UTC."""
        epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        return epoch + (now - epoch) // self.every * self.every


_periodic: dict[str, Periodic] = {}
_gates: dict[str, list[Gate]] = {}


def periodic(*, lane: str, every: dt.timedelta) -> Callable[[Handler], Handler]:
    """Decorates a handler that runs once in every period, whether or not a clock process lives.

    The sweeper adds one piece of work a period, so that a run is as durable as any other work.
    """

    def register(handler: Handler) -> Handler:
        kind = f"{handler.__module__}.{handler.__qualname__}"
        _periodic[kind] = Periodic(kind, lane, every)
        return handler

    return register


def gate(*, lane: str) -> Callable[[Gate], Gate]:
    """Decorates a function of a `tasks` module that is asked before anything of a lane is claimed.

    While it says False nothing is: what cannot be done now is not taken up only to be put back.
    Whoever holds a claim goes on. The sweeper's ring asks again within a second.
    """

    def register(asked: Gate) -> Gate:
        _gates.setdefault(lane, []).append(asked)
        return asked

    return register


def is_open(lane: str) -> bool:
    """Whether every gate of a lane lets a claim through."""
    _load()
    return all(asked() for asked in _gates.get(lane, ()))


def periodic_of(lane: str) -> list[Periodic]:
    _load()
    return [entry for entry in _periodic.values() if entry.lane == lane]


def _load() -> None:
    """Import the `tasks` modules: their decorators fill the registers."""
    for module in modules():
        import_module(module)


@cache
def modules() -> list[str]:
    """The `tasks` modules of the installed apps, and what a package of that name holds."""
    found = []
    for config in apps.get_app_configs():
        spec = find_spec(f"{config.name}.tasks")
        if spec is not None:
            inside = iter_modules(spec.submodule_search_locations or ())
            found += [spec.name, *(f"{spec.name}.{module.name}" for module in inside)]
    return found


def find(kind: str) -> Handler:
    """The handler named by `kind`; raises UnknownHandler."""
    module, _, name = kind.rpartition(".")
    if module in modules() and not name.startswith("_"):
        handler = getattr(import_module(module), name, None)
        if inspect.isfunction(handler) and handler.__module__ == module:
            return handler
    raise UnknownHandler(kind)
