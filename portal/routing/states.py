"""The states of a route, the edges between them, and what a call can tell about its route."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RouteState(models.TextChoices):
    CLOSED = "closed", pgettext_lazy("breaker", "in use")
    OPEN = "open", pgettext_lazy("breaker", "cut off")
    HALF_OPEN = "half_open", pgettext_lazy("breaker", "being tried")


_R = RouteState
ROUTE_TRANSITIONS: Mapping[str, frozenset[str]] = {
    _R.CLOSED: frozenset({_R.OPEN}),
    _R.OPEN: frozenset({_R.HALF_OPEN}),
    # Back to open: one probe that failed is enough, since nothing else was at risk.
    _R.HALF_OPEN: frozenset({_R.CLOSED, _R.OPEN}),
}


class Result(models.TextChoices):
    """What one call tells about its route."""

    OK = "ok", _("answered")  # a business refusal is an answer, too
    FAILED = "failed", _("failed")
    THROTTLED = "throttled", _("too many calls")  # halves the concurrency, is no failure
    AWAY = "away", _("maintenance")  # opens the route until it is over, is no failure
    NOTHING = "nothing", _("told nothing")  # the call was never made
    # What only shows later, as with a message that a vendor takes and that then arrives or not:
    TAKEN = "taken", _("taken")  # answered, outcome to come: ends a row of failures, is no share
    CAME = "came", _("came to a good end")  # counts in the share alone, as does the next
    LATE = "late", _("came to no good end in time")
