"""Clocks in the admin; complaints themselves are only on /desk/complaints/, where each
look is on record and nobody biased sees a thing."""

from django.contrib import admin

from complaints.models import Clock
from portal.readonly import ReadOnlyAdmin


@admin.register(Clock)
class ClockAdmin(ReadOnlyAdmin):
    list_display = ["complaint", "kind", "state", "start", "due", "provisional", "policy"]
    list_filter = ["kind", "state", "provisional"]
    list_select_related = ["complaint"]
    ordering = ["-due_at"]
