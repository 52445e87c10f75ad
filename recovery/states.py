"""The states of a recovery: people give somebody a way back into an account, slowly and in sight.

opened -> evidence -> proposed -> approved (waits) -> ready (the link is out) -> enrolled
"""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RecoveryState(models.TextChoices):
    BEGUN = "begun", pgettext_lazy("recovery", "Waits for the code at the new address")
    OPENED = "opened", pgettext_lazy("recovery", "Waits for your papers")
    EVIDENCE = "evidence", pgettext_lazy("recovery", "Waits for an officer")
    PROPOSED = "proposed", pgettext_lazy("recovery", "Waits for a second officer")
    APPROVED = "approved", pgettext_lazy("recovery", "Approved, waiting time runs")
    READY = "ready", pgettext_lazy("recovery", "The link has been sent")
    ENROLLED = "enrolled", pgettext_lazy("recovery", "Done")
    STOPPED = "stopped", pgettext_lazy("recovery", "Stopped")
    REFUSED = "refused", pgettext_lazy("recovery", "Refused")
    LAPSED = "lapsed", pgettext_lazy("recovery", "Lapsed")


_R = RecoveryState
RECOVERY_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _R.BEGUN: frozenset({_R.OPENED}),
    _R.OPENED: frozenset({_R.EVIDENCE, _R.STOPPED, _R.LAPSED}),
    # Back to opened: an officer asks for more.
    _R.EVIDENCE: frozenset({_R.OPENED, _R.PROPOSED, _R.STOPPED}),
    # Back to evidence: the second officer does not agree with the first.
    _R.PROPOSED: frozenset({_R.EVIDENCE, _R.APPROVED, _R.REFUSED, _R.STOPPED}),
    # Nobody hurries the waiting time; a third officer may still end it.
    _R.APPROVED: frozenset({_R.READY, _R.STOPPED}),
    _R.READY: frozenset({_R.ENROLLED, _R.STOPPED, _R.LAPSED}),
    # "It was not me", said at an old address afterwards: the account is frozen, and people look.
    _R.ENROLLED: frozenset({_R.STOPPED}),
    _R.STOPPED: frozenset(),
    _R.REFUSED: frozenset(),
    _R.LAPSED: frozenset(),
}
RECOVERY_TERMINAL = frozenset(s for s, on in RECOVERY_TRANSITIONS.items() if not on)
RECOVERY_OPEN = frozenset({_R.OPENED, _R.EVIDENCE, _R.PROPOSED, _R.APPROVED, _R.READY})
RECOVERY_WAITS_FOR_US = frozenset({_R.EVIDENCE, _R.PROPOSED})
RECOVERY_AGREED = frozenset({_R.APPROVED, _R.READY, _R.ENROLLED})
"""Two officers agreed that it is the owner."""


class Lost(models.TextChoices):
    """What the person says is gone; what is gone no longer opens the account afterwards."""

    PHONE = "phone", _("The old phone number")
    EMAIL = "email", _("The email address")
    DEVICE = "device", _("The phone or computer itself, with its app or passkey")


class PaperKind(models.TextChoices):
    ID_FRONT = "id_front", _("Identity card, the side with the picture")
    ID_BACK = "id_back", _("Identity card, the side with the emblem")
    SELFIE = "selfie", _("Picture of you with today's paper")
    AUTHORISATION = "authorisation", _("Signed authorisation for the loan's review")
    OTHER = "other", pgettext_lazy("recovery", "Something else that proves who you are")


WANTED = (PaperKind.ID_FRONT, PaperKind.ID_BACK, PaperKind.SELFIE)
"""Without these an officer cannot compare anybody with anything."""


class Outcome(models.TextChoices):
    APPROVE = "approve", pgettext_lazy("recovery", "It is the owner")
    REFUSE = "refuse", pgettext_lazy("recovery", "It is not shown to be the owner")


class LinkKind(models.TextChoices):
    STOP = "stop", pgettext_lazy("recovery", "stops it")
    ENROL = "enrol", pgettext_lazy("recovery", "sets the new phone")


class StepKind(models.TextChoices):
    """What happened to a ticket, one row each, never changed."""

    OPENED = "opened", pgettext_lazy("recovery step", "asked for")
    RENEWED = "renewed", pgettext_lazy("recovery step", "asked for again; a new word was given")
    HANDED_IN = "handed_in", pgettext_lazy("recovery step", "papers handed in")
    NOTED = "noted", pgettext_lazy("recovery step", "note")
    LOOKED = "looked", pgettext_lazy("recovery step", "paper opened")
    REVEALED = "revealed", pgettext_lazy("recovery step", "masked data shown")
    ASKED = "asked", pgettext_lazy("recovery step", "more was asked for")
    PROPOSED = "proposed", pgettext_lazy("recovery step", "an officer proposed a decision")
    SENT_BACK = "sent_back", pgettext_lazy("recovery step", "the second officer did not agree")
    APPROVED = "approved", pgettext_lazy("recovery step", "approved by a second officer")
    REFUSED = "refused", pgettext_lazy("recovery step", "refused by two officers")
    LINK_SENT = "link_sent", pgettext_lazy("recovery step", "the link was sent")
    ENROLLED = "enrolled", pgettext_lazy("recovery step", "the new phone was set")
    STOPPED = "stopped", pgettext_lazy("recovery step", "stopped")
    WITHDRAWN = "withdrawn", pgettext_lazy("recovery step", "taken back")
    LAPSED = "lapsed", pgettext_lazy("recovery step", "lapsed")
    CARRY_PROPOSED = "carry_proposed", pgettext_lazy("recovery step", "a review was proposed")
    CARRIED = "carried", pgettext_lazy("recovery step", "a query went into manual review")
    CARRY_REFUSED = "carry_refused", pgettext_lazy("recovery step", "no review was begun")
