"""What is filled in about a lender's users, and by a borrower who lets a lender read."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PlainForm


class LenderInviteForm(PlainForm):
    username = forms.SlugField(
        label=_("User name"),
        max_length=60,
        help_text=_("Letters, digits, hyphen and underscore."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter a user name.")},
    )
    email = forms.EmailField(
        label=_("Email address at work"),
        help_text=_("The link goes there, works once, and for three days."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Enter an email address."),
            "invalid": _("Enter an email address such as name@example.com."),
        },
    )


class LeadInviteForm(LenderInviteForm):
    """For administrators, who alone say who leads."""

    leads = forms.BooleanField(label=_("May invite and remove colleagues"), required=False)


class ShareForm(PlainForm):
    """Never ticked beforehand, as the consent to a query is not."""

    agree = forms.BooleanField(
        label=_("I have read this and let the lender read my report"),
        error_messages={"required": _("Tick the box if you agree. Without it nobody reads.")},
    )
