"""A process that a benchmark asks for one round after the other."""

import base64
import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

from dev.paths import CHECKOUT

Answer = dict[str, Any]


class Child:
    """A process that is given its work once, and does it again each time it is asked."""

    def __init__(self, command: list[str | Path], work: bytes) -> None:
        self._process = subprocess.Popen(
            command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._say(base64.b64encode(work).decode())

    def go(self) -> Answer:
        self._say("go")
        assert self._process.stdout
        answer: Answer = json.loads(self._process.stdout.readline())
        return answer

    def _say(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def __enter__(self) -> "Child":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()
