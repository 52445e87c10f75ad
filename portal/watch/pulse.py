"""The pulse of a worker: says that it lives, sees what stands still, and works without the bell.

Celery only rings (docs/adr/0006). When Redis or beat is gone nobody does, so each worker then
sweeps its lanes itself and works with some threads of its own, until it is rung again.
"""

import datetime as dt
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from celery import bootsteps, signals
from celery.worker import state as celery_state
from django.conf import settings
from django.utils import timezone

from portal.database import release_connection
from portal.watch import selectors, services
from portal.watch.kinds import DOORBELL_SILENT, LANE_RESTARTED, LANE_STALLED
from portal.watch.models import Severity
from portal.work import handlers, tasks
from portal.work.doorbell import SWEEP_TASK

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
BEAT_SECONDS = 5.0
"""How often a heartbeat is written, and how often it is seen whether anything stands still."""
SILENT_SECONDS = 5.0
"""A worker that is alone in its lane and was not rung for so long is on its own."""
TURN_SECONDS = 2.0
"""Workers of one lane are rung in turn: each further one makes the silence that much longer."""


class Pulse:
    """One thread beside a worker's pool. `busy` tells how many of the pool's threads are taken."""

    def __init__(
        self,
        *,
        kind: str,
        lanes: Sequence[str],
        threads: int,
        busy: Callable[[], int] | None = None,
    ) -> None:
        self._kind, self._lanes, self._threads = kind, tuple(lanes), threads
        self._name = f"{kind}:{'+'.join(lanes)}:{settings.HOST_NAME}:{os.getpid()}"[:120]
        self._busy = busy
        self._hands = Hands(most=max(1, threads // 2))
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        self._rung, self._looked = time.monotonic(), 0.0
        self._bell_swept, self._alone, self._peers = False, False, 1
        self._suspects: set[str] = set()
        self._stalled: set[str] = set()

    def start(self) -> None:
        self._thread.start()

    def heard(self, *, swept: bool) -> None:
        """The doorbell rang in this process; `swept`: it was the clock process that rang."""
        self._rung = time.monotonic()
        self._bell_swept = self._bell_swept or swept

    def stop(self) -> None:
        """Begin nothing new."""
        self._ended.set()
        self._hands.rest()

    def close(self) -> None:
        """Wait for what was begun, and say farewell."""
        self.stop()
        self._hands.close()
        if self._thread.is_alive():
            self._thread.join(TICK_SECONDS + BEAT_SECONDS)
        try:
            services.farewell(name=self._name)
        except Exception:  # noqa: BLE001 (without a database nobody misses it either)
            logger.warning("pulse: no farewell")
        finally:
            release_connection()

    def _run(self) -> None:
        while not self._ended.wait(TICK_SECONDS):
            try:
                self.tick(timezone.now())
            except Exception as error:  # noqa: BLE001 (a pulse that stops is worse than one missed)
                logger.warning("pulse: %s", type(error).__name__)
            finally:
                release_connection()

    def tick(self, now: dt.datetime) -> None:
        """What is done each second: help where nobody rings, and every few seconds look around."""
        self._alone = self._is_alone()
        needy = (
            self._lanes if self._alone else [each for each in self._lanes if each in self._stalled]
        )
        if self._busy is not None:
            self._hands.work(needy, most=self._threads - self._busy())
        if time.monotonic() - self._looked >= BEAT_SECONDS:
            self._look(now)

    def _is_alone(self) -> bool:
        """Nobody rang for too long, though there were threads that would have answered."""
        if self._busy is None:
            return False
        if self._busy() >= self._threads:
            self._rung = time.monotonic()
        patience = SILENT_SECONDS + TURN_SECONDS * (self._peers - 1)
        return time.monotonic() - self._rung > patience

    # --- Every few seconds ------------------------------------------------------------------

    def _look(self, now: dt.datetime) -> None:
        self._looked = time.monotonic()
        detail = {
            "lanes": list(self._lanes),
            "threads": self._threads,
            "alone": self._alone,
            "release": settings.RELEASE,
        }
        services.beat(
            name=self._name, kind=self._kind, host=settings.HOST_NAME, detail=detail, now=now
        )
        if self._bell_swept:
            self._bell_swept = False
            services.beat(name="beat", kind="beat", host=settings.HOST_NAME, now=now)
        self._peers = max(selectors.peers(lane=lane, now=now) for lane in self._lanes)
        self._tell_of_silence(now)
        services.tell_silences(silent=selectors.silent(now=now), now=now)
        self._tell_of_stalling(now)

    def _tell_of_silence(self, now: dt.datetime) -> None:
        subject = f"{settings.HOST_NAME} {'+'.join(self._lanes)}"
        if self._alone:
            services.raise_alarm(
                kind=DOORBELL_SILENT,
                subject=subject,
                severity=Severity.WARNING,
                detail={"seconds": round(time.monotonic() - self._rung)},
                repair=LANE_RESTARTED,
                now=now,
            )
        elif self._busy is not None:
            services.clear(kind=DOORBELL_SILENT, subject=subject, now=now)

    def _tell_of_stalling(self, now: dt.datetime) -> None:
        """Seen twice in a row: between two claims of a busy lane there is a moment without any.
        Behind a shut gate work waits on purpose."""
        seen = {lane for lane in selectors.stalled(now=now) if handlers.is_open(lane)}
        self._stalled, self._suspects = seen & self._suspects, seen
        for lane in self._stalled:
            helped = self._busy is not None and lane in self._lanes
            services.raise_alarm(
                kind=LANE_STALLED,
                subject=lane,
                severity=Severity.CRITICAL,
                repair=LANE_RESTARTED if helped else "",
                now=now,
            )
        services.settle(kind=LANE_STALLED, still=seen, now=now)


class Hands:
    """Threads of our own that do what a rung pool would, woken one by the other as by the bell."""

    def __init__(self, *, most: int) -> None:
        self._most, self._pool = most, ThreadPoolExecutor(most, thread_name_prefix="hand")
        self._lock = threading.Lock()
        self._wanted, self._running, self._resting = 0, 0, False

    def work(self, lanes: Sequence[str], *, most: int) -> None:
        """Sweep these lanes and begin on what is due, with at most so many threads at once; none
        once no lane is given."""
        with self._lock:
            if self._resting:
                return
            self._wanted = min(self._most, most) if lanes else 0
        for lane in lanes:
            tasks.sweep(lane)
            self._one_more(lane)

    def rest(self) -> None:
        """Begin nothing any more."""
        with self._lock:
            self._wanted, self._resting = 0, True

    def close(self) -> None:
        self.rest()
        self._pool.shutdown(wait=True)

    def _one_more(self, lane: str) -> None:
        with self._lock:
            if self._running >= self._wanted:
                return
            self._running += 1
        self._pool.submit(self._drain, lane)

    def _drain(self, lane: str) -> None:
        try:
            tasks.drain(lane, found=partial(self._one_more, lane))
        except Exception as error:  # noqa: BLE001 (a second later the next one tries)
            logger.warning("pulse: %s: %s", lane, type(error).__name__)
        finally:
            with self._lock:
                self._running -= 1
            release_connection()


# --- In a Celery worker ---------------------------------------------------------------------

_pulse: Pulse | None = None


class Beside(bootsteps.StartStopStep):
    """Starts the pulse with the pool: before the worker has reached Redis, which may be gone."""

    requires = frozenset({"celery.worker.components:Pool"})

    def start(self, parent: Any) -> None:
        global _pulse
        _pulse = Pulse(
            kind="worker",
            lanes=sorted(parent.app.amqp.queues.consume_from),
            threads=parent.concurrency,
            busy=lambda: len(celery_state.active_requests),
        )
        _pulse.start()


@signals.worker_init.connect
def _join(sender: Any, **_: object) -> None:
    sender.app.steps["worker"].add(Beside)


@signals.task_received.connect
def _heard(request: Any, **_: object) -> None:
    if _pulse is not None:
        _pulse.heard(swept=request.name == SWEEP_TASK)


@signals.worker_shutting_down.connect
def _stop(**_: object) -> None:
    if _pulse is not None:
        _pulse.stop()


@signals.worker_shutdown.connect
def _close(**_: object) -> None:
    if _pulse is not None:
        _pulse.close()
