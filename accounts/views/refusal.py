"""A refusal on a page: the catalogue's words, with the time and the tries that go with it."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.refusals import Refused
from portal import catalogue

LIMITS = {
    "otp-too-soon",
    "otp-too-many-sends",
    "otp-guarded",
    "resume-guarded",
    "idcheck-tries",
    "password-locked",
    "codes-of-the-day",
    "otp-browser-often",
}


def sentence(error: Refused) -> str:
    """What happened, and what to do next."""
    entry = catalogue.ENTRIES[error.code]
    parts = [_("%(title)s.") % {"title": entry.title}]
    if error.left is not None:
        parts.append(
            ngettext("You have %(left)d more try.", "You have %(left)d more tries.", error.left)
            % {"left": error.left}
        )
    if error.next_at is not None:
        # Rounded up: at the minute that is named, trying again works.
        moment = timezone.localtime(error.next_at + dt.timedelta(seconds=59))
        same_day = moment.date() == timezone.localdate()
        clock = date_format(moment, "TIME_FORMAT" if same_day else "DATETIME_FORMAT")
        parts.append(_("You can try again after %(time)s.") % {"time": clock})
    else:
        parts.append(str(entry.next_step))
    return " ".join(parts).replace("。 ", "。")  # Chinese sentences touch


def add(form: forms.Form, error: Refused, field: str | None) -> None:
    form.add_error(field, forms.ValidationError(sentence(error), code=error.code))


def status(error: Refused) -> int:
    """429 where only waiting helps, so that a program can tell; else the page as usual."""
    return 429 if error.code in LIMITS else 200
