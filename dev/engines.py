"""Starts the project's own PostgreSQL and Redis.

python -m dev.engines postgres      run PostgreSQL in the foreground
python -m dev.engines redis         run Redis in the foreground
python -m dev.engines wait -- CMD   wait until both answer, then become CMD
python -m dev.engines run -- CMD    start both, run CMD, stop both, exit with CMD's code

An engine whose variable is set (DATABASE_URL, REDIS_URL) is yours and is left alone.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import FrameType

from dev import postgres, redis
from dev.launcher import START_SECONDS, Engine, serve, wait_until
from dev.paths import CHECKOUT, var_dir
from dev.processes import die_with_parent

ENGINES = (postgres.ENGINE, redis.ENGINE)
STOP_SECONDS = 15


def main(argv: list[str]) -> int:
    match argv:
        case [("postgres" | "redis") as name]:
            engine = next(engine for engine in ENGINES if engine.name == name)
            if engine.ours:
                return serve(engine)
            print(f"{engine.variable} is set: {name} is not started.")
            return 0
        case ["wait", "--", *command] if command:
            for engine in ENGINES:
                if engine.ours and not wait_until(engine.answers, as_long_as=lambda: True):
                    sys.exit(f"{engine.name} did not answer within {START_SECONDS:.0f} s.")
            os.execvp(command[0], command)  # noqa: S606 (no shell is wanted)
        case ["run", "--", *command] if command:
            os.environ["PORTAL_VAR"] = str(var_dir())
            with running_engines():
                return run(command)
    sys.exit(__doc__)


@contextlib.contextmanager
def running_engines() -> Iterator[None]:
    """Starts the engines that are ours, and stops them at the end; their output is in var."""
    var_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
    launchers: list[tuple[Engine, subprocess.Popen[bytes]]] = []
    try:
        for engine in ENGINES:
            if engine.ours:
                launchers.append((engine, start(engine)))
        for engine, launcher in launchers:
            if not wait_until(engine.answers, as_long_as=partial(runs, launcher)):
                sys.exit(log_file(engine).read_text(errors="replace").strip())
        yield
    finally:
        for _, launcher in launchers:
            launcher.terminate()
        for engine, launcher in launchers:
            with contextlib.suppress(subprocess.TimeoutExpired):
                launcher.wait(STOP_SECONDS)
                continue
            print(f"{engine.name} did not stop within {STOP_SECONDS} s: killed.", file=sys.stderr)
            launcher.kill()  # its server goes with it
            launcher.wait()


def start(engine: Engine) -> subprocess.Popen[bytes]:
    with log_file(engine).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dev.engines", engine.name],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )


def runs(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is None


def log_file(engine: Engine) -> Path:
    return var_dir() / f"{engine.name}.log"


def run(command: list[str]) -> int:
    """Runs the command; a signal to us is passed on, and its exit code is ours."""
    child: subprocess.Popen[bytes] | None = None

    def pass_on(number: int, frame: FrameType | None) -> None:
        if child is None:
            sys.exit(128 + number)
        # Ctrl-C in a terminal has reached the child already: it is in our process group.
        if number != signal.SIGINT or not sys.stdin.isatty():
            child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    try:
        child = subprocess.Popen(command, preexec_fn=die_with_parent(signal.SIGTERM))
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}.")
    code = child.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
