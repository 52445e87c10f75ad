"""Extensions in the admin: read, the sealed words closed; a policy is added, never changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from complaints.models import DeadlineExtension, ExtensionBatch, ExtensionPolicy
from creditquery.admin.queries import Sealed
from portal.readonly import OfferedFilters, ReadOnlyAdmin


@admin.register(DeadlineExtension)
class DeadlineExtensionAdmin(Sealed):
    sealed = ("reason", "answer")
    list_display = ["number", "institution", "state", "answer_by", "until", "provisional"]
    list_filter = ["state", "provisional"]
    list_select_related = ["institution"]
    exclude = ["reason", "answer"]
    ordering = ["-pk"]


@admin.register(ExtensionBatch)
class ExtensionBatchAdmin(ReadOnlyAdmin):
    list_display = ["incident", "institution", "by", "asked_at", "wanted", "accepted", "done_at"]


@admin.register(ExtensionPolicy)
class ExtensionPolicyAdmin(OfferedFilters):
    """Each request keeps the version it was made under, so that none may be rewritten."""

    list_display = ["version", "days", "cap_days", "answer_days", "auto_ask", "effective_from"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
