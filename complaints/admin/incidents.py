"""Incidents and what was measured of them: to be read. The operator's tables are added to."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from complaints.models import (
    Component,
    Incident,
    IncidentImpact,
    IncidentPolicy,
    IncidentSignal,
    IncidentUpdate,
    IncidentWindow,
    PostMortem,
    RegulatorReport,
    ReportingRule,
)
from portal.readonly import OfferedFilters, ReadOnly, ReadOnlyAdmin


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


class Kept(OfferedFilters):
    """What was laid down is not removed: incidents of the past were judged by it."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(IncidentPolicy)
class IncidentPolicyAdmin(Kept):
    """A change is a new version; the newest holds for the incidents that open from then on."""

    list_display = ["version", "adopted_at", "quiet_minutes", "join_minutes", "grace_seconds"]
    ordering = ["-pk"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ReportingRule)
class ReportingRuleAdmin(Kept):
    list_display = ["grade_zh", "minutes", "provinces", "first_minutes", "written_hours", "active"]
    list_filter = ["active"]
