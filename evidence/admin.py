from django.contrib import admin

from evidence.models import Record
from portal.readonly import ReadOnlyAdmin


@admin.register(Record)
class RecordAdmin(ReadOnlyAdmin):
    """Read by administrators and auditors; `record` alone writes."""

    list_display = ["at", "kind", "subject"]
    list_filter = ["kind"]
    search_fields = ["subject"]
    fields = ["id", "kind", "subject", "at", "body"]
