"""Writes the public status page on a host that has no worker."""

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from complaints.services import status
from portal.database import release_connection

logger = logging.getLogger(__name__)
ROUND_SECONDS = 20


class Command(BaseCommand):
    help = "Writes the static copies of the status page, again and again until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="write them once")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            try:
                status.publish(now=timezone.now())
            except DatabaseError:
                if options["once"]:
                    raise
                # What stands there says by itself when it was written.
                logger.warning("the status page could not be written", exc_info=True)
            finally:
                release_connection()
            if options["once"]:
                return
            time.sleep(ROUND_SECONDS)
