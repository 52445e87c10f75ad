"""What became of routes, and who said what about them: to be looked at.

Forcing and planning are done on the operations page, which writes the evidence with the row.
"""

from django.contrib import admin

from portal.readonly import ReadOnlyAdmin
from portal.routing.models import MaintenanceWindow, RouteOverride, RouteTransition


@admin.register(RouteTransition)
class RouteTransitionAdmin(ReadOnlyAdmin):
    list_display = ["at", "route", "host", "from_state", "to_state", "reason", "epoch"]
    list_filter = ["to_state", "reason"]
    search_fields = ["route", "host"]
    ordering = ["-at", "-id"]


@admin.register(RouteOverride)
class RouteOverrideAdmin(ReadOnlyAdmin):
    list_display = ["route", "state", "until", "reason", "actor", "created_at", "ended_at"]
    list_filter = ["state"]
    search_fields = ["route"]
    ordering = ["-id"]


@admin.register(MaintenanceWindow)
class MaintenanceWindowAdmin(ReadOnlyAdmin):
    list_display = ["route", "starts_at", "ends_at", "reason", "actor", "cancelled_at"]
    search_fields = ["route"]
    ordering = ["-starts_at", "-id"]
