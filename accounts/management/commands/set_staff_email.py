"""Gives a member of staff the address to which alarms go, or takes it away."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.models import User
from accounts.roles import STAFF
from accounts.services import staff


class Command(BaseCommand):
    help = "Gives a member of staff the address to which alarms go; without one, takes it away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("address", nargs="?", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], role__in=STAFF).first()
        if user is None:
            raise CommandError("no member of staff has this user name")
        try:
            if options["address"]:
                validate_email(options["address"])
        except ValidationError:
            raise CommandError("this is no email address") from None
        staff.set_email(user=user, email=options["address"], now=timezone.now())
