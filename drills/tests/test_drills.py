"""A short form of each drill: fewer operations and faults, but the same processes and counts."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dev.paths import CHECKOUT
from drills import script

LONGEST_SECONDS = 1500
# `make test-full`, and so .ci/run, plays the day of two thousand.
OUTAGE_DAY = 2000 if os.environ.get("FULL_MATRIX") == "1" else script.FEWEST


def drill(var, *words):
    """Run a drill in a folder of its own; gives the exit code and what it printed.

    One that hangs is made to say where each of its threads stands.
    """
    process = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-m", "drills", *words],
        cwd=CHECKOUT,
        env={**os.environ, "PORTAL_VAR": str(var)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed, _ = process.communicate(timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        printed, _ = process.communicate()
    return subprocess.CompletedProcess(words, process.returncode, printed)


def test_work_survives_kills_and_wipes(tmp_path):
    rows = tmp_path / "rows.jsonl"
    done = drill(tmp_path / "var", "work", "--n=60", "--seed=1", f"--rows={rows}")
    assert done.returncode == 0, done.stdout
    row = json.loads(rows.read_text())
    assert row["faults"] == {"worker killed": 3, "redis wiped": 1, "beat killed": 1}
    assert (row["operations"], row["lost"], row["doubled"], row["ok"]) == (60, 0, 0, True)
    assert processes_of(tmp_path / "var" / "drill-work") == []


def test_a_day_of_outage_loses_and_doubles_nothing(tmp_path):
    rows, n = tmp_path / "rows.jsonl", OUTAGE_DAY
    done = drill(tmp_path / "var", "outage_day", f"--n={n}", "--seed=1", f"--rows={rows}")
    assert rows.exists(), done.stdout
    row = json.loads(rows.read_text())
    assert (row["operations"], row["lost"], row["doubled"]) == (n, 0, 0)
    assert {kind: row["faults"][kind] for kind in script.LEAST} == script.write(n).harm
    figures = row["figures"]
    assert min(figures[f"{what}_detected_seconds"]["value"] for what in ("hang", "hard_down")) >= 0
    missed = {name for name, figure in figures.items() if not figure["ok"]}
    # How long it takes, and how much of an upstream's strength is used, are no figures for a
    # machine that does other things.
    assert {name for name in missed if not name.endswith("_seconds")} <= {
        "drain_share_of_capacity"
    }, done.stdout
    assert figures["unknown_on_blind"]["value"] > 0
    assert processes_of(tmp_path / "var" / "drill-outage_day") == []


def test_an_incident_of_some_hundred_people_is_made_good_to_the_fen(tmp_path):
    rows = tmp_path / "rows.jsonl"
    done = drill(tmp_path / "var", "incident_day", "--n=300", "--seed=1", f"--rows={rows}")
    assert rows.exists(), done.stdout
    row = json.loads(rows.read_text())
    assert (row["operations"], row["lost"], row["doubled"]) == (300, 0, 0), done.stdout
    assert row["faults"]["worker killed"] >= 3
    figures = row["figures"]
    assert figures["paid_by_the_bank"]["value"] > 0
    # 300 that it is over, 300 that the deadline is longer; after the correction, about letters.
    assert figures["messages_written"]["value"] == figures["messages_sent"]["value"] >= 600
    assert figures["refused_by_the_vendor"]["value"] == figures["work_dead"]["value"] == 0
    # How long it takes is no figure for a machine that does other things.
    missed = {name for name, figure in figures.items() if not figure["ok"]}
    assert all(name.endswith("_seconds") for name in missed), done.stdout
    assert processes_of(tmp_path / "var" / "drill-incident_day") == []


def test_thirty_officers_decide_each_case_once(tmp_path):
    rows = tmp_path / "rows.jsonl"
    done = drill(tmp_path / "var", "desk", "--n=60", "--seed=1", f"--rows={rows}")
    assert rows.exists(), done.stdout
    row = json.loads(rows.read_text())
    assert (row["lost"], row["doubled"], row["ok"]) == (0, 0, True), done.stdout
    assert row["operations"] >= 4 * 60  # each is taken twice, recommended and decided
    assert processes_of(tmp_path / "var" / "drill-desk") == []


def test_codes_come_by_the_other_vendor(tmp_path):
    rows = tmp_path / "rows.jsonl"
    done = drill(tmp_path / "var", "sms_outage", "--n=40", "--seed=1", f"--rows={rows}")
    assert rows.exists(), done.stdout
    row = json.loads(rows.read_text())
    assert (row["operations"], row["lost"], row["doubled"]) == (40, 0, 0), done.stdout
    assert row["faults"] == {"timeout": 1, "error": 1, "undelivered": 1, "both dead": 1}
    # How long it takes is no figure for a machine that does other things, nor is whether a vendor
    # has come back between two of a handful of messages.
    times = ("_seconds", "_by_the_other", "_taken_back")
    missed = {name for name, figure in row["figures"].items() if not figure["ok"]}
    assert all(name.endswith(times) for name in missed), done.stdout
    assert processes_of(tmp_path / "var" / "drill-sms_outage") == []


def processes_of(var):
    mark = f"PORTAL_VAR={var}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(folder.name)
    return found


@pytest.mark.parametrize("words", [["nonsense"], ["work", "--n=many"]])
def test_what_cannot_run_ends_with_two(tmp_path, words):
    assert drill(tmp_path, *words).returncode == 2
