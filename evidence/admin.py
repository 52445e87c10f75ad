from django.contrib import admin
from django.http import HttpRequest

from evidence.models import Record


@admin.register(Record)
class RecordAdmin(admin.ModelAdmin):
    """Read by administrators and auditors; written only by services."""

    list_display = ["at", "kind", "subject"]
    list_filter = ["kind"]
    search_fields = ["subject"]
    readonly_fields = ["id", "kind", "subject", "at", "body"]
    exclude = ["salt", "leaf_hash"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return False
