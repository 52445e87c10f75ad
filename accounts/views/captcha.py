"""A captcha below a form that was refused for the lack of one."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest

from accounts import captcha as drawing
from accounts.refusals import Refused
from accounts.services import captchas
from accounts.views import refusal
from portal import catalogue

WANTED = {"captcha-needed", "captcha-wrong", "otp-guarded", "ticket-wrong"}
FIELDS = {"captcha-wrong": "captcha", "ticket-wrong": "ticket"}


def refused(
    request: HttpRequest, form: forms.Form, error: Refused, now: dt.datetime
) -> dict[str, Any]:
    """What the page shows beside the form, which gets the refusal and a fresh captcha if wanted."""
    context: dict[str, Any] = {}
    if error.code == "captcha-needed":
        context["notice"] = catalogue.ENTRIES[error.code]
    else:
        refusal.add(form, error, FIELDS.get(error.code))
    if error.code in WANTED:
        fresh = captchas.fresh(now=now)
        form.data = {**request.POST.dict(), "captcha_id": str(fresh.pk), "captcha": ""}
        context |= {"captcha": fresh, "question": drawing.question(fresh.pk)}
        context["ask_ticket"] = error.code in {"otp-guarded", "ticket-wrong"}
    return context
