"""What operators fill in about routes; each refusal says what to do."""

import datetime as dt
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from creditquery.services.operations import LONGEST_MAINTENANCE

HOURS: Final = [
    ("0.25", _("15 minutes")),
    ("1", _("1 hour")),
    ("4", _("4 hours")),
    ("8", _("8 hours")),
    ("24", _("24 hours")),
]
MOMENT: Final = "%Y-%m-%dT%H:%M"
YEARS: Final = range(2000, 2100)
"""PostgreSQL gives a moment before the year 1 back in UTC, which nobody can read any more."""
KEPT: Final = _("Kept as evidence. No personal data.")
SHOWN: Final = _("Shown beside the route and kept as evidence. No personal data.")


class Reason(forms.CharField):
    """Why; others read it and it is kept as evidence, so nothing about a person."""

    def __init__(self, help_text: Any = KEPT) -> None:
        super().__init__(
            label=_("Reason"),
            help_text=help_text,
            min_length=4,
            max_length=200,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={
                "required": _("Write down the reason."),
                "min_length": _("Write the reason in at least 4 characters."),
                "max_length": _("Write the reason in at most 200 characters."),
            },
        )


class Moment(forms.DateTimeField):
    """A day and a time of Beijing."""

    def __init__(self, *, label: Any, missing: Any) -> None:
        super().__init__(
            label=label,
            help_text=_("Beijing time."),
            input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
            error_messages={
                "required": missing,
                "invalid": _("Enter day and time, such as 2026-08-23 14:08."),
            },
        )

    def to_python(self, value: Any) -> dt.datetime | None:
        moment: dt.datetime | None = super().to_python(value)
        if moment is not None and moment.year not in YEARS:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


class ForceForm(forms.Form):
    hours = forms.ChoiceField(
        label=_("For how long"),
        help_text=_("It ends by itself; you can end it earlier."),
        choices=HOURS,
        initial="1",
        error_messages={
            "required": _("Choose for how long."),
            "invalid_choice": _("Choose for how long."),
        },
    )
    reason = Reason(SHOWN)

    def until(self, now: dt.datetime) -> dt.datetime:
        return now + dt.timedelta(hours=float(self.cleaned_data["hours"]))


class MaintenanceForm(forms.Form):
    route = forms.ChoiceField(
        label=_("Channel or endpoint"),
        error_messages={
            "required": _("Choose what will be away."),
            "invalid_choice": _("Choose what will be away."),
        },
    )
    starts_at = Moment(label=_("Begins"), missing=_("Enter when it begins."))
    ends_at = Moment(label=_("Ends"), missing=_("Enter when it ends."))
    reason = Reason(SHOWN)

    def __init__(
        self, *args: Any, routes: list[tuple[str, str]], now: dt.datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["route"].choices = routes  # type: ignore[attr-defined]
        self.now = now

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        starts, ends = given.get("starts_at"), given.get("ends_at")
        if starts is None or ends is None:
            return given
        if ends <= starts:
            self.add_error("ends_at", ValidationError(_("Enter an end after the beginning.")))
        elif ends <= self.now:
            self.add_error("ends_at", ValidationError(_("Enter an end that is not over yet.")))
        elif ends - starts > LONGEST_MAINTENANCE:
            self.add_error("ends_at", ValidationError(_("Plan at most 7 days at once.")))
        return given
