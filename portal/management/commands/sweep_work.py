"""Performs due work without Redis and without Celery."""

import logging
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import OperationalError

from portal.database import release_connection
from portal.watch.pulse import Pulse
from portal.work import tasks
from portal.work.states import Lane

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Performs due work without Redis and without Celery, until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="stop when nothing is due")
        parser.add_argument(
            "--lane", action="append", choices=Lane.values, help="only this lane (may be repeated)"
        )
        parser.add_argument("--threads", type=int, default=4, metavar="N", help="default: 4")

    def handle(self, *args: Any, **options: Any) -> None:
        lanes, threads = options["lane"] or Lane.values, max(1, options["threads"])
        stop = threading.Event()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
        with beating(lanes, threads, once=options["once"]), ThreadPoolExecutor(threads) as pool:
            turns = [pool.submit(serve, lanes, stop, options["once"]) for _ in range(threads)]
            performed = sum(turn.result() for turn in turns)
        self.stdout.write(f"{performed} pieces of work performed.")


@contextmanager
def beating(lanes: list[str], threads: int, *, once: bool) -> Iterator[None]:
    """A sweeper that stays is missed when it stops without a word."""
    if once:
        yield
        return
    pulse = Pulse(kind="sweeper", lanes=lanes, threads=threads)
    pulse.start()
    try:
        yield
    finally:
        pulse.close()


def serve(lanes: list[str], stop: threading.Event, once: bool) -> int:
    """Sweep and drain lane after lane until `stop`, or with `once` until nothing is due."""
    performed = 0
    while not stop.is_set():
        try:
            found = sum(sweep_and_drain(lane) for lane in lanes)
        except OperationalError:
            if once:
                raise
            logger.warning("the database does not answer", exc_info=True)
            found = 0
        performed += found
        if once and not found:
            break
        if not found:
            stop.wait(settings.WORK_SWEEP_SECONDS)
    return performed


def sweep_and_drain(lane: str) -> int:
    try:
        tasks.sweep(lane)
        return tasks.drain(lane)
    finally:
        release_connection()
