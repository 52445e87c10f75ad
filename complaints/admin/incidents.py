"""Incidents and what was measured of them: to be read."""

from django.contrib import admin

from complaints.models import (
    Component,
    Incident,
    IncidentImpact,
    IncidentSignal,
    IncidentUpdate,
    IncidentWindow,
    PostMortem,
    RegulatorReport,
)
from portal.readonly import ReadOnly, ReadOnlyAdmin


@admin.register(Component)
class ComponentAdmin(ReadOnlyAdmin):
    list_display = ["key", "name_zh", "name_en", "routes", "order"]


class WindowInline(ReadOnly, admin.TabularInline):
    model = IncidentWindow
    fields = ["revision", "component", "status", "starts_at", "ends_at"]
    extra = 0
    ordering = ["-revision", "starts_at"]


class UpdateInline(ReadOnly, admin.TabularInline):
    model = IncidentUpdate
    fields = ["at", "state", "text_zh", "text_en", "author"]
    extra = 0
    ordering = ["-at"]


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    list_display = ["number", "kind", "state", "impact", "source", "began_at", "ended_at"]
    list_filter = ["kind", "state", "impact"]
    search_fields = ["number"]
    inlines = [WindowInline, UpdateInline]
    ordering = ["-pk"]


@admin.register(IncidentSignal)
class IncidentSignalAdmin(ReadOnlyAdmin):
    list_display = ["at", "source", "ref", "component", "incident"]
    list_filter = ["source"]
    list_select_related = ["component", "incident"]
    ordering = ["-pk"]


@admin.register(IncidentImpact)
class IncidentImpactAdmin(ReadOnlyAdmin):
    list_display = ["incident", "query", "touched_from", "touched_until", "withdrawn_in"]
    list_select_related = ["incident", "query"]
    search_fields = ["incident__number", "query__request_no"]
    exclude = ["account_hash"]
    ordering = ["-pk"]


@admin.register(PostMortem)
class PostMortemAdmin(ReadOnlyAdmin):
    list_display = ["incident", "version", "state", "author", "approver", "published_at"]
    list_filter = ["state"]
    ordering = ["-pk"]


@admin.register(RegulatorReport)
class RegulatorReportAdmin(ReadOnlyAdmin):
    list_display = ["incident", "kind", "due_at", "reported_at", "reference"]
    ordering = ["-pk"]
