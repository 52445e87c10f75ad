"""The runner with real engines and fake programs, each test in a folder and on ports of its own."""

import json
import os
import signal
import socket
import subprocess
import time

from dev.tests.conftest import Machine, eventually

PORTAL = "dev.tests.small_portal"


def start(machine: Machine, port: int) -> subprocess.Popen[str]:
    process = machine.start(PORTAL, PORT=str(port))
    eventually((machine.var / "run.json").exists)
    return process


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    output, _ = process.communicate(timeout=20)
    return process.returncode, output


def events(machine: Machine) -> list[str]:
    lines = sorted((machine.var / "events").read_text().splitlines())
    return [line.partition(" ")[2] for line in lines]


def pids(machine: Machine) -> dict[str, int]:
    return json.loads((machine.var / "run.json").read_text())["pids"]


def test_what_it_writes_when_all_answer(machine, port):
    machine.var.mkdir()
    account = {"role": "borrower", "phone": "13800000001", "password": "", "totp_secret": ""}
    (machine.var / "demo_accounts.json").write_text(json.dumps([account]))
    process = start(machine, port)
    run = json.loads((machine.var / "run.json").read_text())
    assert run["web"] == f"http://127.0.0.1:{port}"
    assert run["simulators"] == f"http://127.0.0.1:{port + 1}"
    assert run["accounts"] == [account]
    assert (machine.var / "run.json").stat().st_mode & 0o777 == 0o600
    names = {"runner", "postgres", "redis", "simulators", "web", "worker", "deaf"}
    assert set(run["pids"]) == names
    assert run["pids"]["runner"] == process.pid
    process.terminate()
    _, output = finished(process)
    assert "借款人 borrower:  手机 phone 13800000001" in output
    assert "web        | web says hello" in output


def test_a_stop_lets_work_finish_and_goes_in_order(machine, port):
    process = start(machine, port)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    code, output = finished(process)
    assert code == 0
    assert time.monotonic() - began < 10
    assert machine.processes() == []
    assert not (machine.var / "run.json").exists()
    seen = events(machine)
    assert seen.index("worker done") < seen.index("simulators asked")
    assert "deaf done" not in seen
    stops = [line.split()[1] for line in output.splitlines() if "| stopped, code" in line]
    assert stops[:4] == ["web", "worker", "deaf", "simulators"]
    assert set(stops[4:]) == {"postgres", "redis"}


def test_a_crashed_program_starts_again_and_is_reported(machine, port):
    process = start(machine, port)
    before = pids(machine)
    os.kill(before["web"], signal.SIGKILL)
    eventually(lambda: events(machine).count("web started") == 2)
    assert pids(machine)["web"] != before["web"]
    process.terminate()
    code, output = finished(process)
    assert code == 0
    assert "web        | ended with code -9: starting it again" in output


def test_a_crashed_engine_starts_again(machine, port):
    process = start(machine, port)
    before = pids(machine)
    os.kill(before["redis"], signal.SIGKILL)
    eventually(lambda: pids(machine)["redis"] != before["redis"])
    process.terminate()
    assert finished(process)[0] == 0


def test_it_gives_up_on_what_crashes_all_the_time(machine, port):
    machine.var.mkdir()
    (machine.var / "crash-web").touch()
    code, output = machine.run(PORTAL, PORT=str(port))
    assert code == 1
    assert "web ended 4 times within a minute: giving up" in output
    assert events(machine).count("web started") == 4
    assert machine.processes() == []


def test_nothing_is_left_when_the_runner_is_killed(machine, port):
    process = start(machine, port)
    process.kill()
    assert eventually(lambda: machine.processes() == []) < 5
    again = start(machine, port)
    again.terminate()
    assert finished(again)[0] == 0


def test_a_killed_runner_and_the_next_start_do_not_meet(machine, port):
    process = start(machine, port)
    (machine.var / "run.json").unlink()  # of the next one we want to see its own
    process.kill()
    again = start(machine, port)  # at once: it waits for the guard's lock
    again.terminate()
    assert finished(again)[0] == 0


def test_a_taken_port_is_one_sentence(machine, port):
    with socket.create_server(("127.0.0.1", port + 2)):
        code, output = machine.run(PORTAL, PORT=str(port))
    assert code == 1
    assert output == (
        f"Port {port + 2} is in use: stop the program that uses it, or choose three free ports "
        "in a row, for example PORT=8100 make run.\n"
    )


def test_a_wrong_port_is_one_sentence(machine):
    code, output = machine.run(PORTAL, PORT="80a")
    assert (code, output) == (1, "PORT: '80a' is not a port number from 1024 to 65533.\n")


def test_a_second_runner_says_who_runs(machine, port):
    process = start(machine, port)
    code, output = machine.run(PORTAL, PORT=str(port + 3))
    assert code == 1
    assert output == f"portal already runs in {machine.var} (started by process {process.pid}).\n"


def test_a_second_signal_ends_the_patience(machine, port):
    process = start(machine, port)
    process.terminate()
    eventually(lambda: "deaf asked" in events(machine))
    time.sleep(0.6)
    began = time.monotonic()
    process.terminate()
    code, _ = finished(process)
    assert code == 0
    assert time.monotonic() - began < 3
