"""What is typed about a held login: a word by its borrower, a proposal by an officer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PlainForm
from accounts.states import HOLD_REASONS, HoldOutcome, HoldReason


class SayForm(PlainForm):
    said = forms.CharField(
        label=_("What should the officers know?"),
        help_text=_(
            "Such as: a new phone, on a journey. Do not write a code or a password; nobody needs "
            "them."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write a word, or leave it: they decide without it, too.")},
    )


class ProposeForm(PlainForm):
    """The reason says which way it goes."""

    reason = forms.ChoiceField(
        label=_("What should become of it, and why?"),
        choices=[
            ("", _("Choose one")),
            *(
                (
                    outcome.label,
                    [(r.value, r.label) for r in HoldReason if r in HOLD_REASONS[outcome]],
                )
                for outcome in HoldOutcome
            ),
        ],
        error_messages={"required": _("Choose what should become of it.")},
    )
    note = forms.CharField(
        label=_("How you found out"),
        help_text=_(
            "For the file. Speak with the borrower by an address that we knew before the login; "
            "never ask for a code."
        ),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write how you found out.")},
    )
