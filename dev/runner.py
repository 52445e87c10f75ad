"""`make run`: starts the whole portal, keeps it running, and stops it in the right order.

Stages: engines; migrations, static files, demo data; simulators, web, workers, beat. Everything
that is started is a child with labelled output. When a signal comes, the web and the workers
finish what they are at while simulators and engines still run; then those stop too.
"""

import json
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from types import FrameType

from dev.announcement import announcement
from dev.children import Child, Children, Program
from dev.guard import Guard
from dev.launcher import START_SECONDS, private_folders, take_lock
from dev.paths import run_file
from dev.plan import (
    Plan,
    environment,
    label_width,
    launcher,
    portal,
    run_content,
)
from dev.ports import chosen_port, refuse_taken_ports

DEATHS_ALLOWED = 3
DEATHS_SECONDS = 60.0
READY_SECONDS = 60.0
AGAIN_SECONDS = 0.5
ASK_SECONDS = 0.2


class StopRunning(Exception):
    """Something ended the run: a signal (code 0) or a failure (code 1)."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code


class Runner:
    def __init__(self, plan: Plan, children: Children) -> None:
        self.plan = plan
        self.children = children
        self.signals: list[float] = []
        self.parent = os.getppid()
        self.deaths: dict[str, list[float]] = {}
        self.restarts: dict[str, tuple[float, Program]] = {}
        self.announced = False

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)
        code = 0
        try:
            self._start()
            while True:
                self._turn()
        except StopRunning as stop:
            code = stop.code
            if str(stop):
                self.children.say("runner", str(stop))
        run_file().unlink(missing_ok=True)
        self._stop()
        return code

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.signals.append(time.monotonic())

    # --- Start --------------------------------------------------------------------------

    def _start(self) -> None:
        began = time.monotonic()
        plan = self.plan
        for engine in plan.engines:
            self.children.start(launcher(engine))
        self._until(lambda: all(engine.answers() for engine in plan.engines), START_SECONDS)
        for group in plan.jobs:
            self._finish(*group)
        for program in (plan.simulators, *plan.programs):
            self.children.start(program)
        self._finish(plan.check)
        self._until(lambda: all(map(answers, plan.addresses)), READY_SECONDS)
        self.announced = True
        run = self._write_run_file()
        self.children.say("runner", f"ready after {time.monotonic() - began:.1f} s")
        print(announcement(run), flush=True)

    def _until(self, condition: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise StopRunning(1, f"not everything answered within {seconds:.0f} s")
            # A turn ends with a line that a child says, and who is asked too early says one.
            again = time.monotonic() + ASK_SECONDS
            while time.monotonic() < again:
                self._turn()

    def _finish(self, *group: Program) -> None:
        """Runs jobs side by side to their ends; a failed one ends the run."""
        jobs = [self.children.start(job) for job in group]
        while any(job.name in self.children.running for job in jobs):
            self._turn(jobs)
        for job in jobs:
            if job.code:
                raise StopRunning(1, f"{job.name} failed with code {job.code}")

    def _write_run_file(self) -> dict[str, object]:
        run = run_content(self.plan.port, self.children.running.values())
        draft = run_file().with_suffix(".draft")
        draft.touch(mode=0o600)  # it holds passwords, if only of the demonstration
        draft.write_text(json.dumps(run, ensure_ascii=False, indent=2) + "\n")
        draft.rename(run_file())
        return run

    # --- Keep running -------------------------------------------------------------------

    def _turn(self, jobs: Sequence[Child] = ()) -> None:
        if self.signals:
            raise StopRunning(0)
        # make does not pass every signal on: when it is gone, so are we.
        if "MAKELEVEL" in os.environ and os.getppid() != self.parent:
            raise StopRunning(0, "make has ended")
        for child in self.children.turn():
            if child not in jobs:
                self._plan_restart(child)
        self._restart_due()

    def _plan_restart(self, child: Child) -> None:
        now = time.monotonic()
        recent = [at for at in self.deaths.get(child.name, []) if now - at < DEATHS_SECONDS]
        self.deaths[child.name] = [*recent, now]
        if len(recent) >= DEATHS_ALLOWED:
            raise StopRunning(
                1, f"{child.name} ended {len(recent) + 1} times within a minute: giving up"
            )
        self.children.say(child.name, f"ended with code {child.code}: starting it again")
        self.restarts[child.name] = (now + len(recent), child.program)

    def _restart_due(self) -> None:
        now = time.monotonic()
        due = [program for at, program in self.restarts.values() if at <= now]
        for program in due:
            del self.restarts[program.name]
            self.children.start(program)
        if due and self.announced:
            self._write_run_file()

    # --- Stop ---------------------------------------------------------------------------

    def _stop(self) -> None:
        engines = [engine.name for engine in self.plan.engines]
        last = {self.plan.simulators.name, *engines}
        first = [name for name in self.children.running if name not in last]
        for names in (first, [self.plan.simulators.name], engines):
            self.children.stop(names, hurry=self._asked_again)

    def _asked_again(self) -> bool:
        """A second Ctrl-C ends the patience; one signal that came by two ways does not."""
        return bool(self.signals) and self.signals[-1] - self.signals[0] > AGAIN_SECONDS


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 (our own address)
            return response.status == 200
    except OSError:
        return False


def run(plan: Plan) -> int:
    """Runs the plan to its end and gives the exit code; one runner at a time in a var folder."""
    private_folders()
    lock = take_lock("portal")
    refuse_taken_ports(plan.port)
    run_file().unlink(missing_ok=True)
    guard = Guard(lock)
    children = Children(environment(plan.port), guard, width=label_width(plan))
    try:
        return Runner(plan, children).run()
    finally:
        guard.dismiss()


if __name__ == "__main__":
    sys.exit(run(portal(chosen_port())))
