"""The months that the dashboard shows."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST = dt.timedelta(days=366 * 5)
SHOWN = 6
"""Months, when nobody asked for others."""
YEARS = range(2000, 2100)
"""Outside of these a calendar ends somewhere, and nothing of ours has happened."""


class PeriodForm(forms.Form):
    """Days in either field stand for their whole months."""

    first = forms.DateField(label=_("From"), required=False)
    last = forms.DateField(label=_("To"), required=False)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for field in self.fields.values():
            field.widget.input_type = "date"
            field.error_messages["invalid"] = _("Write the day as in 2026-03-31.")

    def clean_first(self) -> dt.date | None:
        return self._within("first")

    def clean_last(self) -> dt.date | None:
        return self._within("last")

    def _within(self, name: str) -> dt.date | None:
        day: dt.date | None = self.cleaned_data[name]
        if day is not None and day.year not in YEARS:
            raise ValidationError(self.fields[name].error_messages["invalid"], code="invalid")
        return day

    def clean(self) -> dict[str, Any]:
        first, last = self.chosen()
        if last < first:
            raise ValidationError(_("The end lies before the beginning."))
        if last - first > LONGEST:
            raise ValidationError(_("Five years at most can be shown together."))
        return self.cleaned_data

    def chosen(self) -> tuple[dt.date, dt.date]:
        """What is shown: as asked for where that can be read, else the last months."""
        given = getattr(self, "cleaned_data", {})
        last = given.get("last") or max(self.today, given.get("first") or self.today)
        first = given.get("first")
        if first is None:
            months = last.year * 12 + last.month - SHOWN
            first = dt.date(months // 12, months % 12 + 1, 1)
        return first, last
