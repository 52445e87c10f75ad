"""The portal's own pages of the admin, where Django looks for them."""

from portal.routing.admin import MaintenanceWindowAdmin, RouteOverrideAdmin, RouteTransitionAdmin
from portal.watch.admin import AlarmAdmin, CertificateAdmin, HeartbeatAdmin, ProbeResultAdmin
from portal.work.admin import WorkAdmin
from portal.workdays.admin import WorkCalendarDayAdmin, WorkdayNoticeAdmin

__all__ = [
    "AlarmAdmin",
    "CertificateAdmin",
    "HeartbeatAdmin",
    "MaintenanceWindowAdmin",
    "ProbeResultAdmin",
    "RouteOverrideAdmin",
    "RouteTransitionAdmin",
    "WorkAdmin",
    "WorkCalendarDayAdmin",
    "WorkdayNoticeAdmin",
]
