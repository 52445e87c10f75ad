"""Performs due work: rung by a doorbell through Celery, or by `manage.py sweep_work` without it."""

import logging
import os
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.db import DatabaseError, OperationalError
from django.utils import timezone

from portal import tracing
from portal.database import release_connection
from portal.gateway import Rejected, Unavailable
from portal.work import doorbell, handlers, services
from portal.work.claims import Claim, LeaseLost

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 2.0
"""After so long a drain begins nothing new and rings again, so that a worker that is asked to stop
does stop."""


class NotEnded(Exception):
    """A handler came back without saying what became of its work."""


@shared_task(name=doorbell.TASK, ignore_result=True)
def ring(lane: str) -> None:
    """Whoever leaves work behind wakes one more thread before beginning: a backlog wakes the whole
    pool, a single piece nobody."""
    drain(lane, found=partial(doorbell.ring, lane))


@shared_task(name=doorbell.SWEEP_TASK, ignore_result=True)
def sweep_and_ring(lane: str) -> None:
    sweep(lane)
    ring(lane)


def sweep(lane: str) -> None:
    """Take back what the dead held, and add the periodic work that has come due."""
    now = timezone.now()
    services.collect_expired(lane=lane, now=now)
    for periodic in handlers.periodic_of(lane):
        services.add_periodic(periodic=periodic, now=now)


def drain(
    lane: str, *, found: Callable[[], object] = lambda: None, seconds: float = DRAIN_SECONDS
) -> int:
    """Perform due work of a lane, one after the other; returns how much.

    `found` is called when there is work for another thread, too: at the first claim that leaves
    some behind, and when time was up before the work was. A shut gate of the lane ends it: nothing
    is claimed then.
    """
    deadline = time.monotonic() + seconds
    performed, called = 0, False
    while time.monotonic() < deadline:
        if not handlers.is_open(lane):
            return performed
        claims = services.claim(lane=lane, now=timezone.now(), holder=_holder())
        if not claims:
            return performed
        if claims[0].more and not called:
            called = True
            found()
        perform(claims[0])
        performed += 1
    found()
    return performed


def perform(claim: Claim) -> None:
    """Run the handler of one claim; whatever it raises is a failed attempt, never ours."""
    try:
        with tracing.span(claim.kind, parent=claim.trace, lane=claim.lane, work=claim.id):
            handlers.find(claim.kind)(claim)
        if not claim.ended:
            raise NotEnded(claim.kind)
    except LeaseLost as lost:
        logger.warning("%s: its result is dropped, the next holder's counts", lost)
    except Exception as error:
        logger.exception("work %s, %s, attempt %s", claim.id, claim.kind, claim.attempts + 1)
        _fail(claim, error)
    finally:
        release_connection()


def _fail(claim: Claim, error: Exception) -> None:
    """A database that goes away takes handlers with it; five restarts must not make work dead."""
    burn = not isinstance(error, OperationalError)
    try:
        services.fail(claim, reason=_describe(error), now=timezone.now(), burn=burn)
    except (LeaseLost, DatabaseError):
        logger.warning("work %s: the lease will run out", claim.id, exc_info=True)


def _describe(error: Exception) -> str:
    """Class and place. The message only of our own errors: others quote what they choked on."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename]
    place = "/".join(Path(ours[-1].filename).parts[-2:]) + f":{ours[-1].lineno}"
    if isinstance(error, Unavailable | Rejected | NotEnded | handlers.UnknownHandler):
        return f"{type(error).__name__}: {error} ({place})"
    return f"{type(error).__name__} ({place})"


def _holder() -> str:
    return f"{settings.HOST_NAME}:{os.getpid()}"
