"""Letters in the admin: to read and nothing else; what they say stays sealed."""

from django.contrib import admin

from complaints.models import Letter, LetterAccess, LetterFile, LetterRevocation
from creditquery.admin.queries import Sealed
from portal.readonly import ReadOnlyAdmin


@admin.register(Letter)
class LetterAdmin(Sealed):
    sealed = ("document",)
    list_display = ["serial", "kind", "state", "incident", "issued_at"]
    list_filter = ["state", "kind"]
    search_fields = ["serial"]
    exclude = ["document", "facts_hash"]


@admin.register(LetterFile)
class LetterFileAdmin(Sealed):
    sealed = ("content",)
    list_display = ["letter", "sha256", "algorithm", "made_at"]
    exclude = ["content"]


@admin.register(LetterAccess)
class LetterAccessAdmin(ReadOnlyAdmin):
    list_display = ["at", "letter", "actor", "action"]
    list_filter = ["action"]


@admin.register(LetterRevocation)
class LetterRevocationAdmin(ReadOnlyAdmin):
    list_display = ["letter", "state", "reason", "proposed_by", "decided_by"]
    list_filter = ["state"]
