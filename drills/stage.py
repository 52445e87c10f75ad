"""Where a drill is played: engines, simulators, web, workers and beat of its own.

Everything is a child in a session of its own, is harmed and stopped by its process id, and writes
to a log of its own in the stage's folder. Nothing is left when the stage closes.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dev import plan
from dev.engines import ENGINES
from dev.paths import CHECKOUT, redis_socket, socket_dir, var_dir
from dev.ports import IN_A_ROW, free_ports, is_free
from dev.processes import signal_group, tied

READY_SECONDS = 60.0
STOP_SECONDS = 15.0


class CouldNotRun(Exception):
    """Something of the stage did not come up; the text says what, and where its log is."""


class Actor:
    """A program that can be killed and started again under its name."""

    def __init__(self, name: str, argv: list[str], log: Path) -> None:
        self.name, self.argv, self.log = name, argv, log
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                tied(self.argv, signal.SIGTERM),
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def children(self) -> list[int]:
        """Processes that it started itself: the server of a launcher, the children of a pool."""
        pid = self.process.pid
        with contextlib.suppress(OSError):
            return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def signal(self, number: int) -> None:
        """To its whole group."""
        signal_group(self.process.pid, number)

    def kill(self) -> None:
        """SIGKILL to its whole group: nothing of it gets the chance to tidy up."""
        self.signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        self.kill()


class Stage:
    """Sets the environment of this process, too: a drill works on the portal's own models."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.folder, self.settings = folder, settings
        self.actors: dict[str, Actor] = {}

    def __enter__(self) -> Self:
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "logs").mkdir(parents=True)
        for name in ("DATABASE_URL", "REDIS_URL", "MAKELEVEL"):
            os.environ.pop(name, None)  # it will harm its engines, so they must be its own
        os.environ["PORTAL_VAR"] = str(self.folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        port = own_ports()
        authority = str(self.folder / "ca.pem")
        tls = {
            "SIMULATOR_TLS_PORT": str(port + IN_A_ROW),
            "SIMULATOR_CA_FILE": authority,
            "SSL_CERT_FILE": authority,
        }
        os.environ.update(plan.environment(port) | tls | self.settings)
        try:
            self._furnish()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def _furnish(self) -> None:
        for engine in ENGINES:
            self.start(engine.name, plan.launcher(engine).argv)
        for engine in ENGINES:
            self.until(engine.answers, engine.name)
        migrate = plan.manage("migrate", "--no-input", "--verbosity=0")
        if subprocess.run(migrate, cwd=CHECKOUT, check=False).returncode:
            raise CouldNotRun("the database could not be migrated")
        self.start("simulators", [sys.executable, "-m", "simulators"])
        self.until(lambda: self.ask("/faults.json") is not None, "simulators")
        channels = plan.manage("sync_channels", "--verbosity=0")
        if subprocess.run(channels, cwd=CHECKOUT, check=False).returncode:
            raise CouldNotRun("the channels could not be filled from the environment")

    def _close(self) -> None:
        """In the opposite order of entrance: the workers may still need the rest."""
        for actor in reversed(self.actors.values()):
            actor.stop()
        with contextlib.suppress(OSError):
            socket_dir().rmdir()

    # --- Entrances -------------------------------------------------------------------------

    def start(self, name: str, argv: list[str]) -> None:
        self.actors[name] = Actor(name, argv, self.folder / "logs" / f"{name}.log")

    def start_worker(self, name: str, lane: str, *, threads: int = 0, processes: int = 0) -> None:
        """A pool of threads, or one of processes, which can be killed one by one."""
        options = [f"--queues={lane}", f"--hostname={name}@%h", "--without-gossip"]
        # A few processes must not keep rings waiting that another worker could answer at once.
        pool = ["--pool=threads"] if threads else ["--pool=prefork", "--disable-prefetch"]
        size = ["--without-mingle", f"--concurrency={threads or processes}"]
        self.start(name, plan.celery("worker", *options, *pool, *size))

    def start_web(self) -> None:
        static = [sys.executable, "-m", "dev.staticfiles"]
        if subprocess.run(static, cwd=CHECKOUT, check=False).returncode:
            raise CouldNotRun("the static files could not be collected")
        self.start("web", plan.gunicorn(int(os.environ["PORT"])))
        self.until(self.web_is_ready, "web")

    def start_beat(self) -> None:
        self.start("beat", plan.beat().argv)

    def until_workers_answer(self, *names: str) -> None:
        ping = [sys.executable, "-m", "dev.workers", *names]
        if subprocess.run(ping, cwd=CHECKOUT, check=False).returncode:
            raise CouldNotRun(f"not all workers answer, see {self.folder / 'logs'}")

    def until(self, condition: Callable[[], bool], name: str) -> None:
        """Wait until the condition holds; raises CouldNotRun when `name` ends or takes too long."""
        deadline = time.monotonic() + READY_SECONDS
        while not condition():
            if not self.actors[name].alive or time.monotonic() > deadline:
                raise CouldNotRun(f"{name} did not come up, see {self.actors[name].log}")
            time.sleep(0.05)

    # --- Harm ------------------------------------------------------------------------------

    def kill(self, name: str) -> None:
        """Kill with -9, and start again at once."""
        self.actors[name].kill()
        self.actors[name].start()

    def kill_child(self, name: str, chance: random.Random) -> bool:
        """Kill one process of a pool with -9; its worker starts another. False: it had none."""
        children = self.actors[name].children
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(children), signal.SIGKILL)
        return bool(children)

    def flush_redis(self) -> None:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(redis_socket()))
            connection.sendall(b"FLUSHALL\r\n")
            connection.recv(64)

    def destroy_redis(self) -> None:
        """Kill the server with -9 and remove its files: what `restart` brings up is empty."""
        self._end_engine("redis", signal.SIGKILL)
        shutil.rmtree(var_dir() / "redis")

    def crash_postgres(self) -> None:
        """What `pg_ctl stop -m immediate` does: no checkpoint, so `restart` has to recover."""
        self._end_engine("postgres", signal.SIGQUIT)

    def restart(self, name: str) -> None:
        self.actors[name].start()

    @property
    def fallen(self) -> list[str]:
        """Who has ended and was not started again: by itself, since harm undoes itself."""
        return [actor.name for actor in self.actors.values() if not actor.alive]

    def _end_engine(self, name: str, number: int) -> None:
        """The server is the launcher's child, and the launcher ends with it.

        Before the server answers, the child may be a helper of its start, which must not be hit.
        """
        launcher = self.actors[name]
        self.until(next(engine for engine in ENGINES if engine.name == name).answers, name)
        for child in launcher.children:
            os.kill(child, number)
        try:
            launcher.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise CouldNotRun(f"{name} did not end, see {launcher.log}") from None

    # --- Addresses -------------------------------------------------------------------------

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{os.environ['PORT']}"

    def ask(self, path: str, wish: Any = None) -> Any:
        """The JSON answer of a control address of the simulators; `wish` is posted.

        None when nobody answers; raises urllib.error.HTTPError when the wish is refused.
        """
        host = os.environ.get("SIMULATOR_HOST") or "127.0.0.1"
        url = f"http://{host}:{os.environ['SIMULATOR_PORT']}{path}"
        body = None if wish is None else json.dumps(wish).encode()
        try:
            with urllib.request.urlopen(url, body, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError:
            raise
        except OSError:
            return None

    def web_is_ready(self) -> bool:
        url = f"http://127.0.0.1:{os.environ['PORT']}/readyz"
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return True
        return False


def own_ports() -> int:
    """The first of four free ports in a row; another process begins to look elsewhere."""
    firsts = range(21_000 + os.getpid() % 1000 * 4, 30_000, 4)
    port = free_ports(first for first in firsts if is_free(first + IN_A_ROW))
    if port is None:
        raise CouldNotRun("no four free ports in a row")
    return port
