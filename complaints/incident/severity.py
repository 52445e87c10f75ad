"""How bad it is: from what was measured to a status, and from statuses to an impact. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from complaints.states.incidents import WORSE, ComponentStatus, Impact

IMPACTS: Mapping[str, str] = {
    ComponentStatus.OPERATIONAL: Impact.NONE,
    ComponentStatus.MAINTENANCE: Impact.NONE,
    ComponentStatus.DEGRADED: Impact.MINOR,
    ComponentStatus.PARTIAL: Impact.MAJOR,
    ComponentStatus.MAJOR: Impact.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One component in one status, [starts_at, ends_at); an open end goes on."""

    component: int
    status: str
    starts_at: dt.datetime
    ends_at: dt.datetime | None = None


def worst(statuses: Iterable[str]) -> str:
    """Operational when there is none."""
    return max(statuses, key=rank, default=ComponentStatus.OPERATIONAL)


def rank(status: str) -> int:
    """The higher the worse."""
    return [str(each) for each in WORSE].index(status)


def impact(statuses: Iterable[str]) -> str:
    """As Statuspage reckons it: of the worst status."""
    return IMPACTS[worst(statuses)]


def of_routes(usable: Mapping[str, bool]) -> str:
    """By route name, `channel.entrance`: none left is a major outage, a whole channel away a
    partial one. Without any route nobody can tell: operational."""
    if all(usable.values()):
        return ComponentStatus.OPERATIONAL
    if not any(usable.values()):
        return ComponentStatus.MAJOR
    channels = {name.partition(".")[0] for name in usable}
    left = {name.partition(".")[0] for name, serves in usable.items() if serves}
    return ComponentStatus.PARTIAL if channels - left else ComponentStatus.DEGRADED


def of_share(failed: int, total: int, *, degraded: int, partial: int) -> str:
    """By the share that failed; the thresholds are percent, from which on it is so."""
    if not total or 100 * failed < degraded * total:
        return ComponentStatus.OPERATIONAL
    if failed == total:
        return ComponentStatus.MAJOR
    if 100 * failed >= partial * total:
        return ComponentStatus.PARTIAL
    return ComponentStatus.DEGRADED


def flattened(pieces: Sequence[Piece]) -> list[Piece]:
    """The same times without overlap: where pieces of a component overlap, the worst counts, and
    what follows at once in the same status is one piece."""
    flat: list[Piece] = []
    for component in sorted({piece.component for piece in pieces}):
        own = [piece for piece in pieces if piece.component == component]
        for starts_at, ends_at in pairwise(_boundaries(own)):
            status = worst(p.status for p in own if _covers(p, starts_at))
            last = flat[-1] if flat else None
            if status == ComponentStatus.OPERATIONAL:
                continue
            if last and (last.component, last.status, last.ends_at) == (
                component,
                status,
                starts_at,
            ):
                flat[-1] = Piece(component, status, last.starts_at, ends_at)
            else:
                flat.append(Piece(component, status, starts_at, ends_at))  # type: ignore[arg-type]
    return flat


def _boundaries(pieces: Sequence[Piece]) -> list[dt.datetime | None]:
    """Every moment at which a piece begins or ends, in order; None last when one goes on."""
    moments = {moment for p in pieces for moment in (p.starts_at, p.ends_at) if moment is not None}
    goes_on = any(p.ends_at is None for p in pieces)
    return [*sorted(moments), *([None] if goes_on else [])]


def _covers(piece: Piece, moment: dt.datetime | None) -> bool:
    assert moment is not None
    return piece.starts_at <= moment and (piece.ends_at is None or moment < piece.ends_at)
