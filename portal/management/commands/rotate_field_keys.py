"""Seals all personal data anew under the first key of FIELD_KEYS."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.rotation import rotate, sealed_fields


class Command(BaseCommand):
    help = (
        "Seals all personal data anew under the first key of FIELD_KEYS. When it has ended without "
        "an error, the older keys can be removed. It may be cut off and run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = 0
        for field in sealed_fields(apps.get_models(include_auto_created=True)):
            result = rotate(field)
            unreadable += result.unreadable
            counts = f"{result.sealed} sealed, {result.unreadable} unreadable"
            self.stdout.write(f"{field.context}: {counts}")
        if unreadable:
            raise CommandError(f"{unreadable} values open with no key of FIELD_KEYS: keep all.")
        self.stdout.write(f"Everything is sealed under key {settings.FIELD_KEYS[0][0]}.")
