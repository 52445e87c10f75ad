"""What the operator promises, and who may work on what, in the admin.

A policy is never changed: whoever was promised something under it can look it up. A new one begins
today at the earliest.
"""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.readonly import OfferedFilters
from reviews.models import Competence, ReviewPolicy
from reviews.services import policies


class ReviewPolicyForm(forms.ModelForm):
    def clean_effective_from(self) -> dt.date:
        day: dt.date = self.cleaned_data["effective_from"]
        if day < timezone.localdate():
            raise ValidationError(_("A policy begins today at the earliest."))
        return day


@admin.register(ReviewPolicy)
class ReviewPolicyAdmin(OfferedFilters):
    form = ReviewPolicyForm
    list_display = ["version", "effective_from", "service_days", "express_days", "answer_days"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ReviewPolicy, form: Any, change: bool) -> None:
        policies.adopt(policy=obj, by=request.user, now=timezone.now())


@admin.register(Competence)
class CompetenceAdmin(OfferedFilters):
    list_display = ["officer", "institution", "most_fen"]
    list_filter = ["institution"]
    list_select_related = ["officer", "institution"]
    raw_id_fields = ["officer"]
