"""Pages of the admin about rows that only services write."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class ReadOnly:
    """For an admin or an inline: whoever may look sees, and nobody adds, changes or deletes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfferedFilters(admin.ModelAdmin):
    """Lists are narrowed by what the page offers and by nothing else."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Django lets an address narrow a list by any column of its own, and
        `password__startswith=` would spell out a hash, letter by letter."""
        offered = {getattr(name, "parameter_name", name) for name in self.list_filter}
        asked = lookup.split("__")[0]
        return asked in offered and super().lookup_allowed(lookup, value, request)


class ReadOnlyAdmin(ReadOnly, OfferedFilters):
    """A long list: its total is not counted for every page of it."""

    show_full_result_count = False
