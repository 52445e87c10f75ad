"""The operator's own tables: an administrator adds to them, each row with its evidence; what was
laid down is not removed, for the past was judged by it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from complaints.models import ExtensionPolicy, IncidentPolicy, ReportingRule, ServicePolicy
from complaints.services import policies
from portal.readonly import OfferedFilters


class Kept(OfferedFilters):
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        policies.keep(obj, by=request.user, now=timezone.now())


class Versions(Kept):
    """A change is a new version: what began under an older one keeps it. The database refuses to
    rewrite one, too."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ServicePolicy)
class ServicePolicyAdmin(Versions):
    list_display = [
        "version",
        "service_days",
        "notice_days",
        "review_window_days",
        "effective_from",
    ]
    ordering = ["-effective_from"]


@admin.register(ExtensionPolicy)
class ExtensionPolicyAdmin(Versions):
    list_display = ["version", "days", "cap_days", "answer_days", "auto_ask", "effective_from"]


@admin.register(IncidentPolicy)
class IncidentPolicyAdmin(Versions):
    """The newest holds for the incidents that open from then on."""

    list_display = ["version", "adopted_at", "quiet_minutes", "join_minutes", "grace_seconds"]
    ordering = ["-pk"]


@admin.register(ReportingRule)
class ReportingRuleAdmin(Kept):
    list_display = ["grade_zh", "minutes", "provinces", "first_minutes", "written_hours", "active"]
    list_filter = ["active"]
