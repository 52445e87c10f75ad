"""The working calendar in the admin: notices are read, a lender's own days are added with a reason.

A new year's notice is loaded by `manage.py load_workdays`, which checks the file as a whole.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.readonly import OfferedFilters, ReadOnlyAdmin
from portal.workdays import services
from portal.workdays.models import WorkCalendarDay, WorkdayNotice

LENDER = RegexValidator(r"^[0-9A-Z]{14}$", _("Enter the lender's code: 14 digits and letters."))


@admin.register(WorkdayNotice)
class WorkdayNoticeAdmin(ReadOnlyAdmin):
    list_display = ["year", "version", "loaded_at"]
    fields = ["year", "version", "urls", "sha256", "loaded_at"]


class OverrideForm(forms.ModelForm):
    scope = forms.CharField(label=_("Lender"), validators=[LENDER])
    reason = forms.CharField(label=_("Reason"), min_length=4, max_length=200)

    class Meta:
        model = WorkCalendarDay
        fields = ("scope", "day", "is_working", "reason")


@admin.register(WorkCalendarDay)
class WorkCalendarDayAdmin(OfferedFilters):
    """What was said stays; whoever was wrong says it again."""

    form = OverrideForm
    list_display = ["day", "is_working", "scope", "notice", "reason", "actor", "at"]
    list_filter = ["is_working"]
    list_select_related = ["notice", "actor"]
    search_fields = ["scope"]
    ordering = ["-day", "-pk"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        made = services.override(**form.cleaned_data, by=request.user, now=timezone.now())
        obj.pk = made.pk
