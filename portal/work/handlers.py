"""Finds the handler of a piece of work, and knows the periodic ones.

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

from django.apps import apps

from portal.work.claims import Claim

Handler = Callable[[Claim], None]


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


def periodic(*, lane: str, every: dt.timedelta) -> Callable[[Handler], Handler]:
    """Decorates a handler that runs once in every period, whether or not a clock process lives.

    The sweeper adds one piece of work a period, so that a run is as durable as any other work.
    """

    def register(handler: Handler) -> Handler:
        kind = f"{handler.__module__}.{handler.__qualname__}"
        _periodic[kind] = Periodic(kind, lane, every)
        return handler

    return register


def periodic_of(lane: str) -> list[Periodic]:
    for module in modules():
        import_module(module)
    return [entry for entry in _periodic.values() if entry.lane == lane]


@cache
def modules() -> list[str]:
    """The `tasks` modules of the installed apps (an app that has none is left out)."""
    names = (f"{config.name}.tasks" for config in apps.get_app_configs())
    return [name for name in names if find_spec(name) is not None]


def find(kind: str) -> Handler:
    """The handler named by `kind`; raises UnknownHandler."""
    module, _, name = kind.rpartition(".")
    if module in modules() and not name.startswith("_"):
        handler = getattr(import_module(module), name, None)
        if inspect.isfunction(handler) and handler.__module__ == module:
            return handler
    raise UnknownHandler(kind)
