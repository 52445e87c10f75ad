"""Extensions in the admin: read, the sealed words closed."""

from django.contrib import admin

from complaints.models import DeadlineExtension, ExtensionBatch
from creditquery.admin.queries import Sealed
from portal.readonly import ReadOnlyAdmin


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
