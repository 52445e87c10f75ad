"""What `make run` starts: the programs, their environment, their addresses."""

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from dev.children import Child, Program
from dev.engines import ENGINES
from dev.launcher import Engine
from dev.paths import var_dir

PYTHON = sys.executable
# A bureau call may take 30 s and is not cut off. With two seconds for the simulators and a few for
# the engines, everything is gone within 40 s.
WORKER_STOP_SECONDS = 33.0
LANES = {
    # Calls that wait: five a second of 30 s each are 150 in flight. How many may really be out is
    # decided by the routes, so that a thread too many costs nothing.
    "upstream": ["--pool=threads", "--concurrency=160"],
    "message": ["--pool=threads", "--concurrency=8"],
    # A long report takes memory that is not given back: beyond 500 MB its process is replaced. Not
    # after a number of tasks, because the sweeper's ring each second counts as one.
    "render": ["--pool=prefork", "--concurrency=1", "--max-memory-per-child=500000"],
    # Files are taken apart in a child of its own; the model that reads pictures stays in memory.
    "intake": ["--pool=prefork", "--concurrency=1", "--max-memory-per-child=1500000"],
    # A probe for each entrance at once, and a thread for the rest.
    "upkeep": ["--pool=threads", "--concurrency=8"],
}


@dataclass(frozen=True)
class Plan:
    """Started in the order of the fields, and stopped in the opposite one."""

    port: int
    engines: tuple[Engine, ...]
    jobs: tuple[tuple[Program, ...], ...]
    """What must be done before anything serves: one group after the other."""
    simulators: Program
    programs: tuple[Program, ...]
    check: Program
    """Job that ends when the workers answer."""
    addresses: tuple[str, ...]
    """What must answer 200 before the portal counts as ready."""


def portal(port: int) -> Plan:
    return Plan(
        port=port,
        engines=tuple(engine for engine in ENGINES if engine.ours),
        jobs=(
            (
                Program("migrate", manage("migrate", "--no-input", "--verbosity=0")),
                Program("static", [PYTHON, "-m", "dev.staticfiles"]),
            ),
            (Program("demo", manage("seed_demo", "--verbosity=0")),),
        ),
        simulators=Program("simulators", [PYTHON, "-m", "simulators"], stop_seconds=2),
        programs=(Program("web", gunicorn(port)), *map(worker, LANES), beat()),
        check=Program("workers", [PYTHON, "-m", "dev.workers", *LANES]),
        addresses=(f"http://127.0.0.1:{port}/readyz", f"http://127.0.0.1:{port + 1}/"),
    )


def launcher(engine: Engine) -> Program:
    return Program(engine.name, [PYTHON, "-m", "dev.engines", engine.name], stop_seconds=4)


def manage(*words: str) -> list[str]:
    return [PYTHON, "manage.py", *words]


def gunicorn(port: int) -> list[str]:
    options = [f"--bind=127.0.0.1:{port}", "--workers=2", "--threads=8", "--graceful-timeout=9"]
    # Its control socket would lie in the home folder, shared by every checkout.
    return [PYTHON, "-m", "gunicorn", "portal.wsgi:application", *options, "--no-control-socket"]


def worker(lane: str) -> Program:
    options = [f"--queues={lane}", f"--hostname={lane}@%h", "--without-gossip", "--without-mingle"]
    command = celery("worker", *options, *LANES[lane])
    return Program(lane, command, stop_seconds=WORKER_STOP_SECONDS)


def beat() -> Program:
    schedule = var_dir() / "beat-schedule"
    return Program("beat", celery("beat", f"--schedule={schedule}", "--pidfile="), stop_seconds=5)


def celery(*words: str) -> list[str]:
    return [PYTHON, "-m", "celery", "--app=portal", "--quiet", *words]


# --- Environment ----------------------------------------------------------------------------


def environment(port: int) -> dict[str, str]:
    """The children's environment; what is set already stays."""
    simulators = f"http://127.0.0.1:{port + 1}"
    receipts = os.environ.get("RECEIPT_TOKEN") or "development-receipt-token"
    callbacks = os.environ.get("CALLBACK_TOKEN") or "development-callback-token"
    defaults = {
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PBOC_BASE_URL": f"{simulators}/pboc",
        "BANK_BASE_URL": f"{simulators}/bank",
        "BANK_CALLBACK_URL": f"http://127.0.0.1:{port}/callbacks/bank/{callbacks}/",
        "ALIYUN_BASE_URL": f"{simulators}/aliyun",
        "ALIYUN_VOICE_BASE_URL": f"{simulators}/aliyun-voice",
        "TENCENT_BASE_URL": f"{simulators}/tencent",
        "TENCENT_SMS_BASE_URL": f"{simulators}/tencent-sms",
        "TENCENT_VOICE_BASE_URL": f"{simulators}/tencent-voice",
        "EMAIL_URL": f"smtp://127.0.0.1:{port + 2}",
        "RECEIPT_URL": f"http://127.0.0.1:{port}/receipts/aliyun/{receipts}/",
        # A bureau that forgot its inquiries over a restart would count the next one twice.
        "SIMULATOR_STATE": str(var_dir() / "simulators.jsonl"),
        # On a fresh machine root is usual, and nine lines for each worker hide the rest.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    fixed = {
        "PORT": str(port),
        "PORTAL_VAR": str(var_dir()),
        "SIMULATOR_PORT": str(port + 1),
        "SIMULATOR_SMTP_PORT": str(port + 2),
        "PYTHONUNBUFFERED": "1",
    }
    given = {name: value for name, value in os.environ.items() if value}
    return {**defaults, **given, **fixed}


# --- What is shown -------------------------------------------------------------------------


def label_width(plan: Plan) -> int:
    programs = (*map(launcher, plan.engines), plan.simulators, *plan.programs)
    return max(len(program.name) for program in programs)


def run_content(port: int, children: Iterable[Child]) -> dict[str, object]:
    accounts = var_dir() / "demo_accounts.json"
    return {
        "web": f"http://127.0.0.1:{port}",
        "passkeys": f"http://localhost:{port}",  # no browser makes one for a number
        "simulators": f"http://127.0.0.1:{port + 1}",
        "accounts": json.loads(accounts.read_text()) if accounts.exists() else [],
        "pids": {"runner": os.getpid()} | {child.name: child.pid for child in children},
    }
