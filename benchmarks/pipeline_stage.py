"""`python -m benchmarks.pipeline_stage`: the stage of `pipeline`, one figure a line on stdout.

Nothing is slowed and nothing is broken here: the simulated bureau answers at once with reports of
6 accounts, and the thresholds that would mistake a slow call for trouble are out of the way.
"""

import json
import sys
from importlib import import_module

import django

from dev.paths import var_dir
from drills.stage import CouldNotRun, Stage

SETTINGS = {
    "SIMULATOR_ACCOUNTS": "6",
    "LOG_LEVEL": "WARNING",
    "ROUTING_USUAL_CONCURRENCY": "200",
    "ROUTING_STALL_SECONDS": "35",
    "ROUTING_SLOW_MILLISECONDS": "35000",
}


def main() -> int:
    try:
        with Stage(var_dir() / "pipeline", SETTINGS) as stage:
            django.setup()
            for figure in import_module("benchmarks.pipeline_figures").figures(stage):
                print(json.dumps(figure), flush=True)
    except CouldNotRun as error:
        print(f"pipeline: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
