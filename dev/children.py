"""Child processes with labelled output, in one thread and one loop. Standard library only."""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from dev.guard import Guard
from dev.paths import CHECKOUT
from dev.processes import die_with_parent, signal_group

BLOCK = 65_536
TURN_SECONDS = 0.1


@dataclass(frozen=True)
class Program:
    name: str
    argv: list[str]
    stop_seconds: float = 10.0


class Child:
    """A running program; it leads its own session, so that a Ctrl-C reaches the runner alone."""

    def __init__(self, program: Program, environment: Mapping[str, str]) -> None:
        self.name = program.name
        self.program = program
        self.unfinished = b""
        self.process = subprocess.Popen(
            program.argv,
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        assert self.process.stdout is not None
        self.output = self.process.stdout.fileno()
        os.set_blocking(self.output, False)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def code(self) -> int | None:
        return self.process.poll()

    def lines(self) -> list[str] | None:
        """The lines that are waiting; None at the end of the output."""
        try:
            block = os.read(self.output, BLOCK)
        except BlockingIOError:
            return []
        if not block:
            return None
        *whole, self.unfinished = (self.unfinished + block).split(b"\n")
        return [line.decode("utf-8", "replace") for line in whole]

    def close(self) -> None:
        """Ends what the program left in its session, and the pipe."""
        signal_group(self.pid, signal.SIGKILL)
        assert self.process.stdout is not None
        self.process.stdout.close()


class Children:
    def __init__(self, environment: Mapping[str, str], guard: Guard, *, width: int) -> None:
        self.environment = environment
        self.guard = guard
        self.width = width
        self.running: dict[str, Child] = {}
        self.selector = selectors.DefaultSelector()

    def say(self, name: str, line: str) -> None:
        with contextlib.suppress(OSError):  # the terminal may be gone
            print(f"{time.strftime('%H:%M:%S')} {name:<{self.width}} | {line}", flush=True)

    def start(self, program: Program) -> Child:
        child = Child(program, self.environment)
        self.guard.started(child.pid)
        self.running[child.name] = child
        self.selector.register(child.output, selectors.EVENT_READ, child)
        return child

    def turn(self) -> list[Child]:
        """Prints what the children say, for at most TURN_SECONDS; gives those that ended."""
        if not self.selector.get_map():
            time.sleep(TURN_SECONDS)
        for key, _ in self.selector.select(TURN_SECONDS):
            self._print(key.data)
        ended = [child for child in self.running.values() if child.code is not None]
        for child in ended:
            self._forget(child)
        return ended

    def _print(self, child: Child) -> bool:
        """Whether there may be more."""
        lines = child.lines()
        if lines is None:
            self.selector.unregister(child.output)
        for line in lines or ():
            self.say(child.name, line)
        return bool(lines)

    def _forget(self, child: Child) -> None:
        while child.output in self.selector.get_map() and self._print(child):
            pass
        if child.unfinished:
            self.say(child.name, child.unfinished.decode("utf-8", "replace"))
        with contextlib.suppress(KeyError):
            self.selector.unregister(child.output)
        child.close()
        self.guard.gone(child.pid)
        del self.running[child.name]

    def stop(self, names: Iterable[str], *, hurry: Callable[[], bool]) -> None:
        """SIGTERM to each, which lets its work finish; SIGKILL to its group when time is up."""
        asked = [self.running[name] for name in names if name in self.running]
        deadlines = {}
        for child in asked:
            # The leader only: a worker tells its pool itself, after the running task.
            child.process.send_signal(signal.SIGTERM)
            deadlines[child.name] = time.monotonic() + child.program.stop_seconds
        while any(child.name in self.running for child in asked):
            for child in self.turn():
                self.say(child.name, f"stopped, code {child.code}")
            for child in asked:
                late = hurry() or time.monotonic() > deadlines[child.name]
                if late and child.code is None:
                    self.say(child.name, "did not stop in time: killed")
                    signal_group(child.pid, signal.SIGKILL)
                    child.process.wait()
