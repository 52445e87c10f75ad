"""The states of a piece of work, the edges between them, and the lanes it runs in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lane(models.TextChoices):
    """Work of one lane never waits behind another's; each has workers and a Celery queue."""

    UPSTREAM = "upstream", _("calls to the bureau")
    MESSAGE = "message", _("messages and checks")
    RENDER = "render", _("documents")
    INTAKE = "intake", _("files that were handed in")
    UPKEEP = "upkeep", _("probes and upkeep")


class Priority(models.IntegerChoices):
    """Of the ready work of a lane the lowest goes first; within one, the longest due."""

    URGENT = 0, _("urgent")
    FRESH = 1, _("fresh")
    BACKLOG = 2, _("backlog")


class WorkState(models.TextChoices):
    READY = "ready", _("ready")
    LEASED = "leased", _("running")
    DONE = "done", _("done")
    PARKED = "parked", _("parked: no way to do it now")
    AMBIGUOUS = "ambiguous", _("ambiguous: whether it happened is unknown")
    FAILED = "failed", _("failed: doing it again changes nothing")
    DEAD = "dead", _("dead: given up, a person looks")


S = WorkState
TRANSITIONS: dict[str, frozenset[str]] = {
    S.READY: frozenset({S.LEASED}),
    # Back to ready: to be tried later, or the lease ran out because its holder died.
    S.LEASED: frozenset({S.READY, S.DONE, S.PARKED, S.AMBIGUOUS, S.FAILED, S.DEAD}),
    S.PARKED: frozenset({S.READY}),  # woken when there is a way again
    S.AMBIGUOUS: frozenset({S.READY}),  # the handler asks by the number before it acts again
    S.FAILED: frozenset({S.READY}),  # a person has put right what was wrong
    S.DEAD: frozenset({S.READY}),  # likewise
    S.DONE: frozenset(),
}
TERMINAL = frozenset({S.DONE})
WAITING = frozenset({S.PARKED, S.AMBIGUOUS})
"""Waits for `wake`."""
TROUBLED = frozenset({S.PARKED, S.AMBIGUOUS, S.FAILED, S.DEAD})
"""What a person may send off again."""
