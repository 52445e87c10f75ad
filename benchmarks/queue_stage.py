"""`python -m benchmarks.queue_stage`: the stage of `queue`, one figure a line on stdout."""

import json
import sys
from importlib import import_module

import django

from dev.paths import var_dir
from drills.stage import CouldNotRun, Stage

SETTINGS = {"LOG_LEVEL": "WARNING", "DJANGO_SETTINGS_MODULE": "benchmarks.peers.queue_settings"}


def main() -> int:
    try:
        with Stage(var_dir() / "queue", SETTINGS) as stage:
            django.setup()
            for figure in import_module("benchmarks.queue_figures").figures(stage):
                print(json.dumps(figure), flush=True)
    except CouldNotRun as error:
        print(f"queue: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
