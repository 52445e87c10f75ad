"""Lenders' users and shared reports in the admin, read; lenders' mailboxes, kept."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from creditquery.models import InstitutionContact, Membership, ReportShare
from portal.readonly import OfferedFilters, ReadOnlyAdmin


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Invited and removed on the lender's own page (/staff/lenders/)."""

    list_display = ["user", "institution", "leads", "added_at", "ended_at"]
    list_filter = ["institution"]
    search_fields = ["user__username"]


@admin.register(InstitutionContact)
class InstitutionContactAdmin(OfferedFilters):
    list_display = ["institution", "email", "language"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("creditquery.change_institutioncontact")


@admin.register(ReportShare)
class ReportShareAdmin(ReadOnlyAdmin):
    list_display = ["query", "institution", "state", "offered_at", "opened_at", "opened_by"]
    list_filter = ["state", "institution"]
    search_fields = ["query__request_no"]
    exclude = ["document"]
