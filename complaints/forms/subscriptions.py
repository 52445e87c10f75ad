"""What a subscriber types: shape only."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts.forms import PhoneForm
from complaints.models import Component
from portal.validators import clean_phone

ADDRESS = {"autocomplete": "on", "autocapitalize": "none", "spellcheck": "false"}


class SubscribeForm(PhoneForm):
    """The login's form with its captcha, for a number or an email address."""

    phone = None  # type: ignore[assignment]
    ticket = None  # type: ignore[assignment]
    address = forms.CharField(
        label=_("Mobile number or email address"),
        help_text=_("We send a code there first, so that nobody can subscribe you."),
        max_length=254,
        widget=forms.TextInput(attrs=ADDRESS),
        error_messages={"required": _("Enter a mobile number or an email address.")},
    )
    components = forms.MultipleChoiceField(
        label=_("About which parts"),
        help_text=_("None ticked means all of them."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("address", "components", "captcha_id", "captcha")

    def __init__(self, *args: Any, parts: Iterable[Component], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(part.key, str(part)) for part in parts]
        self.fields["components"].choices = choices  # type: ignore[attr-defined]

    def clean_address(self) -> str:
        text = self.cleaned_data["address"].strip()
        if "@" not in text:
            return clean_phone(text)
        validate_email(text)
        return text
