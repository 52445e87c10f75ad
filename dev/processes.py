"""Processes that end when whoever started them ends. Standard library only."""

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
# Loaded here and not in the hook: between fork and exec nothing may be looked up or locked.
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn`: the child gets this signal when the thread that started it ends.

    Linux only; elsewhere None. Start children from the main thread, else they end too early, and
    only while there is no other: a hook between fork and exec may wait for a lock of another thread
    for ever. A process with threads starts its children with `tied` instead.
    """
    if LIBC is None:
        return None
    libc, parent = LIBC, os.getpid()

    def hook() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # it ended before the line above: no signal will come
            os._exit(1)

    return hook


def tied(argv: Sequence[str], number: signal.Signals) -> list[str]:
    """The command, which gets this signal when the thread that started it ends. Linux only."""
    return ["setpriv", f"--pdeathsig={number.name.removeprefix('SIG')}", "--", *argv]


def alive(pid: int) -> bool:
    """Whether it runs; one that has ended and waits to be collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError):  # no /proc outside Linux
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    return True


def signal_group(pid: int, number: int) -> bool:
    """Signals the process group that `pid` leads (0 only asks); False when none of it is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
        return True
    return False
