"""What lenders were told, in the admin: read, the sealed facts closed."""

from django.contrib import admin

from complaints.models import LenderNotice
from portal.readonly import ReadOnlyAdmin


@admin.register(LenderNotice)
class LenderNoticeAdmin(ReadOnlyAdmin):
    list_display = ["query", "institution", "incident", "sent_at", "read_at", "read_by"]
    list_filter = ["institution"]
    search_fields = ["query__request_no"]
    exclude = ["facts"]
