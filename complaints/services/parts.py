"""What is due to many thousand people is done in parts: ranges of keys, each a piece of work.

A part is one transaction, in which its work ends: it is done once, whoever is killed meanwhile.
Workers go through the parts side by side, and a part whose worker died is all that waits for its
lease to run out. They have the backlog's priority: no probe waits behind thousands of letters.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Self

from django.db.models import Case, F, Value, When

from complaints.models import FollowUp, Incident
from portal.work import services as work
from portal.work.claims import Claim
from portal.work.states import Lane, Priority, WorkState

SIZE: Final = 500
"""Rows of a part: at half a millisecond each it ends long before its lease, even on a busy host."""
LAST: Final = 2**63 - 1
"""As `until`: to the end."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows with a key above `after`, up to `until`, of what `of` is the key of."""

    of: int
    after: int = 0
    until: int = LAST

    @classmethod
    def read(cls, subject: str) -> Self:
        """From the subject of a piece of work."""
        return cls(*map(int, subject.split("/")))

    def __str__(self) -> str:
        return f"{self.of}/{self.after}/{self.until}"


Act = Callable[[Incident, Part], int | None]
"""Something done for a part of an incident."""


def cut(of: int, *, keys: Sequence[int], size: int = SIZE) -> list[Part]:
    """The parts that hold these keys, which are in order; none where there are none."""
    if not keys:
        return []
    ends = [*keys[size - 1 : -1 : size], keys[-1]]
    return [Part(of, after, until) for after, until in pairwise([keys[0] - 1, *ends])]


def add(
    *, kind: str, parts: Sequence[Part], now: dt.datetime, priority: int = Priority.BACKLOG
) -> None:
    """A piece of work for each, in the caller's transaction."""
    for part in parts:
        work.add(kind=kind, subject=str(part), lane=Lane.UPKEEP, now=now, priority=priority)


# --- Of what follows from an incident -------------------------------------------------------


def follow(*, incident: Incident, kind: str, keys: Sequence[int], now: dt.datetime) -> None:
    """Order that `kind` is brought up to date for the impacts with these keys, side by side."""
    _follow(incident, kind, cut(0, keys=keys), now, Priority.BACKLOG)


def relay(*, incident: Incident, kind: str, keys: Sequence[int], now: dt.datetime) -> None:
    """Order the same for people with these keys, one step after the other (`perform`): for what has
    to wait for one row anyway, and would only keep threads waiting side by side."""
    _follow(incident, kind, cut(0, keys=keys, size=max(len(keys), 1)), now, Priority.FRESH)


def _follow(
    incident: Incident, kind: str, ranges: Sequence[Part], now: dt.datetime, priority: int
) -> None:
    if not ranges:
        return
    ordered = FollowUp.objects.create(
        incident=incident,
        kind=kind,
        revision=incident.revision,
        parts=len(ranges),
        left=len(ranges),
        ordered_at=now,
    )
    made = [replace(part, of=ordered.pk) for part in ranges]
    add(kind=kind, parts=made, now=now, priority=priority)


def perform(claim: Claim, *, act: Act, now: dt.datetime) -> None:
    """One transaction for `act`, the end of its work, and the count of what is left.

    What `act` returns is the key after which the rest of the part is a piece of work of its own.
    A part about times that were corrected meanwhile is left to the follow-up of the new ones, or
    holders would hear of two corrections.
    """
    part, reached = Part.read(claim.subject), None
    with work.ending(claim, to=WorkState.DONE, now=now):
        ordered = FollowUp.objects.select_related("incident").get(pk=part.of)
        if ordered.revision == ordered.incident.revision:
            reached = act(ordered.incident, part)
        if reached is not None:
            rest = replace(part, after=reached)
            add(kind=claim.kind, parts=[rest], now=now, priority=Priority.FRESH)
        else:
            # The last statement: everybody else's count waits until this one is committed.
            FollowUp.objects.filter(pk=part.of).update(
                left=F("left") - 1, done_at=Case(When(left=1, then=Value(now)))
            )
