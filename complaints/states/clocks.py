"""The clocks on a complaint, and on what authority each runs."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClockState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("clock", "running")
    PAUSED = "paused", pgettext_lazy("clock", "paused")
    MET = "met", pgettext_lazy("clock", "kept")
    BREACHED = "breached", pgettext_lazy("clock", "missed")
    STOPPED = "stopped", pgettext_lazy("clock", "no longer needed")


_S = ClockState
CLOCK_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _S.RUNNING: frozenset({_S.PAUSED, _S.MET, _S.BREACHED, _S.STOPPED}),
    # A paused clock cannot be missed: its last day is counted anew when it goes on.
    _S.PAUSED: frozenset({_S.RUNNING, _S.MET, _S.STOPPED}),
    _S.MET: frozenset(),
    _S.BREACHED: frozenset(),  # what was missed stays missed, even when it is done later
    _S.STOPPED: frozenset(),
}
CLOCK_OPEN = frozenset({_S.RUNNING, _S.PAUSED})


class ClockKind(models.TextChoices):
    DECISION = "decision", _("Decision")
    NOTICE = "notice", _("Notice of the decision")
    REVIEW = "review", _("Decision after the review")
    OBJECTION = "objection", _("Answer to an objection to the credit report")
    SERVICE = "service", _("Our own promise")


STATUTORY = frozenset({ClockKind.DECISION, ClockKind.REVIEW, ClockKind.OBJECTION})


class Basis(models.TextChoices):
    CALENDAR = "calendar", _("calendar days")
    WORKING = "working", _("working days")


class ExtensionState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("extension of a clock", "proposed")
    APPROVED = "approved", pgettext_lazy("extension of a clock", "approved")
    REFUSED = "refused", pgettext_lazy("extension of a clock", "refused")
    DROPPED = "dropped", pgettext_lazy("extension of a clock", "no longer needed")


_E = ExtensionState
EXTENSION_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _E.PROPOSED: frozenset({_E.APPROVED, _E.REFUSED, _E.DROPPED}),
    _E.APPROVED: frozenset(),
    _E.REFUSED: frozenset(),
    _E.DROPPED: frozenset(),
}
