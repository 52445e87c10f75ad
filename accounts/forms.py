"""What people type here. A form checks shape only; what is right is decided by services."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts import backup_codes
from accounts.roles import STAFF, Role
from portal.validators import clean_code, clean_id_number, clean_name, clean_phone

PHONE = {"type": "tel", "inputmode": "numeric", "autocomplete": "tel-national"}
CODE = {"inputmode": "numeric", "autocomplete": "one-time-code"}
MISSING_PHONE = _("Enter your phone number.")
MISSING_CODE = _("Enter the 6 digits of the code.")
MISSING_NUMBER = _("Enter the 6 digits that your app shows.")


class CodeInput(forms.TextInput):
    """A code that was refused is not shown again."""

    def format_value(self, value: Any) -> None:
        return None


class PlainForm(forms.Form):
    """No colon after labels, no browser bubbles: the page says what is missing."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class PhoneForm(PlainForm):
    phone = forms.CharField(
        label=_("Mobile number"),
        help_text=_("A mainland China number. Spaces and +86 do no harm."),
        max_length=40,
        widget=forms.TextInput(attrs=PHONE),
        error_messages={"required": MISSING_PHONE},
    )
    captcha_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    captcha = forms.CharField(
        label=_("Letters in the picture, or the answer to the question"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    ticket = forms.CharField(
        label=_("Ticket from our service line, if you have one"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean_ticket(self) -> str:
        return "".join(self.cleaned_data["ticket"].split()).upper()


class CodeForm(PlainForm):
    code = forms.CharField(
        label=_("Code"),
        help_text=_("6 digits"),
        max_length=40,
        widget=CodeInput(attrs={**CODE, "data-otp": ""}),
        error_messages={"required": MISSING_CODE},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Only the length of the guess is limited, in the cleaning: pasted spaces must fit.
        self.fields["code"].widget.attrs.pop("maxlength", None)

    def clean_code(self) -> str:
        return clean_code(self.cleaned_data["code"])


class AppNumberForm(CodeForm):
    """In place of the code that we send."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Number from your authenticator app")
        self.fields["code"].error_messages["required"] = MISSING_NUMBER
        del self.fields["code"].widget.attrs["data-otp"]  # no message brings it


class BackupCodeForm(PlainForm):
    """As above; its shape is looked at, what is right the service says."""

    code = forms.CharField(
        label=_("Backup code"),
        help_text=_(
            "13 characters of the sheet that you kept. Capitals and hyphens do not matter."
        ),
        max_length=40,
        widget=CodeInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Enter a code of your sheet.")},
    )

    def clean_code(self) -> str:
        code = backup_codes.meant(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                _("Enter the 13 characters of one code of your sheet."), code="backup-format"
            )
        return code


class PasswordForm(PlainForm):
    """Beside a first proof."""

    code = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password.")},
    )


class PasswordLoginForm(PasswordForm, PhoneForm):
    field_order = ("phone", "code")


class BackupLoginForm(BackupCodeForm, PhoneForm):
    field_order = ("phone", "code")


class NewPasswordForm(PlainForm):
    """`person` is whose names and numbers must not stand in it."""

    present = forms.CharField(
        label=_("Your present password"),
        max_length=200,
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("New password"),
        help_text=_(
            "At least 12 characters. A sentence is easy to remember; your name, your numbers and "
            "the name of this portal must not stand in it."
        ),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choose a password.")},
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if not person.has_usable_password():
            del self.fields["present"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password


class NumberForm(PlainForm):
    number = forms.CharField(
        label=_("Number of your login"),
        help_text=_("10 characters, such as 4KQ7X-0M2TV."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Enter the number that the page showed.")},
    )


class RealNameForm(PlainForm):
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

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_id_number(self) -> str:
        return clean_id_number(self.cleaned_data["id_number"])


class EmailForm(PlainForm):
    email = forms.EmailField(
        label=_("Email address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Enter your email address."),
            "invalid": _("Enter an email address such as name@example.com."),
        },
    )


class NewPhoneForm(PlainForm):
    phone = forms.CharField(
        label=_("New mobile number"),
        help_text=_("A mainland China number. Spaces and +86 do no harm."),
        max_length=40,
        widget=forms.TextInput(attrs={**PHONE, "autocomplete": "off"}),
        error_messages={"required": MISSING_PHONE},
    )

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])


class BrowserNameForm(PlainForm):
    name = forms.CharField(
        label=_("Name of this browser"),
        help_text=_("Such as “my phone” or “office”. Empty: what the browser calls itself."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ThawForm(PlainForm):
    grounds = forms.CharField(
        label=_("How the owner was recognised"),
        help_text=_(
            "What you compared, and with what. It is kept, and the second officer reads it."
        ),
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Write down how the owner was recognised."),
            "min_length": _("Write down how the owner was recognised."),
        },
    )


class PreferencesForm(PlainForm):
    prefers_email = forms.BooleanField(label=_("Send me messages by email"), required=False)


class StaffLoginForm(PlainForm):
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"required": _("Enter your user name.")},
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password.")},
    )


class TokenForm(PlainForm):
    otp_token = forms.CharField(
        label=_("Number from your authenticator app"),
        help_text=_("6 digits"),
        max_length=40,
        widget=CodeInput(attrs=CODE),
        error_messages={"required": MISSING_NUMBER},
    )

    def clean_otp_token(self) -> str:
        return clean_code(self.cleaned_data["otp_token"])


class EnrolmentForm(TokenForm):
    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 12 characters. A sentence is easy to remember."),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choose a password.")},
    )
    field_order = ("password", "otp_token")

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class InviteForm(PlainForm):
    username = forms.SlugField(
        label=_("User name"),
        max_length=60,
        help_text=_("Letters, digits, hyphen and underscore."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter a user name.")},
    )
    # A lender's user belongs to a lender and is invited there.
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, role.label) for role in Role if role in STAFF - {Role.LENDER_USER}],
    )
    email = forms.EmailField(
        label=_("Email address for alarms, if wanted"),
        help_text=_(
            "Administrators are mailed when the portal needs an operator, compliance officers when "
            "a borrower was asked for a code."
        ),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Enter an email address such as name@example.com.")},
    )


class TicketForm(PlainForm):
    phone = forms.CharField(
        label=_("Borrower's mobile number"),
        max_length=40,
        widget=forms.TextInput(attrs={**PHONE, "autocomplete": "off"}),
        error_messages={"required": MISSING_PHONE},
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("How you made sure who is calling. No personal data."),
        max_length=200,
        error_messages={"required": _("Write down the reason.")},
    )

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])


class PasskeyForm(PlainForm):
    name = forms.CharField(
        label=_("Name of the device"),
        help_text=_("By which you will know the device, such as: blue phone."),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
