"""Branches and machines in the admin. One that has closed is made inactive, so that its line in
the admin's history stays."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from portal.readonly import OfferedFilters
from reviews.models import Branch


@admin.register(Branch)
class BranchAdmin(OfferedFilters):
    list_display = ["name", "kind", "province", "city", "district", "active"]
    list_filter = ["active", "kind", "province"]
    search_fields = ["name", "city", "district", "address"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
