"""How a compensation goes from the assessment to the account of the borrower."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Base(models.TextChoices):
    """What a tier is a share of; on one loan the two differ 25-fold (docs/compensation.md)."""

    OF_RATE = "of_rate", _("of the interest of the loan")
    PERCENTAGE_POINTS = "percentage_points", _("percentage points of the loan amount")


class CompensationState(models.TextChoices):
    ASSESSED = "assessed", pgettext_lazy("compensation", "Assessed")
    PROPOSED = "proposed", pgettext_lazy("compensation", "Proposed")
    APPROVED = "approved", pgettext_lazy("compensation", "Approved")
    OFFERED = "offered", pgettext_lazy("compensation", "Offered")
    ACCEPTED = "accepted", pgettext_lazy("compensation", "Accepted")
    PAYING = "paying", pgettext_lazy("compensation", "Being paid")
    PAID = "paid", pgettext_lazy("compensation", "Paid")
    DECLINED = "declined", pgettext_lazy("compensation", "Declined")
    EXPIRED = "expired", pgettext_lazy("compensation", "Offer expired")
    REVERSED = "reversed", pgettext_lazy("compensation", "Reversed")
    SUPERSEDED = "superseded", pgettext_lazy("compensation", "Replaced by a new one")
    WITHDRAWN = "withdrawn", pgettext_lazy("compensation", "Withdrawn")


_C = CompensationState
_GIVEN_UP = frozenset({_C.SUPERSEDED, _C.WITHDRAWN})
COMPENSATION_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _C.ASSESSED: frozenset({_C.PROPOSED}) | _GIVEN_UP,
    # Back to assessed: the second person refused the batch, the sums stay what they are.
    _C.PROPOSED: frozenset({_C.ASSESSED, _C.APPROVED}) | _GIVEN_UP,
    # Approved and not offered: it waits for the fund.
    _C.APPROVED: frozenset({_C.OFFERED}) | _GIVEN_UP,
    _C.OFFERED: frozenset({_C.ACCEPTED, _C.DECLINED, _C.EXPIRED}) | _GIVEN_UP,
    # What was accepted is owed: no correction takes it back. Straight to paid: nothing but points.
    _C.ACCEPTED: frozenset({_C.PAYING, _C.PAID}),
    # Back to accepted: the pay-out file was refused. Back to offered: the bank refused the account.
    _C.PAYING: frozenset({_C.PAID, _C.ACCEPTED, _C.OFFERED}),
    _C.PAID: frozenset({_C.REVERSED}),
    _C.DECLINED: frozenset(),
    _C.EXPIRED: frozenset(),
    _C.REVERSED: frozenset(),
    _C.SUPERSEDED: frozenset(),
    _C.WITHDRAWN: frozenset(),
}
OPEN = frozenset({_C.ASSESSED, _C.PROPOSED, _C.APPROVED, _C.OFFERED})
"""A correction of the incident replaces these."""
OWED = frozenset({_C.ACCEPTED, _C.PAYING, _C.PAID})
"""A correction never takes these back: it only adds what is missing."""
SHOWN = frozenset(_C) - {_C.ASSESSED, _C.PROPOSED} - _GIVEN_UP
"""What the borrower sees: nothing before two persons agreed to it."""


class Waiting(models.TextChoices):
    """Why an approved compensation is not offered yet."""

    FUND = "fund", _("The fund has not enough money at the moment.")
    INCIDENT = "incident", _("The fund's ceiling for one incident is reached.")
    PERSON = "person", _("The fund's ceiling for one person and year is reached.")
