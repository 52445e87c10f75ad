"""How a lender's user narrows the list of loans."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PlainForm

SHOWN = [
    ("open", _("Open")),
    ("near", _("Deadline near")),
    ("all", _("All")),
]


class LoanFilterForm(PlainForm):
    reference = forms.CharField(label=_("Reference"), required=False, max_length=40)
    show = forms.ChoiceField(label=_("Loan applications"), choices=SHOWN, required=False)

    def chosen(self) -> dict[str, str]:
        """What to look for; whatever was mistyped counts as not given."""
        data = self.cleaned_data if self.is_valid() else {}
        return {"reference": data.get("reference", ""), "show": data.get("show") or "open"}
