"""What officers fill in about a recovery; each refusal says what to do."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms import PlainForm
from creditquery.models import CreditQuery
from recovery import reasons
from recovery.models import Carrying, RecoveryTicket
from recovery.selectors import desk
from recovery.services.deciding import MASKED
from reviews.forms.borrower import Words

INTERNAL = _("For the file. The borrower does not read it.")
WHAT = {
    "name": _("Name"),
    "id_number": _("ID number"),
    "old_phone": _("Old number"),
    "address": _("New address"),
}


class ActForm(PlainForm):
    """The fields are the arguments of the service."""

    def __init__(self, *args: Any, ticket: RecoveryTicket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticket = ticket


class ProposeForm(ActForm):
    reason = forms.ChoiceField(
        label=_("Judgement and reason"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    text = Words(label=_("What you compared"), help_text=INTERNAL, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = reasons.choices()  # type: ignore[attr-defined]


class NoteForm(ActForm):
    text = Words(label=_("Note"), help_text=INTERNAL, required=False)


class AskForm(ActForm):
    text = Words(
        label=_("What is still wanted"),
        help_text=_("The borrower reads it. No question for a code or a password."),
        error_messages={"required": _("Write what is still wanted.")},
    )


class RevealForm(ActForm):
    what = forms.ChoiceField(
        label=_("What"), choices=[(key, WHAT[key]) for key in MASKED], widget=forms.RadioSelect
    )
    purpose = forms.CharField(
        label=_("What for"),
        help_text=_("It stands on record with your name."),
        max_length=200,
        error_messages={"required": _("Write what for.")},
    )


class CarryForm(ActForm):
    query = forms.ModelChoiceField(
        label=_("Query"),
        queryset=CreditQuery.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a query.")},
    )
    reason = forms.CharField(
        label=pgettext_lazy("recovery", "Why the loan cannot wait"),
        help_text=_("No personal data."),
        max_length=200,
        error_messages={"required": _("Write why the loan cannot wait.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["query"]
        field.queryset = desk.carriable(self.ticket)
        field.label_from_instance = _label


class CarryingForm(ActForm):
    carrying = forms.ModelChoiceField(
        queryset=Carrying.objects.none(), widget=forms.HiddenInput, required=True
    )
    approve = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Carry it into review")), ("no", _("Do not"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = desk.proposed(self.ticket)
        field: Any = self.fields["carrying"]
        field.queryset = waiting
        field.initial = waiting.first()

    def clean_approve(self) -> bool:
        return bool(self.cleaned_data["approve"] == "yes")


def _label(query: CreditQuery) -> str:
    return f"{query.loan.institution.name} · {query.loan.reference} · {query.get_state_display()}"
