"""The states of a manual review: two people decide, one after the other, on what was handed in.

A lease holds a case for whoever works on it, and nobody else: claimed by the maker, checking by
the checker. When it runs out the case is free again, and what was decided before stays.
"""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReviewState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("review", "Being put together")
    OPEN = "open", pgettext_lazy("review", "Waits for an officer")
    CLAIMED = "claimed", pgettext_lazy("review", "An officer works on it")
    AWAITING = "awaiting", pgettext_lazy("review", "Waits for the borrower")
    RECOMMENDED = "recommended", pgettext_lazy("review", "Waits for a second officer")
    CHECKING = "checking", pgettext_lazy("review", "A second officer checks it")
    APPROVED = "approved", pgettext_lazy("review", "Approved")
    REFUSED = "refused", pgettext_lazy("review", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("review", "Withdrawn")
    LAPSED = "lapsed", pgettext_lazy("review", "Lapsed")


_R = ReviewState
REVIEW_TRANSITIONS: Mapping[str, frozenset[str]] = {
    # A draft lapses with the query, or when nobody goes on with it.
    _R.DRAFT: frozenset({_R.OPEN, _R.LAPSED}),
    _R.OPEN: frozenset({_R.CLAIMED, _R.WITHDRAWN, _R.LAPSED}),
    # Back to open: given back, handed to a colleague, or its lease ran out.
    _R.CLAIMED: frozenset({_R.OPEN, _R.AWAITING, _R.RECOMMENDED, _R.WITHDRAWN, _R.LAPSED}),
    _R.AWAITING: frozenset({_R.OPEN, _R.WITHDRAWN, _R.LAPSED}),
    _R.RECOMMENDED: frozenset({_R.CHECKING, _R.WITHDRAWN, _R.LAPSED}),
    # Recommended again: given back, its lease ran out, or a third officer is wanted. Open: the
    # checker sends it back to be looked at anew.
    _R.CHECKING: frozenset(
        {_R.RECOMMENDED, _R.OPEN, _R.APPROVED, _R.REFUSED, _R.WITHDRAWN, _R.LAPSED}
    ),
    _R.APPROVED: frozenset(),
    # The borrower objects: another round, by people who had no part in the first.
    _R.REFUSED: frozenset({_R.OPEN}),
    _R.WITHDRAWN: frozenset(),
    _R.LAPSED: frozenset(),
}
REVIEW_HELD = frozenset({_R.CLAIMED, _R.CHECKING})
"""Somebody's, until the lease runs out."""
REVIEW_UNDECIDED = frozenset({_R.OPEN, _R.CLAIMED, _R.AWAITING, _R.RECOMMENDED, _R.CHECKING})
REVIEW_DECIDED = frozenset({_R.APPROVED, _R.REFUSED})
REVIEW_LIVE = REVIEW_UNDECIDED | {_R.DRAFT}
"""One a query at a time."""
REVIEW_QUEUED = frozenset({_R.OPEN, _R.RECOMMENDED})
"""What "next case" chooses from."""


class Outcome(models.TextChoices):
    APPROVE = "approve", pgettext_lazy("review", "The evidence suffices")
    REFUSE = "refuse", pgettext_lazy("review", "The evidence does not suffice")


class Express(models.TextChoices):
    """Why a case is in the priority lane (快速通道): computed, never asked for."""

    INCIDENT = "incident", _("an outage touched it")
    DEADLINE = "deadline", _("the loan is decided soon")


class StepKind(models.TextChoices):
    """What happened to a case, one row each, never changed: its timeline."""

    SUBMITTED = "submitted", pgettext_lazy("step", "handed in")
    ADDED = "added", pgettext_lazy("step", "document added")
    CLAIMED = "claimed", pgettext_lazy("step", "taken")
    RELEASED = "released", pgettext_lazy("step", "given back")
    EXPIRED = "expired", pgettext_lazy("step", "free again: its lease ran out")
    HANDED_OVER = "handed_over", pgettext_lazy("step", "handed over")
    NOTED = "noted", pgettext_lazy("step", "note")
    REQUESTED = "requested", pgettext_lazy("step", "more evidence requested")
    ANSWERED = "answered", pgettext_lazy("step", "answered")
    RECOMMENDED = "recommended", pgettext_lazy("step", "recommended")
    AGREED = "agreed", pgettext_lazy("step", "agreed to; a third officer is wanted")
    DECIDED = "decided", pgettext_lazy("step", "decided")
    SENT_BACK = "sent_back", pgettext_lazy("step", "sent back to be looked at anew")
    RECUSED = "recused", pgettext_lazy("step", "an officer stepped aside")
    OBJECTED = "objected", pgettext_lazy("step", "the borrower objected")
    REVEALED = "revealed", pgettext_lazy("step", "masked data shown")
    LOOKED = "looked", pgettext_lazy("step", "document opened")
    REPORT_JOINED = "report_joined", pgettext_lazy("step", "the report of the bureau came")
    ESCALATED = "escalated", pgettext_lazy("step", "overdue: brought before a lead")
    WITHDRAWN = "withdrawn", pgettext_lazy("step", "withdrawn")
    LAPSED = "lapsed", pgettext_lazy("step", "lapsed")
