"""What an asker types and hands in; each refusal says what to do."""

from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms import PHONE, PhoneForm, PlainForm
from portal.validators import clean_id_number, clean_name, clean_phone
from recovery.services.tickets import Wanted
from recovery.states import Lost
from reviews.forms.borrower import UploadForm, Words

__all__ = ["LinkForm", "NewPhoneForm", "ResumeForm", "StartForm", "UploadForm"]
WORD = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
ADDRESS = {"autocomplete": "on", "autocapitalize": "none", "spellcheck": "false"}


class StartForm(PhoneForm):
    """The login's form with its captcha, and who asks for what."""

    phone = None  # type: ignore[assignment]
    ticket = None  # type: ignore[assignment]
    name = forms.CharField(
        label=_("Name"),
        help_text=_("Exactly as on your identity card."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )
    id_number = forms.CharField(
        label=_("ID number"),
        help_text=_("18 characters of your identity card or residence permit."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter your ID number.")},
    )
    old_phone = forms.CharField(
        label=_("The number that you logged in with"),
        help_text=_("Also if you no longer have it."),
        max_length=40,
        widget=forms.TextInput(attrs={**PHONE, "autocomplete": "off"}),
        error_messages={"required": _("Enter the number that you logged in with.")},
    )
    address = forms.CharField(
        label=_("New mobile number, or an email address"),
        help_text=_("Where we reach you now. We send a code there first."),
        max_length=254,
        widget=forms.TextInput(attrs=ADDRESS),
        error_messages={"required": _("Enter a mobile number or an email address.")},
    )
    lost = forms.MultipleChoiceField(
        label=_("What is lost"),
        help_text=_("What is lost will no longer open your account."),
        choices=Lost.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one.")},
    )
    words = Words(
        label=_("What happened, if you like"),
        help_text=_("No codes, no passwords: we never need them."),
        required=False,
    )
    loan_reference = forms.CharField(
        label=_("A loan that cannot wait, if there is one"),
        help_text=_("The lender, or the number of the application. It can be reviewed meanwhile."),
        required=False,
        max_length=80,
    )
    field_order = (
        "name",
        "id_number",
        "old_phone",
        "address",
        "lost",
        "words",
        "loan_reference",
        "captcha_id",
        "captcha",
    )

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_id_number(self) -> str:
        return clean_id_number(self.cleaned_data["id_number"])

    def clean_old_phone(self) -> str:
        return clean_phone(self.cleaned_data["old_phone"])

    def clean_address(self) -> str:
        text = self.cleaned_data["address"].strip()
        if "@" not in text:
            return clean_phone(text)
        validate_email(text)
        return text

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        if given.get("address") and given["address"] == given.get("old_phone"):
            self.add_error("address", _("This is the old number. If you have it, log in with it."))
        return given

    def wanted(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(
            name=given["name"],
            id_number=given["id_number"],
            old_phone=given["old_phone"],
            address=given["address"],
            lost=given["lost"],
            words=given["words"],
            loan_reference=given["loan_reference"],
        )


class ResumeForm(PlainForm):
    number = forms.CharField(
        label=pgettext_lazy("recovery", "Number of your request"),
        help_text=_("For example ZH-20261123-7K3M9Q"),
        max_length=40,
        widget=forms.TextInput(attrs=WORD),
        error_messages={"required": _("Enter the number of your request.")},
    )
    word = forms.CharField(
        label=_("Secret word"),
        help_text=_("16 letters and digits; hyphens may be left out."),
        max_length=60,
        widget=forms.TextInput(attrs=WORD),
        error_messages={"required": _("Enter the secret word.")},
    )

    def clean_number(self) -> str:
        return "".join(self.cleaned_data["number"].split()).upper()


class LinkForm(PlainForm):
    """The word of a message, for whoever types it from another device."""

    word = forms.CharField(
        label=_("Word from the message"),
        help_text=_("16 letters and digits; hyphens may be left out."),
        max_length=60,
        widget=forms.TextInput(attrs=WORD),
        error_messages={"required": _("Enter the word from the message.")},
    )

    def clean_word(self) -> str:
        plain = "".join(c for c in self.cleaned_data["word"].upper() if c.isalnum())
        return plain or "0"


class NewPhoneForm(PlainForm):
    """Asked only where the new address is an email address: else the number is proved already."""

    phone = forms.CharField(
        label=_("New mobile number"),
        help_text=_("A mainland China number. You log in with it from now on."),
        max_length=40,
        widget=forms.TextInput(attrs=PHONE),
        error_messages={"required": _("Enter your phone number.")},
    )

    def __init__(self, *args: Any, fixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed:
            del self.fields["phone"]

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def number(self) -> str:
        return str(self.cleaned_data.get("phone", ""))
