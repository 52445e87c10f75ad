"""The officers' queue in front of a thousand and of a million cases: time to the first byte.

One in five cases is undecided, so that the archive is no excuse. The peer is the same page with the
usual way of reading it: a page number (OFFSET) and exact counts (COUNT(*)), served by the same web.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.rows import Row
from dev.paths import CHECKOUT

P95_MS, RATIO = 100.0, 1.3
PEER = "OFFSET and COUNT(*)"


def measure() -> Iterator[Row]:
    stage = subprocess.run(
        [sys.executable, "-m", "benchmarks.queue_stage"],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        env={**os.environ, "MAKELEVEL": ""},
        text=True,
        check=True,
    )
    figures = [json.loads(line) for line in stage.stdout.splitlines() if line.startswith("{")]
    few, many = (
        {each["page"]: each for each in figures if each["cases"] == cases}
        for cases in sorted({each["cases"] for each in figures})
    )
    for page, at_many in many.items():
        yield Row(
            bench="queue",
            figure=f"p95 at {at_many['cases']:,}, {page}",
            value=at_many["p95_ms"],
            unit="ms",
            goal=P95_MS,
            peer=PEER if at_many["peer_p95_ms"] else None,
            peer_value=at_many["peer_p95_ms"],
        )
        yield Row(
            bench="queue",
            figure=f"to {few[page]['cases']:,}, {page}",
            value=round(at_many["p95_ms"] / few[page]["p95_ms"], 2),
            unit="ratio",
            goal=RATIO,
        )
