"""What becomes of a file that was handed in: nobody sees it before it was rebuilt."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DocumentState(models.TextChoices):
    QUARANTINED = "quarantined", pgettext_lazy("document", "Being checked")
    LOCKED = "locked", pgettext_lazy("document", "Asks for its password")
    SANITISED = "sanitised", pgettext_lazy("document", "Checked")
    REFUSED = "refused", pgettext_lazy("document", "Not accepted")
    REMOVED = "removed", pgettext_lazy("document", "Removed")
    PURGED = "purged", pgettext_lazy("document", "Deleted on schedule")


_D = DocumentState
DOCUMENT_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _D.QUARANTINED: frozenset({_D.SANITISED, _D.LOCKED, _D.REFUSED, _D.REMOVED, _D.PURGED}),
    # With its password the file is checked again from the start.
    _D.LOCKED: frozenset({_D.QUARANTINED, _D.REMOVED, _D.PURGED}),
    # The borrower takes out of a draft what was put there by mistake; its bytes go at once.
    _D.SANITISED: frozenset({_D.REMOVED, _D.PURGED}),
    _D.REFUSED: frozenset({_D.REMOVED, _D.PURGED}),
    _D.REMOVED: frozenset(),
    _D.PURGED: frozenset(),
}
DOCUMENT_EMPTY = frozenset({_D.REMOVED, _D.PURGED})
"""Nothing of the file is kept any more but its hash."""


class DocumentKind(models.TextChoices):
    STATEMENT = "statement", _("Bank statement")
    SOCIAL_INSURANCE = "social_insurance", _("Social insurance record")
    HOUSING_FUND = "housing_fund", _("Housing fund record")
    TAX = "tax", _("Tax record")
    SALARY = "salary", _("Proof of salary")
    PRINTED_REPORT = "printed_report", _("Credit report printed at a branch or machine")
    OTHER = "other", pgettext_lazy("document", "Other evidence")
