"""The words of a message: one template a kind, `<app>/messages/<name>.txt`, for every channel.

    Sms: NOTICE_READY no="{{ no }}"        which text registered with the vendor, and its values
    Subject: {% translate "…" %}

    the body of the email

A text message can only be one that the operator filed with the vendor; the email is our own.
Without the line `Sms:` there is only the email.
"""

import datetime as dt
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from email.policy import SMTP
from typing import Any

from django.template import Context, Engine
from django.utils import timezone, translation

HEADERS = HeaderParser(policy=SMTP)


@dataclass(frozen=True, slots=True)
class Text:
    subject: str
    body: str
    sms_template: str
    sms_values: dict[str, str]

    @property
    def tts_template(self) -> str:
        """What is filed with the vendors to be read out: the same text under a name of its own."""
        return self.sms_template.replace("SMS_", "TTS_", 1)


def render(kind: str, context: Mapping[str, Any], language: str) -> Text:
    """The words of `kind` ("<app>.<name>") in a language; raises TemplateDoesNotExist."""
    app, _, name = kind.partition(".")
    with translation.override(language):
        template = Engine.get_default().get_template(f"{app}/messages/{name}.txt")
        # Plain text: an apostrophe must not become &#x27;.
        raw = template.render(Context(dict(context), autoescape=False))
    message = HEADERS.parsestr(raw.strip())
    filed, *values = shlex.split(message.get("Sms", "")) or [""]
    prefix = "SMS_EN_" if language.startswith("en") else "SMS_"
    return Text(
        subject=message["Subject"],
        body=str(message.get_payload()).strip() + "\n",
        sms_template=prefix + filed if filed else "",
        sms_values=dict(value.split("=", 1) for value in values),
    )


def moment(at: dt.datetime) -> str:
    """Beijing time as a text message shows it."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
