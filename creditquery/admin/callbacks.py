"""Results that a channel brought by itself, and callbacks that were refused: to be read."""

from django.contrib import admin

from creditquery.admin.queries import Sealed
from creditquery.models import Callback, CallbackRefusal
from portal.readonly import ReadOnlyAdmin


@admin.register(Callback)
class CallbackAdmin(Sealed):
    sealed = ("content",)
    list_display = ["received_at", "channel", "query", "sequence", "said", "number"]
    fields = [
        "query",
        "channel",
        "message",
        "sequence",
        "said",
        "number",
        "received_at",
        "expires_at",
    ]
    list_filter = ["channel", "said"]
    list_select_related = ["query"]
    search_fields = ["query__request_no"]
    ordering = ["-id"]


@admin.register(CallbackRefusal)
class CallbackRefusalAdmin(ReadOnlyAdmin):
    list_display = ["at", "channel", "reason", "size", "count", "sha256"]
    list_filter = ["channel", "reason"]
    ordering = ["-id"]
