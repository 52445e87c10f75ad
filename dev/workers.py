"""`python -m dev.workers NAME…`: waits until each named worker answers a ping."""

import sys
import time

from portal.celery import app

SECONDS = 60.0


def main(names: list[str]) -> None:
    silent = set(names)
    deadline = time.monotonic() + SECONDS
    while silent and time.monotonic() < deadline:
        for answer in app.control.ping(timeout=0.5):
            silent -= {node.partition("@")[0] for node in answer}
    if silent:
        sys.exit(f"No answer within {SECONDS:.0f} s from: {', '.join(sorted(silent))}")


if __name__ == "__main__":
    main(sys.argv[1:])
