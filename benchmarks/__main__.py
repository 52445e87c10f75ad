"""`python -m benchmarks [NAME]`: runs one benchmark, or all of them one after the other.

Exit status: 0 when every goal is reached, 1 when one is missed.
"""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

import django

import benchmarks
from benchmarks.rows import append, show
from dev.paths import CHECKOUT

# Each is a module here with `measure() -> Iterator[Row]`.
BENCHMARKS = (
    "report_pdf", "pages", "pipeline", "breaker", "status", "working_days", "letter_pdf", "ocr",
    "queue", "login",
)  # fmt: skip


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=benchmarks.__doc__)
    parser.add_argument("name", nargs="?", choices=BENCHMARKS)
    parser.add_argument("--rows", type=Path, default=CHECKOUT / "var" / "bench.jsonl")
    words = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    missed = 0
    for name in [words.name] if words.name else BENCHMARKS:
        for row in import_module(f"benchmarks.{name}").measure():
            append(row, words.rows)
            show(row)
            missed += not row.ok
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
