"""Cut the fonts of the printed report now, so that the first borrower does not wait for it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.fonts import FontsMissing, outfit


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outfit("")
        except FontsMissing as error:
            raise CommandError(str(error)) from None
