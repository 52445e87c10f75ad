"""The tables of the portal's leaf parts, where Django looks for them."""

from portal.routing.models import MaintenanceWindow, RouteOverride, RouteTransition
from portal.watch.models import (
    Alarm,
    Certificate,
    Heartbeat,
    LaneMinute,
    ProbeResult,
    RouteMinute,
)
from portal.work.models import Work, WorkEvent
from portal.workdays.models import WorkCalendarDay, WorkdayNotice

__all__ = [
    "Alarm",
    "Certificate",
    "Heartbeat",
    "LaneMinute",
    "MaintenanceWindow",
    "ProbeResult",
    "RouteMinute",
    "RouteOverride",
    "RouteTransition",
    "Work",
    "WorkCalendarDay",
    "WorkEvent",
    "WorkdayNotice",
]
