"""A bureau's report file as the PDF of the personal edition, without database or network."""

import argparse
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from creditquery.report import printing
from creditquery.report.errors import ReportError, UnknownStructure
from creditquery.report.layout import layout
from creditquery.report.read import read_report
from portal.fonts import FontsMissing
from portal.pdf import PasswordUnfit

FAILED, UNREADABLE, UNKNOWN_STRUCTURE = 1, 2, 3


class Command(BaseCommand):
    help = (
        "Print a report (XML or JSON) as PDF. Exit status: 0 printed, 2 unreadable or not a "
        "report, 3 a structure that the model does not know, 1 any other obstacle."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("source", type=Path, metavar="IN", help="the report, XML or JSON")
        parser.add_argument("target", type=Path, metavar="OUT", help="the PDF to write")
        parser.add_argument("--password", help="at least 10 characters; without it, no encryption")

    def handle(
        self, *, source: Path, target: Path, password: str | None = None, **options: Any
    ) -> None:
        try:
            _write(target, printing.pdf(layout(read_report(_read(source))), password))
        except UnknownStructure as error:
            raise CommandError(str(error), returncode=UNKNOWN_STRUCTURE) from error
        except ReportError as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        except (PasswordUnfit, FontsMissing) as error:
            raise CommandError(str(error), returncode=FAILED) from error


def _read(source: Path) -> bytes:
    try:
        return source.read_bytes()
    except OSError as error:
        sentence = f"{source} cannot be read: {error.strerror}."
        raise CommandError(sentence, returncode=UNREADABLE) from error


def _write(target: Path, content: bytes) -> None:
    """All or nothing: written beside the target, readable by the owner alone, then renamed."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        draft.replace(target)
    except OSError as error:
        sentence = f"{target} cannot be written: {error.strerror}."
        raise CommandError(sentence, returncode=FAILED) from error
    finally:
        draft.unlink(missing_ok=True)
