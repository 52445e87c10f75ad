"""The weather at the bureau: what the simulated entrances do, phase after phase."""

from collections.abc import Mapping
from typing import Any

from creditquery.states import Region
from drills.stage import Stage

Fault = Mapping[str, Any]
FINE: Fault = {"mode": "ok"}
REFUSING: Fault = {"mode": "refuse"}
FAILING: Fault = {"mode": "error"}
SILENT: Fault = {"mode": "hang"}
"""Requests are read, and never answered."""
CUT: Fault = {"mode": "cut"}
"""Connections are taken; nothing is read, answered or reset."""


def everywhere(channel: str, fault: Fault) -> dict[str, Fault]:
    return {f"{channel}.{region}": fault for region in Region.values}


class Weather:
    """Remembers what each entrance is meant to do: a cut ends in the weather of its phase."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._meant: dict[str, Fault] = {}

    def change(self, faults: Mapping[str, Fault]) -> None:
        """By entrance (`pboc.east`)."""
        self._meant |= faults
        self._stage.ask("/faults.json", [{"service": name, **faults[name]} for name in faults])

    def cut(self, entrance: str) -> None:
        self._stage.ask("/faults.json", {"service": entrance, **CUT})

    def mend(self, entrance: str) -> None:
        self._stage.ask("/faults.json", {"service": entrance, **self._meant.get(entrance, FINE)})

    def capacity(self, service: str, **values: float) -> None:
        """How many calls a second a channel can do, and how it warms up; 0 lifts the bound."""
        self._stage.ask("/capacity.json", {"service": service, **values})

    def certificate(self, *, days: float) -> None:
        """A new certificate for the entrances over TLS, with so many days left."""
        self._stage.ask("/certificate.json", {"days": days})
