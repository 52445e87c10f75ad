"""Coded reasons: what an officer may say, so that refusals can be counted and objected to.

Pure. A reason has the words of the desk and those that the borrower reads; free text comes beside
it, never instead of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Act(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    REQUEST = "request"
    SEND_BACK = "send_back"


@dataclass(frozen=True, slots=True)
class Reason:
    """`desk`: a few words for officers; `told`: the sentence that the borrower reads, "" where
    only officers read it."""

    desk: Promise
    told: Promise | str = ""


REASONS: Mapping[Act, Mapping[str, Reason]] = {
    Act.APPROVE: {
        "income-shown": Reason(
            _("Income shown for the whole period"),
            _("The statements show an income for the whole period."),
        ),
        "employment-shown": Reason(
            _("Employment shown"),
            _("Social insurance, housing fund or salary papers show the employment."),
        ),
        "report-shown": Reason(
            _("Printed credit report shown"),
            _("A printed credit report was handed in and agrees with the other evidence."),
        ),
    },
    Act.REFUSE: {
        "period-missing": Reason(
            _("Period not covered"),
            _("The documents do not cover the last three months without a gap."),
        ),
        "identity-differs": Reason(
            _("Name or ID number differs"),
            _("A name or an ID number in the documents is not that of the applicant."),
        ),
        "income-not-shown": Reason(
            _("Income not shown"), _("The documents show no regular income.")
        ),
        "figures-disagree": Reason(
            _("Figures disagree"), _("Figures in the documents do not agree with each other.")
        ),
        "not-authentic": Reason(
            _("Authenticity in doubt"),
            _("We could not convince ourselves that a document is unaltered."),
        ),
    },
    Act.REQUEST: {
        "unreadable": Reason(
            _("Not readable"), _("A picture cannot be read: please take it again in good light.")
        ),
        "pages-missing": Reason(
            _("Pages missing"), _("Pages are missing: please hand in the whole document.")
        ),
        "period-missing": Reason(
            _("Period not covered"),
            _("Please hand in statements for each of the last three months."),
        ),
        "holder-missing": Reason(
            _("Holder not shown"),
            _("The name of the account's holder is missing: please add the page that shows it."),
        ),
        "proof-of-employment": Reason(
            _("Employment not shown"),
            _("Please add a social insurance, housing fund, tax or salary record."),
        ),
        "other": Reason(_("Other, see the text"), _("Please see what the officer wrote.")),
    },
    Act.SEND_BACK: {
        "evidence-overlooked": Reason(_("Evidence overlooked")),
        "reasons-incomplete": Reason(_("Reasons incomplete")),
        "wrong-outcome": Reason(_("Another outcome suggests itself")),
        "policy-not-followed": Reason(_("Policy not followed")),
    },
}


def desk(act: str, code: str) -> str:
    return str(REASONS[Act(act)][code].desk)


def told(act: str, code: str) -> str:
    return str(REASONS[Act(act)][code].told)
