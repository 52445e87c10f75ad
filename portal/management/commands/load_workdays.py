"""Load the State Council's notice of holidays, so that dates past it stop being provisional."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.workdays import notices, services
from portal.workdays.selectors import calendar


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            default=notices.SHIPPED,
            help="Notices as in portal/workdays/china.json, which is what is loaded without one.",
        )

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            loaded = services.load(notices.read(file.read_text()), now=timezone.now())
        except (OSError, notices.BadNotice) as error:
            raise CommandError(str(error)) from None
        for notice in loaded:
            self.stdout.write(f"Loaded the notice of {notice}.")
        self.stdout.write(f"Official until {calendar().official_until}.")
