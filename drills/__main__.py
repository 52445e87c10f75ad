"""`python -m drills [NAME] [--n N] [--seed S]`: runs one drill, or each in a process of its own."""

import argparse
import random
import subprocess
import sys
import traceback
from importlib import import_module
from pathlib import Path

import django

import drills
from dev.paths import CHECKOUT, var_dir
from drills.harness import append
from drills.machines import Machines
from drills.stage import CouldNotRun, Stage
from drills.uploads_table import Table

OK, MISSED, COULD_NOT_RUN = 0, 1, 2
# Each drill, and the settings that it shortens. A lease stays longer than a call's deadline.
DRILLS = {
    "work": {
        "QUERY_DEADLINE_SECONDS": "4",
        "WORK_LEASE_SECONDS": "6",
        "WORK_SWEEP_SECONDS": "1",
        "SIMULATOR_ACCOUNTS": "6",
        "LOG_LEVEL": "WARNING",
    },
    "outage_day": {
        "QUERY_DEADLINE_SECONDS": "12",
        "WORK_LEASE_SECONDS": "16",
        "WORK_SWEEP_SECONDS": "1",
        "ROUTING_OPEN_SECONDS": "3",
        "ROUTING_OPEN_MOST_SECONDS": "15",
        "SIMULATOR_SETTLE": "20",
        "CAPTCHA_AFTER_NETWORK": "100000",  # everybody here comes from one address
        "CAPTCHA_AFTER_RANGE": "100000",  # and has a number in a row
        "SIMULATOR_ACCOUNTS": "6",
        "LOG_LEVEL": "WARNING",
    },
    "drain": {
        "ROUTING_OPEN_SECONDS": "3",
        "ROUTING_OPEN_MOST_SECONDS": "15",
        "SIMULATOR_ACCOUNTS": "6",
        "LOG_LEVEL": "WARNING",
    },
    "incident_day": {
        "WORK_LEASE_SECONDS": "8",
        "WORK_SWEEP_SECONDS": "1",
        "QUERY_DEADLINE_SECONDS": "4",
        "SIMULATOR_ACCOUNTS": "6",
        "LOG_LEVEL": "WARNING",
    },
    "desk": {
        "WORK_SWEEP_SECONDS": "1",
        "SIMULATOR_ACCOUNTS": "6",
        "LOG_LEVEL": "WARNING",
    },
    "hosts": {
        "QUERY_DEADLINE_SECONDS": "4",
        "WORK_LEASE_SECONDS": "6",
        "WORK_SWEEP_SECONDS": "1",
        "ROUTING_WINDOW_SECONDS": "20",
        "ROUTING_CONSECUTIVE": "6",  # the one host in trouble makes few calls
        "ROUTING_OPEN_SECONDS": "3",
        "ROUTING_OPEN_MOST_SECONDS": "6",
        "SIMULATOR_ACCOUNTS": "6",
        "LOG_LEVEL": "WARNING",
    },
    "uploads": {"LOG_LEVEL": "WARNING"},
    "login_attack": {
        "OTP_VALID_SECONDS": "60",
        "OTP_RESEND_SECONDS": "4",
        "STEP_UP_SECONDS": "60",
        "TRUSTED_PROXIES": "1",
        "CAPTCHA_AFTER_RANGE": "1000000",  # everybody here has a number in a row
        "WORK_SWEEP_SECONDS": "1",
        "LOG_LEVEL": "INFO",
    },
    "sms_outage": {
        "WORK_SWEEP_SECONDS": "1",
        "VENDOR_ROUTING_OPEN_SECONDS": "4",
        "VENDOR_ROUTING_OPEN_MOST_SECONDS": "4",
        "VENDOR_ROUTING_PROBES": "1",  # few come in the pauses between faults
        "CAPTCHA_AFTER_NETWORK": "100000",  # everybody here comes from one address
        "CAPTCHA_AFTER_RANGE": "100000",  # and has a number in a row
        "SIMULATOR_ACCOUNTS": "6",
        "LOG_LEVEL": "WARNING",
    },
}
# Where a drill is played, when not on one machine.
STAGES = {"hosts": Machines, "uploads": Table}


def main(argv: list[str]) -> int:
    words = arguments(argv)
    if words.name:
        return run(words.name, words)
    command = [sys.executable, "-m", "drills"]
    return max(subprocess.run([*command, name, *argv], check=False).returncode for name in DRILLS)


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m drills", description=drills.__doc__)
    parser.add_argument("name", nargs="?", choices=DRILLS)
    parser.add_argument("--n", type=int, help="size; each drill has its own default")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--rows", type=Path, default=CHECKOUT / "var" / "drill.jsonl")
    return parser.parse_args(argv)


def run(name: str, words: argparse.Namespace) -> int:
    try:
        with STAGES.get(name, Stage)(var_dir() / f"drill-{name}", DRILLS[name]) as stage:
            # Only now: settings and models are read from the stage's environment.
            django.setup()
            row = import_module(f"drills.{name}").play(stage, n=words.n, seed=words.seed)
    except CouldNotRun as error:
        print(f"{name}: {error}", file=sys.stderr)
        return COULD_NOT_RUN
    except Exception:  # noqa: BLE001 (whatever it is, the drill has shown nothing)
        traceback.print_exc()
        return COULD_NOT_RUN
    append(row, words.rows)
    return OK if row.ok else MISSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
