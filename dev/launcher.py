"""Runs one engine in the foreground: its lock, its process, its end. Standard library only.

The launcher holds a lock file and hands it down to the server, so the lock lives as long as any
process of that server. Whoever holds the lock may delete what a dead server left behind.
"""

import contextlib
import fcntl
import importlib.util
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from dev.paths import socket_dir, var_dir
from dev.processes import alive, die_with_parent

NOBODY = 65534
# A Unix socket path has 107 bytes; PostgreSQL adds 14 of them to the folder.
LONGEST_SOCKET_DIR = 93
# How long a dead launcher's server may take to end before the lock counts as held for good.
LOCK_SECONDS = 10.0
START_SECONDS = 30.0


@dataclass(frozen=True)
class Engine:
    name: str
    variable: str
    """Setting that names a server to use instead; when it is set, ours is not started."""
    stop_signal: signal.Signals
    command: Callable[[], list[str]]
    """Makes the data folder ready (with the lock held) and gives the server's command line."""
    furnish: Callable[[], bool]
    """Makes what the portal expects in a started server; False while it does not answer."""
    answers: Callable[[], bool]
    """Whether the portal could use it now."""

    @property
    def ours(self) -> bool:
        return not os.environ.get(self.variable)


def binary(package: str, path: str, variable: str) -> str:
    """Path of a program inside an installed wheel, which is found without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        sys.exit(
            f"{package} is not installed (it has packages for Linux on x86-64 only): "
            f"set {variable} to a server of your own."
        )
    return str(Path(spec.submodule_search_locations[0]) / path)


def private_folders() -> None:
    """Makes the data and socket folders, or says why the socket folder cannot be trusted."""
    var_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
    sockets = socket_dir()
    sockets.mkdir(mode=0o700, exist_ok=True)
    if len(os.fsencode(sockets)) > LONGEST_SOCKET_DIR:
        sys.exit(f"{sockets} is too long for a socket: set TMPDIR to a shorter folder.")
    info = sockets.lstat()
    owners = {os.geteuid(), NOBODY} if os.geteuid() == 0 else {os.geteuid()}
    if not stat.S_ISDIR(info.st_mode) or info.st_uid not in owners or info.st_mode & 0o077:
        sys.exit(f"{sockets} is not a private folder of ours: remove it or set TMPDIR.")


def take_lock(name: str) -> IO[str]:
    """The open lock file `<var>/<name>.lock`; keep it open. Exits naming the holder."""
    handle = (var_dir() / f"{name}.lock").open("a+")
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip()
            if (holder.isdigit() and alive(int(holder))) or time.monotonic() > deadline:
                sys.exit(f"{name} already runs in {var_dir()} (started by process {holder}).")
            time.sleep(0.1)
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


def serve(engine: Engine) -> int:
    """Runs the engine until it ends or a signal comes; gives its exit code."""
    private_folders()
    lock = take_lock(engine.name)
    server = subprocess.Popen(
        engine.command(),
        cwd="/",
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=[lock.fileno()],
        preexec_fn=die_with_parent(engine.stop_signal),
    )

    def stop(number: int, frame: FrameType | None) -> None:
        # Runners send SIGTERM, on which PostgreSQL would wait for every client.
        server.send_signal(engine.stop_signal)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    if wait_until(engine.furnish, as_long_as=lambda: server.poll() is None):
        print(f"{engine.name} is ready", flush=True)
    elif server.poll() is None:
        print(f"{engine.name} did not answer within {START_SECONDS:.0f} s", flush=True)
        server.send_signal(engine.stop_signal)
    code = server.wait()
    with contextlib.suppress(OSError):  # the other engine's socket is in it
        socket_dir().rmdir()
    return code


def wait_until(
    condition: Callable[[], bool],
    *,
    as_long_as: Callable[[], bool],
    seconds: float = START_SECONDS,
) -> bool:
    """Polls until `condition` holds; False after `seconds` or when `as_long_as` ends first."""
    deadline = time.monotonic() + seconds
    while not condition():
        if not as_long_as() or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
