"""How a complaint goes on, and how it ends."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ComplaintState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("complaint", "Draft")
    RECEIVED = "received", pgettext_lazy("complaint", "Received")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("complaint", "Receipt confirmed")
    ACCEPTED = "accepted", pgettext_lazy("complaint", "Accepted")
    NOT_ACCEPTED = "not_accepted", pgettext_lazy("complaint", "Not accepted")
    INVESTIGATING = "investigating", pgettext_lazy("complaint", "Under investigation")
    AWAITING = "awaiting_complainant", pgettext_lazy("complaint", "Question put to complainant")
    PROPOSED = "decision_proposed", pgettext_lazy("complaint", "Decision being checked")
    APPROVED = "decision_approved", pgettext_lazy("complaint", "Decided")
    NOTIFIED = "notified", pgettext_lazy("complaint", "Decision sent")
    CLOSED = "closed", pgettext_lazy("complaint", "Closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("complaint", "Withdrawn")
    UNDER_REVIEW = "under_review", pgettext_lazy("complaint", "To be reviewed")
    ESCALATED = "escalated_external", pgettext_lazy("complaint", "Before the regulator")


_C = ComplaintState
COMPLAINT_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _C.DRAFT: frozenset({_C.RECEIVED}),
    # Confirmed in the transaction that receives it: nobody waits for a person to do so.
    _C.RECEIVED: frozenset({_C.ACKNOWLEDGED}),
    # A withdrawal ends the procedure on the day on which it comes, whatever stands in the way.
    _C.ACKNOWLEDGED: frozenset({_C.ACCEPTED, _C.NOT_ACCEPTED, _C.WITHDRAWN}),
    _C.ACCEPTED: frozenset({_C.INVESTIGATING, _C.WITHDRAWN}),
    _C.INVESTIGATING: frozenset({_C.AWAITING, _C.PROPOSED, _C.WITHDRAWN}),
    # The statutory clock does not wait for an answer, so a decision need not either.
    _C.AWAITING: frozenset({_C.INVESTIGATING, _C.PROPOSED, _C.WITHDRAWN}),
    _C.PROPOSED: frozenset({_C.APPROVED, _C.INVESTIGATING, _C.WITHDRAWN}),
    _C.APPROVED: frozenset({_C.NOTIFIED, _C.WITHDRAWN}),
    _C.NOTIFIED: frozenset({_C.CLOSED, _C.UNDER_REVIEW, _C.ESCALATED}),
    _C.NOT_ACCEPTED: frozenset({_C.UNDER_REVIEW, _C.ESCALATED}),
    _C.CLOSED: frozenset({_C.UNDER_REVIEW, _C.ESCALATED}),
    # Somebody who had no part in the first decision takes it up again.
    _C.UNDER_REVIEW: frozenset({_C.INVESTIGATING, _C.WITHDRAWN, _C.ESCALATED}),
    _C.ESCALATED: frozenset({_C.CLOSED}),
    _C.WITHDRAWN: frozenset(),
}
COMPLAINT_OPEN = frozenset(
    {
        _C.ACKNOWLEDGED,
        _C.ACCEPTED,
        _C.INVESTIGATING,
        _C.AWAITING,
        _C.PROPOSED,
        _C.APPROVED,
        _C.UNDER_REVIEW,
    }
)
"""We owe something."""
WITHDRAWABLE = frozenset(
    state for state, onward in COMPLAINT_TRANSITIONS.items() if _C.WITHDRAWN in onward
)
REVIEWABLE = frozenset({_C.NOTIFIED, _C.NOT_ACCEPTED, _C.CLOSED})


class DecisionState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("decision", "proposed")
    APPROVED = "approved", pgettext_lazy("decision", "approved")
    RETURNED = "returned", pgettext_lazy("decision", "sent back")
    DROPPED = "dropped", pgettext_lazy("decision", "dropped: the complaint was withdrawn")


_D = DecisionState
DECISION_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _D.PROPOSED: frozenset({_D.APPROVED, _D.RETURNED, _D.DROPPED}),
    _D.APPROVED: frozenset(),
    _D.RETURNED: frozenset(),
    _D.DROPPED: frozenset(),
}


class Outcome(models.TextChoices):
    UPHELD = "upheld", _("The complaint is right")
    PARTLY = "partly_upheld", _("The complaint is right in part")
    NOT_UPHELD = "not_upheld", _("The complaint is not confirmed")


class Relief(models.TextChoices):
    """The kinds of the CFPB's public register of complaints, and an apology beside them."""

    EXPLANATION = "explanation", _("Explanation")
    NON_MONETARY = "non_monetary", _("Relief other than money")
    MONETARY = "monetary", _("Relief in money")
    APOLOGY = "apology", _("Apology")
