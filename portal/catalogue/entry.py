"""What an entry of the error catalogue holds, and the areas that group them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

LOGIN, IDENTITY, QUERY, REPORT, PORTAL = "login", "identity", "query", "report", "portal"
LENDERS = "lenders"
COMPENSATION = "compensation"
LETTERS = "letters"
COMPLAINT = "complaint"
REVIEW = "review"
AREAS: dict[str, Text] = {
    LOGIN: _("Logging in and codes"),
    IDENTITY: _("Real-name check"),
    QUERY: _("Credit queries"),
    REPORT: _("Reports and PDF files"),
    REVIEW: _("Manual review"),
    LENDERS: _("Lenders"),
    LETTERS: _("Letters"),
    COMPENSATION: _("Compensation"),
    COMPLAINT: _("Complaints"),
    PORTAL: _("The portal itself"),
}
SELF, SUPPORT, LENDER, BUREAU = (
    _("You can solve this yourself."),
    _("If you need help, call our service line."),
    _("Ask the lender that handles your loan."),
    _("Ask the credit reference centre or its branch near you."),
)


@dataclass(frozen=True, slots=True)
class Entry:
    code: str
    area: str
    title: Text
    cause: Text
    next_step: Text
    ask: Text = SUPPORT
