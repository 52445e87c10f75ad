"""What the public status page says, as plain values, and the sums on it.

No borrower is in it, not even as a number: of few people touched, a number tells who.
"""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from complaints.incident.spans import Span
from complaints.states.incidents import (
    INCIDENT_OPEN,
    MAINTENANCE_RUNNING,
    ComponentStatus,
    Impact,
    IncidentKind,
    IncidentState,
)
from portal.beijing import day_of, midnight

DAYS = 90
DAY_SECONDS = 86_400
TONES = {
    ComponentStatus.OPERATIONAL: "good",
    ComponentStatus.MAINTENANCE: "",
    ComponentStatus.DEGRADED: "caution",
    ComponentStatus.PARTIAL: "caution",
    ComponentStatus.MAJOR: "bad",
}
"""How the tag of a status looks; its word says the same."""


def said_in(zh: str, en: str) -> str:
    """What is kept in both languages, in the present one."""
    return en if get_language() == "en" else zh


@dataclass(frozen=True, slots=True)
class Part:
    """A component now, and its seconds down on each of the last DAYS days, the oldest first."""

    key: str
    name_zh: str
    name_en: str
    status: ComponentStatus
    since: dt.datetime | None
    first_day: dt.date
    down: tuple[int, ...]

    @property
    def name(self) -> str:
        return said_in(self.name_zh, self.name_en)

    @property
    def tone(self) -> str:
        return TONES[self.status]

    @property
    def is_fine(self) -> bool:
        return self.status == ComponentStatus.OPERATIONAL

    @property
    def minutes(self) -> tuple[int, ...]:
        """Of each day, begun minutes counted whole."""
        return tuple(math.ceil(seconds / 60) for seconds in self.down)

    @property
    def minutes_down(self) -> int:
        return math.ceil(sum(self.down) / 60)

    @property
    def uptime(self) -> str:
        """Per cent of the time, cut off after three digits: it never reads better than it was."""
        whole = len(self.down) * DAY_SECONDS
        thousandths = (whole - sum(self.down)) * 100_000 // whole
        return f"{thousandths // 1000}.{thousandths % 1000:03d}"

    def days(self) -> list[tuple[dt.date, int]]:
        return [(self.first_day + dt.timedelta(n), m) for n, m in enumerate(self.minutes)]


@dataclass(frozen=True, slots=True)
class Word:
    """One update. `corrects` is when what it puts right was said."""

    at: dt.datetime
    state: IncidentState
    text_zh: str
    text_en: str
    corrects: dt.datetime | None = None
    is_corrected: bool = False

    @property
    def anchor(self) -> str:
        return f"{self.at:%Y%m%d%H%M%S}-{self.state}"

    @property
    def text(self) -> str:
        return said_in(self.text_zh, self.text_en)


@dataclass(frozen=True, slots=True)
class Event:
    """An incident or a maintenance; `words` are its updates, the newest first."""

    number: str
    kind: IncidentKind
    state: IncidentState
    impact: Impact
    title_zh: str
    title_en: str
    began_at: dt.datetime
    ended_at: dt.datetime | None
    parts: tuple[tuple[str, str, str], ...]
    words: tuple[Word, ...]

    @property
    def title(self) -> str:
        return said_in(self.title_zh, self.title_en)

    @property
    def is_maintenance(self) -> bool:
        return self.kind == IncidentKind.MAINTENANCE

    @property
    def is_open(self) -> bool:
        return self.state in INCIDENT_OPEN | MAINTENANCE_RUNNING

    @property
    def is_planned(self) -> bool:
        return self.state == IncidentState.SCHEDULED

    @property
    def part_names(self) -> list[str]:
        return [said_in(zh, en) for _, zh, en in self.parts]


@dataclass(frozen=True, slots=True)
class Board:
    """All of it, as it was at one moment. `past` holds the last DAYS days, the newest first."""

    at: dt.datetime
    parts: tuple[Part, ...]
    open: tuple[Event, ...]
    planned: tuple[Event, ...]
    past: tuple[Event, ...]

    @property
    def events(self) -> tuple[Event, ...]:
        return (*self.open, *self.planned, *self.past)

    @property
    def troubled(self) -> list[Part]:
        return [part for part in self.parts if not part.is_fine]

    @property
    def indicator(self) -> str:
        """The word of Statuspage for the whole."""
        statuses = {part.status for part in self.parts}
        if ComponentStatus.MAJOR in statuses:
            return "critical" if len(statuses) == 1 else "major"
        if statuses & {ComponentStatus.PARTIAL, ComponentStatus.DEGRADED}:
            return "minor"
        return "maintenance" if ComponentStatus.MAINTENANCE in statuses else "none"


def first_day(now: dt.datetime) -> dt.date:
    """The oldest of the DAYS days that end with today, in Beijing."""
    return day_of(now) - dt.timedelta(DAYS - 1)


def seconds_by_day(spans: Iterable[Span], *, first: dt.date, days: int = DAYS) -> tuple[int, ...]:
    """Whole seconds of merged spans on each day in Beijing, which has no summer time."""
    begin, sums = midnight(first), [0] * days
    for start, end in spans:
        since, until = ((at - begin).total_seconds() for at in (start, end))
        since, until = max(since, 0), min(until, days * DAY_SECONDS)
        while since < until:
            day = int(since // DAY_SECONDS)
            upto = min(until, (day + 1) * DAY_SECONDS)
            sums[day] += round(upto - since)
            since = upto
    return tuple(sums)


def current(
    windows: Sequence[tuple[ComponentStatus, dt.datetime]], order: Sequence[ComponentStatus]
) -> tuple[ComponentStatus, dt.datetime | None]:
    """The worst status that holds now, and since when."""
    if not windows:
        return ComponentStatus.OPERATIONAL, None
    worst = max((status for status, _ in windows), key=order.index)
    return worst, min(since for status, since in windows if status == worst)
