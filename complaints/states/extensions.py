"""How a request for a later decision deadline goes on."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ExtensionState(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("deadline extension", "With the lender")
    APPROVED = "approved", pgettext_lazy("deadline extension", "Approved")
    REFUSED = "refused", pgettext_lazy("deadline extension", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("deadline extension", "Taken back")
    IN_FORCE = "in_force", pgettext_lazy("deadline extension", "In force")
    SUPERSEDED = "superseded", pgettext_lazy("deadline extension", "Replaced by a later date")
    REVOKED = "revoked", pgettext_lazy("deadline extension", "Without effect")


_E = ExtensionState
EXTENSION_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _E.REQUESTED: frozenset({_E.APPROVED, _E.REFUSED, _E.WITHDRAWN}),
    # Revoked: the loan was decided before the new deadline could hold.
    _E.APPROVED: frozenset({_E.IN_FORCE, _E.REVOKED}),
    # A promised day only ever gives way to a later one; nothing takes it back.
    _E.IN_FORCE: frozenset({_E.SUPERSEDED}),
    _E.REFUSED: frozenset(),
    _E.WITHDRAWN: frozenset(),
    _E.SUPERSEDED: frozenset(),
    _E.REVOKED: frozenset(),
}
EXTENSION_STANDING = frozenset({_E.REQUESTED, _E.APPROVED, _E.IN_FORCE})
"""While one of these stands, the same outage is no ground for another for the same loan."""
EXTENSION_GRANTED = frozenset({_E.APPROVED, _E.IN_FORCE, _E.SUPERSEDED})


class Refusal(models.TextChoices):
    NOT_HELD_UP = "not_held_up", _("The outage did not hold this application up.")
    ENOUGH_TIME = "enough_time", _("Enough time is left to decide without it.")
    FIXED_OFFER = "fixed_offer", _("The offer is bound to a day that the lender cannot move.")
    DECIDED = "decided", _("The application has been decided already.")
    OTHER = "other", _("Another reason, as written below.")
