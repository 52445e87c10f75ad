"""Queries through accept, claim, call, check, store and evidence, on real processes.

The rows come from a process of its own (pipeline_stage), since models and settings are read from
the environment of the stage that it plays on.
"""

import json
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.rows import Row


def measure() -> Iterator[Row]:
    command = [sys.executable, "-m", "benchmarks.pipeline_stage"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as stage:
        assert stage.stdout is not None
        for line in stage.stdout:
            yield Row(bench="pipeline", **json.loads(line))
    if stage.returncode:
        raise RuntimeError(f"the stage of the pipeline ended with {stage.returncode}")
