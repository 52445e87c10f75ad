"""What a borrower fills in; each refusal says what to do."""

import datetime as dt
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.selectors import Identity
from creditquery import passwords
from creditquery.models import Institution, LoanApplication
from portal.validators import clean_phone

MOST_GUARANTORS = 5
MOST_YUAN = Decimal(1_000_000_000)


class Number(forms.DecimalField):
    """Digits as people type them: full width, with commas, spaces, and the unit of the label."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        typed = unicodedata.normalize("NFKC", str(value or "")).replace(",", "")
        return super().to_python(typed.replace(" ", "").strip("¥%元个月"))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        return {"inputmode": "decimal"}


class LoanForm(forms.Form):
    institution = forms.ModelChoiceField(
        label=_("Lender"),
        queryset=Institution.objects.filter(active=True).order_by("name"),
        empty_label=_("Choose a lender"),
        error_messages={
            "required": _("Choose the lender that you applied to."),
            "invalid_choice": _("Choose a lender from the list."),
        },
    )
    reference = forms.RegexField(
        label=_("Number of the loan application"),
        help_text=_("The lender gave it to you. Letters, digits and hyphens."),
        regex=r"^[0-9A-Za-z\-/_]{1,40}\Z",  # a $ would let a line end through
        error_messages={
            "required": _("Enter the number of your loan application."),
            "invalid": _("Enter at most 40 letters, digits and hyphens."),
        },
    )
    amount = Number(
        label=_("Amount in yuan"),
        min_value=Decimal("0.01"),
        max_value=MOST_YUAN,
        decimal_places=2,
        error_messages={
            "required": _("Enter the amount that you applied for."),
            "invalid": _("Enter the amount in digits, for example 200000."),
            "min_value": _("Enter an amount above zero."),
            "max_value": _("Enter an amount of at most 1,000,000,000 yuan."),
            "max_decimal_places": _("Enter an amount with at most two decimals."),
        },
    )
    annual_rate = Number(
        label=_("Annual interest rate in percent"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        decimal_places=2,
        error_messages={
            "required": _("Enter the annual interest rate."),
            "invalid": _("Enter the rate in digits, for example 3.95."),
            "min_value": _("Enter a rate from 0 to 100 percent."),
            "max_value": _("Enter a rate from 0 to 100 percent."),
            "max_decimal_places": _("Enter a rate with at most two decimals."),
        },
    )
    term_months = Number(
        label=_("Term in months"),
        min_value=1,
        max_value=600,
        decimal_places=0,
        error_messages={
            "required": _("Enter the term of the loan."),
            "invalid": _("Enter the term as a whole number of months."),
            "min_value": _("Enter a term from 1 to 600 months."),
            "max_value": _("Enter a term from 1 to 600 months."),
            "max_decimal_places": _("Enter the term as a whole number of months."),
        },
    )
    decision_deadline = forms.DateField(
        label=_("The lender decides by"),
        help_text=_("For example 2026-12-31"),
        error_messages={
            "required": _("Enter the day by which the lender decides."),
            "invalid": _("Enter a day as year, month and day, for example 2026-12-31."),
        },
    )
    guarantors = forms.CharField(
        label=_("Mobile numbers of guarantors"),
        help_text=_("Only if you have any: one number a line. Each is asked to consent."),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Enter at most 5 guarantors.")},
    )

    def __init__(self, *args: Any, today: dt.date, own_phone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.own_phone = today, own_phone

    def clean_decision_deadline(self) -> dt.date:
        day: dt.date = self.cleaned_data["decision_deadline"]
        if day < self.today:
            raise ValidationError(_("Enter a day that is not in the past."))
        return day

    def clean_guarantors(self) -> list[str]:
        lines = [line for line in self.cleaned_data["guarantors"].splitlines() if line.strip()]
        phones = list(dict.fromkeys(clean_phone(line) for line in lines))
        if len(phones) > MOST_GUARANTORS:
            raise ValidationError(_("Enter at most 5 guarantors."))
        if self.own_phone in phones:
            raise ValidationError(_("You cannot be your own guarantor: remove your number."))
        return phones

    def application(self) -> dict[str, Any]:
        """The cleaned values as services.loans.apply takes them."""
        data = self.cleaned_data
        return {
            "institution": data["institution"],
            "reference": data["reference"],
            "amount_fen": int(data["amount"] * 100),
            "annual_rate_bp": int(data["annual_rate"] * 100),
            "term_months": int(data["term_months"]),
            "decision_deadline": data["decision_deadline"],
            "guarantor_phones": data["guarantors"],
        }


class LoanChoice(forms.ModelChoiceField):
    def label_from_instance(self, loan: LoanApplication) -> str:
        return f"{loan.institution.name} {loan.reference}"


class AgreeForm(forms.Form):
    """Never ticked beforehand: 征信业管理条例 第十八条 wants the person's own consent."""

    agree = forms.BooleanField(
        label=_("I have read the consent and agree to this query"),
        error_messages={"required": _("Tick the box if you agree. Without it we ask nothing.")},
    )


class ConsentForm(AgreeForm):
    loan = LoanChoice(
        label=_("For which loan application"),
        queryset=LoanApplication.objects.none(),
        required=False,
        empty_label=None,
        error_messages={"invalid_choice": _("Choose one of your open loan applications.")},
    )
    field_order = ["loan", "agree"]

    def __init__(self, *args: Any, loans: QuerySet[LoanApplication], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["loan"].queryset = loans  # type: ignore[attr-defined]
        if len(loans) == 1:
            self.fields["loan"].widget = forms.HiddenInput()


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Password for the PDF"),
        help_text=_(
            "At least 10 letters, digits or signs; not your phone, ID number, birthday or name. "
            "We do not keep it: note it down."
        ),
        min_length=passwords.LENGTH,
        max_length=passwords.LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={
            "required": _("Enter a password for the PDF, or have one made."),
            "min_length": _("Enter a password of at least 10 characters."),
            "max_length": _("Enter a password of at most 100 characters."),
        },
    )

    def __init__(self, *args: Any, identity: Identity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = passwords.personal_parts(
            name=identity.name, id_number=identity.id_number, phone=identity.phone
        )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not passwords.is_typeable(password):
            raise ValidationError(_("Use letters, digits and signs of an English keyboard only."))
        if passwords.is_personal(password, self.parts):
            raise ValidationError(
                _("Leave out your phone, ID number, birthday and name: others can guess them.")
            )
        return password


class RevealForm(forms.Form):
    purpose = forms.CharField(
        label=_("What you need it for"),
        min_length=10,
        max_length=200,
        error_messages={
            "required": _("Say what you need it for: it is recorded with your name."),
            "min_length": _("Say it in at least 10 characters."),
        },
    )
