"""The portal's own pages of the admin, where Django looks for them."""

from portal.routing.admin import MaintenanceWindowAdmin, RouteOverrideAdmin, RouteTransitionAdmin
from portal.work.admin import WorkAdmin

__all__ = ["MaintenanceWindowAdmin", "RouteOverrideAdmin", "RouteTransitionAdmin", "WorkAdmin"]
