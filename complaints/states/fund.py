"""The compensation fund (专项补偿基金): what changes it, and how its pay-outs go."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EntryKind(models.TextChoices):
    """Each moves two sums: the money in the fund, and the part of it that is promised."""

    DEPOSIT = "deposit", pgettext_lazy("fund", "Deposit")
    COMMITMENT = "commitment", pgettext_lazy("fund", "Promised")
    RELEASE = "release", pgettext_lazy("fund", "Promise ended")
    PAYMENT = "payment", pgettext_lazy("fund", "Paid out")
    REVERSAL = "reversal", pgettext_lazy("fund", "Paid back")


_E = EntryKind
EFFECT: Mapping[str, tuple[int, int]] = {
    _E.DEPOSIT: (1, 0),
    _E.COMMITMENT: (0, 1),
    _E.RELEASE: (0, -1),
    _E.PAYMENT: (-1, -1),
    _E.REVERSAL: (1, 0),
}
"""Sign by which an entry changes (balance, committed)."""


class ChangeKind(models.TextChoices):
    DEPOSIT = "deposit", _("Top up the fund")
    INCIDENT_CEILING = "incident_ceiling", _("Set the ceiling for one incident")
    PERSON_CEILING = "person_ceiling", _("Set the ceiling for one person and year")
    REVERSAL = "reversal", _("Reverse a payment")


class LineState(models.TextChoices):
    """One line of a pay-out file."""

    LISTED = "listed", pgettext_lazy("pay-out", "No result yet")
    PAID = "paid", pgettext_lazy("pay-out", "Paid")
    FAILED = "failed", pgettext_lazy("pay-out", "Refused by the bank")
    DROPPED = "dropped", pgettext_lazy("pay-out", "File refused")


_L = LineState
LINE_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _L.LISTED: frozenset({_L.PAID, _L.FAILED, _L.DROPPED}),
    _L.PAID: frozenset(),
    _L.FAILED: frozenset(),
    _L.DROPPED: frozenset(),
}
