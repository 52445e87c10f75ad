"""manage.py check_channel NAME: is this channel fit for use? Exit 0 yes, 1 no, 2 not to be told."""

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from creditquery.channels import GATEWAYS
from creditquery.conformance import checks, kit
from creditquery.conformance.kit import Finding, Subject, Verdict
from creditquery.gateways.inquiry import Access, Person
from creditquery.models import Endpoint

UNFIT, UNKNOWN = 1, 2


class Command(BaseCommand):
    help = (
        "Checks signature, replay, clock, time-outs, codes, asking by number and repeated numbers "
        "of a channel, by calls to its own address. A few inquiries about the test identity are "
        "made: agree with the operator which person that is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        person = kit.TEST_PERSON
        parser.formatter_class = argparse.ArgumentDefaultsHelpFormatter
        parser.add_argument("name", help="the channel")
        parser.add_argument("--endpoint", default="", help="one of its entrances, else each")
        parser.add_argument(
            "--seconds", type=float, default=kit.CALL_SECONDS, help="what one call may take"
        )
        parser.add_argument("--person", default=person.name, help="name of the test identity")
        parser.add_argument("--id-number", default=person.id_number, help="its identity card")
        parser.add_argument("--phone", default=person.phone, help="its phone number")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Endpoint.objects.filter(channel__name=options["name"]).select_related("channel")
        if options["endpoint"]:
            rows = rows.filter(name=options["endpoint"])
        endpoints = list(rows.order_by("pk"))
        if not endpoints:
            self.stderr.write(f"No channel {options['name']} with such an endpoint.")
            sys.exit(UNKNOWN)
        person = Person(options["person"], "10", options["id_number"], options["phone"])
        seconds = options["seconds"]
        sys.exit(max(self._check(_subject(each, person, seconds)) for each in endpoints))

    def _check(self, subject: Subject) -> int:
        access = subject.access
        self.stdout.write(f"{access.channel}.{access.endpoint}  {access.url}  ({subject.kind})")
        findings = []
        for finding in kit.run(subject, checks.CHECKS):
            findings.append(finding)
            self._print(finding)
            if len(findings) == 1 and finding.verdict is Verdict.FAILED:
                return UNKNOWN  # nothing else can be told without an open door
        failed = sum(each.verdict is Verdict.FAILED for each in findings)
        passed = sum(each.verdict is Verdict.PASSED for each in findings)
        self.stdout.write(f"{passed} passed, {failed} failed.")
        return UNFIT if failed else 0

    def _print(self, finding: Finding) -> None:
        self.stdout.write(f"  {finding.verdict.value}  {finding.check:<20} {finding.sentence}")


def _subject(endpoint: Endpoint, person: Person, seconds: float) -> Subject:
    channel = endpoint.channel
    secrets = (channel.secret, *([channel.next_secret] if channel.next_secret else []))
    access = Access(
        channel=channel.name,
        endpoint=endpoint.name,
        url=endpoint.url,
        institution=channel.institution,
        secrets=secrets,
        peer_key=channel.peer_key,
    )
    return Subject(type(GATEWAYS[channel.adapter]), access, channel.kind, person, seconds)
