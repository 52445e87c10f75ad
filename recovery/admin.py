"""Recoveries in the admin: read, and no more. Links and papers are in none of its pages."""

from django.contrib import admin

from portal.readonly import ReadOnlyAdmin
from recovery.models import Carrying, RecoveryTicket


@admin.register(RecoveryTicket)
class RecoveryTicketAdmin(ReadOnlyAdmin):
    list_display = ["number", "state", "channel", "proposed_by", "decided_by", "due_at"]
    list_filter = ["state", "channel", "outcome"]
    list_select_related = ["proposed_by", "decided_by"]
    ordering = ["-pk"]
    fields = [
        "number", "state", "channel", "account", "outcome", "reason", "proposed_by", "proposed_at",
        "decided_by", "decided_at", "opened_at", "handed_in_at", "due_at", "waits_until",
        "released_at", "ended_at",
    ]  # fmt: skip


@admin.register(Carrying)
class CarryingAdmin(ReadOnlyAdmin):
    list_display = ["ticket", "query", "state", "proposed_by", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["ticket", "query", "proposed_by", "decided_by"]
    fields = [
        "ticket", "query", "state", "reason", "proposed_by", "proposed_at", "decided_by",
        "decided_at", "review",
    ]  # fmt: skip
