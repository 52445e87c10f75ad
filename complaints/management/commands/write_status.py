"""Writes the public status page on a host that has no worker."""

import logging
import signal
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from complaints.services import status
from portal.database import release_connection
from portal.watch import services as watch

logger = logging.getLogger(__name__)
ROUND_SECONDS = 20


class Command(BaseCommand):
    help = "Writes the static copies of the status page, again and again until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="write them once")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            status.publish(now=timezone.now())
            return
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            while True:
                self._publish()
                time.sleep(ROUND_SECONDS)
        finally:
            watch.farewell(name=f"status:{settings.HOST_NAME}")

    def _publish(self) -> None:
        try:
            status.publish(now=timezone.now(), host=settings.HOST_NAME)
        except (DatabaseError, OSError):
            # What stands there says by itself when it was written, and the silence calls somebody.
            logger.warning("the status page could not be written", exc_info=True)
        finally:
            release_connection()
