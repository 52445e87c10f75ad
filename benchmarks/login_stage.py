"""`python -m benchmarks.login_stage`: the stage of `login`, one figure a line on stdout."""

import json
import sys
from importlib import import_module

import django

from dev.paths import var_dir
from drills.stage import CouldNotRun, Stage

# Every login comes from a network of its own, as logins do; the proxy is the client itself.
SETTINGS = {"LOG_LEVEL": "ERROR", "TRUSTED_PROXIES": "1"}


def main() -> int:
    try:
        with Stage(var_dir() / "login", SETTINGS) as stage:
            django.setup()
            for figure in import_module("benchmarks.login_figures").figures(stage):
                print(json.dumps(figure), flush=True)
    except CouldNotRun as error:
        print(f"login: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
