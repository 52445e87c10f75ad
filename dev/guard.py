"""Outlives a runner that was killed with -9, and ends what it left. Standard library only.

Each child gets a signal when the runner dies, but its own children do not, and a worker may then
still finish a long task. The runner tells this process every group it starts (`+pid`) and every
group that is gone (`-pid`); when the pipe closes with groups left, they have a moment to end.
The guard also holds the runner's lock, so that the next start waits until all is gone.
"""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from typing import IO

from dev.paths import CHECKOUT, run_file, socket_dir
from dev.processes import signal_group

PATIENCE_SECONDS = 3.0


class Guard:
    """The runner's side of the pipe."""

    def __init__(self, lock: IO[str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dev.guard"],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            start_new_session=True,
            pass_fds=[lock.fileno()],
        )

    def started(self, pid: int) -> None:
        self._tell(f"+{pid}")

    def gone(self, pid: int) -> None:
        self._tell(f"-{pid}")

    def dismiss(self) -> None:
        self.process.communicate()

    def _tell(self, line: str) -> None:
        pipe = self.process.stdin
        assert pipe is not None
        pipe.write(f"{line}\n".encode())
        pipe.flush()


def groups_left(lines: Iterable[str]) -> set[int]:
    """What was announced and not taken back, once the lines end."""
    groups: set[int] = set()
    for line in lines:
        pid = int(line[1:])
        if line.startswith("+"):
            groups.add(pid)
        else:
            groups.discard(pid)
    return groups


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups = groups_left(sys.stdin)
    if groups:
        run_file().unlink(missing_ok=True)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while groups and time.monotonic() < deadline:
        groups = {pid for pid in groups if signal_group(pid, 0)}
        time.sleep(0.05)
    for pid in groups:
        signal_group(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        socket_dir().rmdir()


if __name__ == "__main__":
    main()
