"""A stage of several machines: two for the web, two for workers, database, Redis, and the outside.

The drill itself stands where borrowers and balancer are. Names of actors end on their machine:
`web@web1`, `upstream@worker2`.
"""

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Self

from dev import plan
from dev.paths import CHECKOUT, var_dir
from drills.listening import POSTGRES_PORT, REDIS_PORT
from drills.network import Network, NoNetwork, machines
from drills.stage import Actor, CouldNotRun, Stage

MACHINES = machines("web1", "web2", "worker1", "worker2", "db", "redis", "outside")
PLACES = {"postgres": "db", "redis": "redis", "simulators": "outside"}
WEB = ("web1", "web2")
WORKERS = ("worker1", "worker2")
SITE = "portal.test"
WEB_PORT, SIMULATOR_PORT = 8000, 8001
# How a client finds out that a database is gone which says nothing any more.
DATABASE_OPTIONS = "connect_timeout=2&tcp_user_timeout=4000&keepalives_idle=2&keepalives_count=2"


def addresses() -> dict[str, str]:
    """The environment of every machine: who is to be found where."""
    at = {name: machine.address for name, machine in MACHINES.items()}
    outside = f"http://{at['outside']}:{SIMULATOR_PORT}"
    return {
        "ALLOWED_HOSTS": SITE,
        "SITE_URL": f"http://{SITE}",
        "DATABASE_URL": f"postgres://portal@{at['db']}:{POSTGRES_PORT}/portal?{DATABASE_OPTIONS}",
        "REDIS_URL": f"redis://{at['redis']}:{REDIS_PORT}/0",
        "SIMULATOR_HOST": at["outside"],
        "SIMULATOR_PORT": str(SIMULATOR_PORT),
        "PBOC_BASE_URL": f"{outside}/pboc",
        "BANK_BASE_URL": f"{outside}/bank",
        "ALIYUN_BASE_URL": f"{outside}/aliyun",
        "ALIYUN_VOICE_BASE_URL": f"{outside}/aliyun-voice",
        "TENCENT_BASE_URL": f"{outside}/tencent",
        "TENCENT_SMS_BASE_URL": f"{outside}/tencent-sms",
        "TENCENT_VOICE_BASE_URL": f"{outside}/tencent-voice",
        "RECEIPT_URL": f"http://{at['web1']}:{WEB_PORT}/receipts/aliyun/development-receipt-token/",
    }


class Machines(Stage):
    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        super().__init__(folder, settings | addresses())
        self.network = Network(MACHINES)

    def __enter__(self) -> Self:
        try:
            self.network.build()
        except NoNetwork as error:
            self.network.close()
            raise CouldNotRun(str(error)) from error
        return super().__enter__()

    def _close(self) -> None:
        super()._close()
        self.network.close()

    # --- Entrances -------------------------------------------------------------------------

    def start(self, name: str, argv: list[str]) -> None:
        machine = place(name)
        if name in ("postgres", "redis"):
            argv = [plan.PYTHON, "-m", "drills.listening", name, MACHINES[machine].address]
        super().start(name, self.network.command(machine, argv))

    def furnish_web(self) -> None:
        """Static files first: a page names them by their hash."""
        if subprocess.run([plan.PYTHON, "-m", "dev.staticfiles"], cwd=CHECKOUT).returncode:
            raise CouldNotRun("the static files could not be collected")
        for machine in WEB:
            bind = f"--bind={MACHINES[machine].address}:{WEB_PORT}"
            self.start(f"web@{machine}", [*plan.gunicorn(WEB_PORT), bind])

    def furnish_workers(self, lanes: dict[str, int]) -> None:
        """So many threads for each lane on either machine, and what else a worker host runs."""
        for machine in WORKERS:
            for lane, threads in lanes.items():
                options = [f"--queues={lane}", f"--hostname={lane}@{machine}", "--without-gossip"]
                pool = ["--without-mingle", "--pool=threads", f"--concurrency={threads}"]
                self.start(f"{lane}@{machine}", plan.celery("worker", *options, *pool))
            schedule = f"--schedule={var_dir() / f'beat-{machine}'}"
            self.start(f"beat@{machine}", plan.celery("beat", schedule, "--pidfile="))
            self.start(f"sweeper@{machine}", plan.manage("sweep_work", "--threads=2"))

    # --- Harm ------------------------------------------------------------------------------

    def power_off(self, machine: str) -> None:
        """Everything on it ends at once; what is on its disk stays, but for Redis'."""
        # The youngest first: a launcher that died would have its server stop in good order.
        for pid in sorted(self.network.processes(machine), reverse=True):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for actor in self._on(machine):
            actor.kill()
        if machine == PLACES["redis"]:
            shutil.rmtree(var_dir() / "redis", ignore_errors=True)

    def power_on(self, machine: str) -> None:
        for actor in self._on(machine):
            actor.start()

    def _on(self, machine: str) -> list[Actor]:
        return [actor for name, actor in self.actors.items() if place(name) == machine]


def place(actor: str) -> str:
    return PLACES.get(actor) or actor.partition("@")[2]
