"""What borrowers and lenders write about longer deadlines; each refusal says what to do."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PlainForm
from complaints.services.extensions import ACCEPT, REFUSE
from complaints.states.extensions import Refusal

LONGEST = 200


class Days(forms.IntegerField):
    """Working days, as many as the policy leaves."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Working days"),
            min_value=1,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={
                "required": _("Enter how many working days."),
                "invalid": _("Enter a number of working days, such as 15."),
                "min_value": _("Enter at least 1 working day."),
            },
        )


class Reason(forms.CharField):
    def __init__(self, *, label: Any, help_text: Any = "") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            min_length=4,
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={
                "required": _("Write down the reason."),
                "min_length": _("Write the reason in at least 4 characters."),
                "max_length": _("Write the reason in at most 200 characters."),
            },
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # The browser would cut silently what the page can say.
        return {}


class AskForm(PlainForm):
    days = Days()
    reason = Reason(
        label=_("Reason"),
        help_text=_("The lender reads it. Leave out numbers of cards and identity papers."),
    )

    def __init__(self, *args: Any, left: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = left
        self.fields["days"].help_text = _("At most %(left)d for this loan.") % {"left": left}

    def clean_days(self) -> int:
        days: int = self.cleaned_data["days"]
        return _within(days, self.left)


class DecideForm(PlainForm):
    decision = forms.ChoiceField(
        label=_("Answer"),
        choices=[(ACCEPT, _("Extend the deadline")), (REFUSE, _("Leave it as it is"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whether the deadline is extended."),
            "invalid_choice": _("Choose whether the deadline is extended."),
        },
    )
    days = Days()
    refusal = forms.ChoiceField(
        label=_("Why not"),
        help_text=_("Only for a refusal."),
        choices=[("", "--"), *Refusal.choices],
        required=False,
    )
    reason = Reason(label=_("Explanation of the answer"), help_text=_("The borrower reads it."))

    def __init__(self, *args: Any, left: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = left
        self.fields["days"].required = False
        self.fields["days"].help_text = _(
            "Fewer or more than asked for, at most %(left)d. Not read for a refusal."
        ) % {"left": left}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("decision") == REFUSE:
            self.errors.pop("days", None)
            given["days"] = None
            if not given.get("refusal"):
                self.add_error("refusal", _("Choose why not."))
        elif given.get("decision") == ACCEPT and "days" in given:
            given["refusal"] = ""
            if given["days"] is None:
                self.add_error("days", _("Enter how many working days."))
            elif given["days"] > self.left:
                self.add_error("days", _too_many(self.left))
        return given


class TogetherForm(PlainForm):
    reason = Reason(
        label=_("Explanation of the answer"), help_text=_("Each of the borrowers reads it.")
    )


class FindForm(PlainForm):
    """An officer asks for a borrower who cannot: by the number of the query."""

    request_no = forms.RegexField(
        label=_("Request number"),
        help_text=_("24 digits and letters, as the borrower's page shows it."),
        regex=r"^[0-9A-Z]{24}$",
        strip=True,
        error_messages={
            "required": _("Enter the request number."),
            "invalid": _("Enter the 24 digits and letters of the request number."),
        },
    )


def _within(days: int, left: int) -> int:
    if days > left:
        raise _too_many(left)
    return days


def _too_many(left: int) -> forms.ValidationError:
    return forms.ValidationError(
        _("Enter at most %(left)d working days."), code="extension-cap", params={"left": left}
    )
