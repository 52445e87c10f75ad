"""What a borrower answers to an offer, and what officers fill in about money."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.selectors import Identity
from complaints.compensation import payout_files
from complaints.states.compensation import Base
from complaints.states.fund import ChangeKind
from creditquery.forms.operations import Moment, Reason
from creditquery.forms.queries import Number
from portal.validators import clean_name, plain

MOST_YUAN: Final = Decimal(10_000_000_000)
CARD_DIGITS = range(16, 20)  # ISO/IEC 7812 as the banks of the mainland number their cards
MOST_MINUTES: Final = 366 * 24 * 60
MOST_POINTS: Final = 1_000_000
ROWS = 3


def luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(digits[::-1])]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


class AccountForm(forms.Form):
    """The card that the money goes to: the person's own, and without a mistyped digit."""

    holder = forms.CharField(
        label=_("Name of the account's holder"),
        help_text=_("Your own name, as checked. We pay to nobody else."),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )
    account = forms.CharField(
        label=_("Bank card number"),
        help_text=_("16 to 19 digits. Kept encrypted and used for this payment alone."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": _("Enter the number of your bank card.")},
    )

    def __init__(self, *args: Any, identity: Identity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.identity = identity

    def clean_holder(self) -> str:
        if clean_name(self.cleaned_data["holder"]) != self.identity.name:
            raise ValidationError(
                _("This is not the name that was checked. Use an account of your own."),
                code="holder",
            )
        return self.identity.name

    def clean_account(self) -> str:
        number = plain(self.cleaned_data["account"])
        if not number.isascii() or not number.isdigit() or len(number) not in CARD_DIGITS:
            raise ValidationError(_("Enter the 16 to 19 digits of the card."), code="account")
        if not luhn(number):
            raise ValidationError(
                _("This number does not add up: one of its digits is mistyped."), code="account"
            )
        return number


class ReasonForm(forms.Form):
    reason = Reason()


class ResultsForm(forms.Form):
    """The bank's file: its columns are "ref" and "result"."""

    results = forms.FileField(
        label=_("Results of the bank"),
        help_text=_("CSV with the columns ref and result (paid or failed)."),
        error_messages={
            "required": _("Choose the file of results."),
            "empty": _("Choose the file of results."),
        },
    )

    reason = Reason()

    def clean_results(self) -> payout_files.Results:
        sent = self.cleaned_data["results"]
        try:
            return payout_files.read_results(sent.read(payout_files.LONGEST + 1))
        except payout_files.Unreadable as error:
            raise ValidationError(
                _("Line %(line)s is not one of results. Nothing was entered."),
                code="results",
                params={"line": str(error)},
            ) from None


class FundForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What to change"),
        choices=[(kind, kind.label) for kind in ChangeKind if kind != ChangeKind.REVERSAL],
    )
    amount = Number(
        label=_("Amount in yuan"),
        min_value=Decimal("0.01"),
        max_value=MOST_YUAN,
        decimal_places=2,
        error_messages={"required": _("Enter the amount."), "invalid": _("Enter the amount.")},
    )
    reason = Reason()

    def change(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "kind": given["kind"],
            "amount_fen": int(given["amount"] * 100),
            "reason": given["reason"],
        }


class RuleForm(forms.Form):
    """A new version of the rule; what is in force is never edited."""

    version = forms.SlugField(
        label=_("Version"),
        max_length=20,
        error_messages={"required": _("Name the version."), "invalid": _("Name the version.")},
    )
    valid_from = Moment(
        label=_("For outages that begin from"), missing=_("Enter from when it counts.")
    )
    base = forms.ChoiceField(label=_("Base"), choices=Base.choices)
    months = forms.IntegerField(
        label=_("Interest of so many months"), min_value=1, max_value=12, initial=12
    )
    minimum = Number(
        label=_("Least sum in yuan"),
        min_value=Decimal(0),
        max_value=MOST_YUAN,
        decimal_places=2,
        initial=Decimal(0),
    )
    cap = Number(
        label=_("Most for one outage in yuan"),
        min_value=Decimal("0.01"),
        max_value=MOST_YUAN,
        decimal_places=2,
    )
    fee = Number(
        label=_("Query fee given back in yuan"),
        help_text=_("What a borrower pays for a query. Nothing, while queries are free."),
        min_value=Decimal(0),
        max_value=MOST_YUAN,
        decimal_places=2,
        initial=Decimal(0),
    )
    fast_lane = forms.BooleanField(label=_("Waiting queries go first"), required=False)
    reason = Reason()

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        for place in range(1, ROWS + 1):
            named, needed = {"number": place}, place == 1
            self.fields[f"over_{place}"] = forms.IntegerField(
                label=_("Tier %(number)d: longer than so many minutes") % named,
                min_value=1,
                max_value=MOST_MINUTES,
                required=needed,
            )
            self.fields[f"bp_{place}"] = forms.IntegerField(
                label=_("Tier %(number)d: basis points") % named,
                min_value=1,
                max_value=10_000,
                required=needed,
            )
            self.fields[f"points_{place}"] = forms.IntegerField(
                label=_("Tier %(number)d: points") % named,
                min_value=0,
                max_value=MOST_POINTS,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (begins := given.get("valid_from")) is not None and begins <= self.now:
            self.add_error("valid_from", _("Enter a moment in the future: no sum changes later."))
        rows = [
            [given[f"over_{n}"] * 60, given[f"bp_{n}"], given.get(f"points_{n}") or 0]
            for n in range(1, ROWS + 1)
            if given.get(f"over_{n}") and given.get(f"bp_{n}")
        ]
        if any(a[0] >= b[0] or a[1] > b[1] or a[2] > b[2] for a, b in pairwise(rows)):
            self.add_error("over_1", _("Each tier must be longer, and give no less than before."))
        given["tiers"] = rows
        return given

    def rule(self) -> dict[str, Any]:
        given = self.cleaned_data
        named = ("version", "valid_from", "base", "tiers", "months", "fast_lane", "reason")
        return {
            **{name: given[name] for name in named},
            "minimum_fen": int(given["minimum"] * 100),
            "cap_fen": int(given["cap"] * 100),
            "fee_fen": int(given["fee"] * 100),
        }
