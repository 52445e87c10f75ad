"""manage.py sync_channels: a changed environment wins over the channels' tables, and says so."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from creditquery.services import channels


class Command(BaseCommand):
    help = "Fills the channels' tables from the environment where it has changed since."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = channels.sync(now=timezone.now())
        for name in changed:
            self.stdout.write(f"Channel {name} was filled from the environment.")
        if not changed and options["verbosity"]:
            self.stdout.write("The environment has not changed; the channels' tables stay.")
