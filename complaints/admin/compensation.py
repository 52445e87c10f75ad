"""Compensation and its fund in the admin: to read and nothing else, without accounts."""

from django.contrib import admin

from complaints.models import (
    Compensation,
    CompensationBatch,
    CompensationRule,
    FundChange,
    FundEntry,
    PayoutFile,
    PayoutResults,
)
from creditquery.admin.queries import Sealed
from portal.readonly import ReadOnlyAdmin


@admin.register(CompensationRule)
class CompensationRuleAdmin(ReadOnlyAdmin):
    list_display = ["version", "state", "valid_from", "base", "proposed_by", "decided_by"]


@admin.register(CompensationBatch)
class CompensationBatchAdmin(ReadOnlyAdmin):
    list_display = [
        "number",
        "incident",
        "state",
        "people",
        "total_fen",
        "proposed_by",
        "decided_by",
    ]
    list_filter = ["state"]


@admin.register(Compensation)
class CompensationAdmin(Sealed):
    sealed = ("account",)
    list_display = ["number", "incident", "state", "amount_fen", "points", "assessed_at"]
    list_filter = ["state", "waiting"]
    search_fields = ["number"]
    exclude = ["account"]


@admin.register(FundChange)
class FundChangeAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "state", "amount_fen", "proposed_by", "decided_by"]
    list_filter = ["kind", "state"]


@admin.register(FundEntry)
class FundEntryAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "amount_fen", "compensation", "change", "at"]
    list_filter = ["kind"]


@admin.register(PayoutFile)
class PayoutFileAdmin(Sealed):
    sealed = ("content",)
    list_display = ["number", "state", "lines", "total_fen", "sha256"]
    exclude = ["content"]


@admin.register(PayoutResults)
class PayoutResultsAdmin(ReadOnlyAdmin):
    list_display = ["file", "state", "sha256", "proposed_by", "decided_by"]
    list_filter = ["state"]
