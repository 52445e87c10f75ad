"""The days that the workload page shows."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _


class DaysForm(forms.Form):
    SHOWN: ClassVar[int] = 30
    MOST: ClassVar[int] = 366

    days = forms.IntegerField(
        label=_("Days, today included"), required=False, min_value=1, max_value=MOST
    )

    def chosen(self) -> int:
        return self.cleaned_data["days"] or self.SHOWN
